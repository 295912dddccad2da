"""Clicks that were made before this road looked: noticed, and recorded as adopted, never as consented.

Nobody can agree afterward to what has happened. So an adoption names who tells it, who clicked and when as
far as that is known, and what was found; from then on the fields that are visible count as the agreed ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.gate.approvals import write_plan
from runbook_lib.change.plans import plan_for
from runbook_lib.guide.state import history
from runbook_lib.guide.state.agreed_fields import seen_besides
from runbook_lib.guide.state.session import Session, now
from runbook_lib.guide.state.standing import stands
from runbook_lib.guide.state.standing.scope import footing_of
from runbook_lib.journal import Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.adoption import claim_found_done, found_done
from runbook_lib.proof.evidence import Evidence
from runbook_lib.road import SYNC_FIELDS, StepSpec
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say

PARTS = (Part.ORGANIZATION, Part.MARKETO, Part.VISIBLE, Part.PEOPLE_SEEN, Part.ROWS)
"""What shows whether the clicks were made, and what they left."""
ADOPTED = "adopted"
"""Key of the entries under which a step counts as done without having been done here."""


@dataclass(frozen=True)
class AdoptionNote:
    """Who adopts, who made the clicks and when, as far as anybody knows."""

    by: str
    clicked_by: str = ""
    clicked_at: str = ""


def to_adopt(session: Session, seen: Snapshot) -> tuple[StepSpec, ...]:
    """The steps that the systems show as done, and that this road neither did nor has adopted."""
    if seen_besides(session):  # more was shown after the consent: to be agreed to by name in 04, not adopted
        return ()
    done = (spec for spec in found_done(seen) if not stands(session, spec))
    return tuple(spec for spec in done if not _is_ours(session, spec))


def adopt(
    session: Session, seen: Snapshot, steps: Iterable[StepSpec], note: AdoptionNote
) -> tuple[Evidence, ...]:
    """Records each of ``steps`` as adopted, with what was found; the evidence, in their order."""
    return tuple(_record(session, seen, spec, note) for spec in steps)


def _is_ours(session: Session, spec: StepSpec) -> bool:
    """Whether somebody signed for it here, or told its clicks: then it is to be proven, not adopted."""
    entries = history.attempt(session.journal, spec.name)
    return any(entry.kind in (Kind.consent, Kind.click) or "approval" in entry.payload for entry in entries)


def _record(session: Session, seen: Snapshot, spec: StepSpec, note: AdoptionNote) -> Evidence:
    began, journal = monotonic(), session.journal
    unknown = say("unknown")
    what = say(
        "Adopted: {step} was found done and not done here. Clicked by: {who}; when: {when}.",
        step=spec.numbered,
        who=note.clicked_by or unknown,
        when=note.clicked_at or unknown,
    )
    evidence = Evidence(spec.name, tuple(claim_found_done(seen, spec)), seen.taken_at)
    look = history.look(session.workspace, seen, session.calls(), keep=True)
    decided = journal_payloads.decision(what, note.by, at=now()) | {ADOPTED: True}
    if spec is SYNC_FIELDS:
        decided["plan_digest"] = _keep_plan(session, seen)
    ended = journal_payloads.ended(Outcome.DONE, session.calls(), monotonic() - began)
    journal.append(spec.name, "look", Kind.read, look)
    journal.append(spec.name, "decide", Kind.decision, decided)
    journal.append(spec.name, "prove", Kind.evidence, journal_payloads.evidence(evidence))
    ended |= footing_of(session, spec, seen) | {ADOPTED: True}
    journal.append(spec.name, "prove", Kind.ended, ended)
    return evidence


def _keep_plan(session: Session, seen: Snapshot) -> str:
    """The plan of 05 as it would be now, kept on file: what is visible counts as agreed from here on."""
    plan = plan_for(SYNC_FIELDS.name, seen, read_decisions(session.workspace), now())
    write_plan(session.workspace, plan)
    return plan.digest
