"""Which fields a person agreed to that Marketo makes permanently, and whether the sync user sees more.

Sync Fields was agreed to for the fields that were visible then. What is opened later needs a consent of its
own; where a look finds more than was agreed to, however it came about, the journal keeps its names, and the
proofs of 04 and 05 do not stand until they are hidden again or agreed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.change.plans.opening import agreed_by, not_agreed
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.road import SYNC_FIELDS, UNDOABLE
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say

SEEN_BESIDES = "seen_besides"
"""Key of a look that names the fields that the sync user sees and nobody agreed to."""


def sync_fields_began(session: Session) -> bool:
    """Whether Sync Fields was signed for, clicked, adopted or proven: whoever signed may click at any time,
    and tell it later."""
    signed = session.journal.entries(step=SYNC_FIELDS.name, kind=Kind.decision)
    return _was_handed_out(session) or any("plan_digest" in entry.payload for entry in signed)


def agreed_fields(session: Session) -> frozenset[str] | None:
    """The full names that were agreed to, in 05 and since; ``None``: Sync Fields was not begun."""
    if not sync_fields_began(session):
        return None
    signed = _signed(session, SYNC_FIELDS.name)
    consents = [entry for entry in signed if entry.kind is Kind.consent] or signed
    names = _covered(session, consents[-1:])
    since = consents[-1].sequence if consents else 0
    for step in UNDOABLE:
        later = [entry for entry in _signed(session, step) if entry.kind is Kind.consent]
        names |= _covered(session, (entry for entry in later if entry.sequence > since))
    return names


def note_visible(session: Session, seen: Snapshot) -> None:
    """Writes down what the sync user sees besides what was agreed to, where that is news."""
    if not isinstance(seen.visible, Mapping) or not _was_handed_out(session):
        return
    agreed = agreed_fields(session)
    if not agreed:
        return
    besides = not_agreed(seen, agreed)
    if besides == seen_besides(session):
        return
    what = say("The sync user sees exactly what was agreed to.")
    if besides:
        what = say("The sync user sees more than was agreed to: {fields}.", fields=", ".join(besides))
    payload = journal_payloads.read(what, seen, session.calls()) | {SEEN_BESIDES: list(besides)}
    session.journal.append(SYNC_FIELDS.name, "look", Kind.read, payload)


def seen_besides(session: Session) -> tuple[str, ...]:
    """What the last look found besides what was agreed to, as far as nobody has agreed to it since."""
    looks = session.journal.entries(step=SYNC_FIELDS.name, kind=Kind.read)
    besides = [entry.payload[SEEN_BESIDES] for entry in looks if SEEN_BESIDES in entry.payload]
    return tuple(besides[-1]) if besides else ()


def _was_handed_out(session: Session) -> bool:
    """Whether the clicks of 05 were handed out under a consent, or are made."""
    entries = session.journal.entries(step=SYNC_FIELDS.name)
    is_made = history.last_proof(entries) is not None
    return is_made or any(entry.kind in (Kind.consent, Kind.click) for entry in entries)


def _signed(session: Session, step: str) -> list[Entry]:
    """The entries under which a person agreed to a plan."""
    entries = session.journal.entries(step=step)
    kinds = (Kind.consent, Kind.decision)
    return [entry for entry in entries if entry.kind in kinds and "plan_digest" in entry.payload]


def _covered(session: Session, signed: Iterable[Entry]) -> frozenset[str]:
    plans = (read_plan(session.workspace, entry.step, entry.payload["plan_digest"]) for entry in signed)
    return frozenset(name for plan in plans if plan is not None for name in agreed_by(plan))
