"""Consent on record: an approval counts as it was signed, and for the clicks that were made under it.

The file in ``approvals/`` can be edited by anybody; the journal cannot be without showing it. So each
signature leaves the approval's digest in the journal, and what the evidence is compared with is the plan that
the journal says was agreed to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runbook_lib.change.gate import Approval, Refusal, consent_refusals
from runbook_lib.change.gate.approvals import Signature, read_approval, read_plan, write_approval
from runbook_lib.change.plan import Plan
from runbook_lib.guide.state import history
from runbook_lib.guide.state.second_person import demand_second_person, has_decided, rejection_of, said_no
from runbook_lib.guide.state.session import Session, now
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.text import Message, counted, say


def sign_plan(session: Session, plan: Plan, signature: Signature) -> Path:
    """Writes the approval of ``plan`` and puts its digest on record.

    ``UsageFault`` as ``write_approval``, and where two people are asked for and this one decided.
    """
    demand_second_person(session, plan.step, signature.by)
    path = write_approval(session.workspace, plan, signature, now())
    approval = read_approval(session.workspace, plan.step)
    if approval is not None:
        payload = journal_payloads.decision(
            say("The plan was agreed to."), approval.approver, approval.reason, approval.created
        )
        signed = {"plan_digest": plan.digest, "approval": approval.digest}
        session.journal.append(plan.step, "decide", Kind.decision, payload | signed)
    return path


def approval_of(session: Session, gate: str) -> Approval | None:
    """The approval on file for ``gate``: whether the journal knows it so, and what a second person says."""
    approval = read_approval(session.workspace, gate)
    if approval is None:
        return None
    signed = {
        entry.payload.get("approval") for entry in session.journal.entries(step=gate, kind=Kind.decision)
    }
    of_decider = session.connection.require_two and has_decided(session, gate, approval.approver)
    no = rejection_of(session, gate, approval.plan_digest)
    return replace(
        approval,
        is_on_record=approval.digest in signed,
        is_of_decider=of_decider,
        rejection=said_no(no) if no else None,
    )


def against_consent(session: Session, plan: Plan) -> tuple[Refusal, ...]:
    """Every reason why the clicks of ``plan`` may not be made by consent; no system is called."""
    return consent_refusals(plan, approval_of(session, plan.step), now())


def put_on_record(session: Session, approval: Approval) -> None:
    """Writes down the consent under which the clicks are made, once for each plan of an attempt."""
    entries = history.attempt(session.journal, approval.gate)
    known = {entry.payload["plan_digest"] for entry in entries if entry.kind is Kind.consent}
    if approval.plan_digest not in known:
        session.journal.append(approval.gate, "do", Kind.consent, journal_payloads.consent(approval))


def approved_plan(session: Session, step: str) -> Plan | None:
    """The plan that was agreed to before the clicks of this attempt were made.

    ``None`` where nobody had agreed to one, or where it is no longer on file as it was.
    """
    entries = history.attempt(session.journal, step)
    clicks = [number for number, entry in enumerate(entries) if entry.kind is Kind.click]
    before = entries[: clicks[-1]] if clicks else entries
    agreed = [entry.payload["plan_digest"] for entry in before if entry.kind is Kind.consent]
    return read_plan(session.workspace, step, agreed[-1]) if agreed else None


CONFIRMED = "confirmed_plan"
"""Key of the decision that names the digest of the plan a person said yes to."""


def is_confirmed(attempt: Iterable[Entry], plan: Plan) -> bool:
    """Whether a person said, in this attempt, that exactly these changes are to be made."""
    said = (entry for entry in attempt if entry.kind is Kind.decision)
    return any(entry.payload.get(CONFIRMED) == plan.digest for entry in said)


def to_be_made(plan: Plan) -> Message:
    """What a person said yes to."""
    count, org = len(plan.changes), plan.org_name
    many = say("{count} changes in “{org}” will be made.", count=count, org=org)
    return counted(count, say("One change in “{org}” will be made.", org=org), many)
