"""The second person: where connection.toml asks for two, who decided may not approve; anybody may reject.

A rejection stands in the journal with its reason, and takes away every approval of the plan that was signed
before it. Names are compared as people type them: case and blanks do not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.plan import Plan
from runbook_lib.errors import DecisionFileFault, UsageFault
from runbook_lib.guide.state.session import Session, now
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.road import ROAD, step_named
from runbook_lib.text import Message, say

REJECTED = "rejected"
"""Key of the decision that names the digest of a plan somebody said no to."""
APPROVAL = "approval"
"""Key of the decision that names the digest of an approval."""


def has_decided(session: Session, gate: str, name: str) -> bool:
    """Whether ``name`` stands under anything that the plan of ``gate`` rests on."""
    return _plain(name) in {_plain(by) for by in _deciders(session, gate)}


def demand_second_person(session: Session, gate: str, by: str) -> None:
    """``UsageFault`` where two people are asked for, and the one who would approve is who decided."""
    if session.connection.require_two and has_decided(session, gate, by):
        raise UsageFault(
            say("“{by}” decided what this plan holds, and may not be the one who approves it.", by=by),
            why=say("connection.toml asks for two people (require_two): the second one looks anew."),
            fix=say("Ask somebody else to approve it, or to reject it with a reason."),
        )


def reject(session: Session, plan: Plan, by: str, reason: str) -> None:
    """Writes down that ``by`` said no to exactly this plan, and why.

    ``UsageFault`` without a name or a reason.
    """
    if not by.strip() or not reason.strip():
        raise UsageFault(
            say("A rejection needs a name and a reason."), fix=say("Say who rejects it, and why.")
        )
    payload = journal_payloads.decision(say("The plan was rejected."), by.strip(), reason.strip(), now())
    session.journal.append(plan.step, "decide", Kind.decision, payload | {REJECTED: plan.digest})


def rejection_of(session: Session, gate: str, plan_digest: str) -> Entry | None:
    """The rejection of that plan, unless somebody approved the same plan after it."""
    entries = session.journal.entries(step=gate, kind=Kind.decision)
    about = [
        entry
        for entry in entries
        if entry.payload.get(REJECTED) == plan_digest
        or (APPROVAL in entry.payload and entry.payload.get("plan_digest") == plan_digest)
    ]
    return about[-1] if about and REJECTED in about[-1].payload else None


def said_no(rejection: Entry) -> Message:
    """Who rejected it and why, as people read it."""
    payload = rejection.payload
    return say("{by} rejected this plan: {reason}", by=payload["by"], reason=payload["reason"])


def _deciders(session: Session, gate: str) -> Iterator[str]:
    """Names under the decisions of the steps up to the gate, in the journal and in the files."""
    last = step_named(gate).number
    for spec in ROAD[: last + 1]:
        for entry in session.journal.entries(step=spec.name, kind=Kind.decision):
            if APPROVAL not in entry.payload and REJECTED not in entry.payload:
                yield str(entry.payload.get("by", ""))
    try:
        decisions = read_decisions(session.workspace)
    except DecisionFileFault:  # the plan says what is wrong with the file
        return
    yield from (row.decided_by for row in (*decisions.fields.values(), *decisions.mappings))
    yield decisions.setup.decided_by if decisions.setup else ""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
