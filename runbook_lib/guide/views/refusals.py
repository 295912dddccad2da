"""Why it does not go on here, and what to do next: what is really missing comes before consent and clicks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.change.gate import Refusal, predecessor_refusals
from runbook_lib.errors import Blocked, WaitsForPerson
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing import predecessors_of
from runbook_lib.road import StepSpec
from runbook_lib.text import Message, joined

MENDED_BY_APPROVING = frozenset({
    "no-approval", "wrong-plan", "approval-expired", "approval-too-long", "unsigned", "consent-missing",
    "not-on-record", "wrong-org-name",
})  # fmt: skip
"""Refusals that a new approval ends, once nothing else stands against it."""


def stop_because(against: Sequence[Refusal], commands: Message | None = None) -> Blocked | WaitsForPerson:
    """The stop for these refusals, each told, with what to do first.

    ``commands``: how to agree and go on, told only where nothing has to be decided or repaired before: an
    approval given earlier would be void again, and clicks made earlier could not be undone.
    """
    before = [refusal for refusal in against if refusal.id not in MENDED_BY_APPROVING]
    after = [refusal for refusal in against if refusal.id in MENDED_BY_APPROVING]
    fixes: list[object] = [refusal.fix for refusal in before or after if refusal.id != "no-approval"]
    if commands is not None and not before:
        fixes = [commands]
    kind = WaitsForPerson if all(refusal.waits for refusal in against) else Blocked
    return kind(_sentences(refusal.what for refusal in (*before, *after)), fix=_sentences(fixes))


def demand_predecessors(session: Session, spec: StepSpec) -> None:
    """``WaitsForPerson`` naming each step that does not stand and that ``spec`` stands on, with why.

    A login that a system refused just now is told as that: it says more than the proof that fell with it.
    """
    if against := tuple(predecessor_refusals(spec.name, predecessors_of(session, spec))):
        raise session.admin.refusal or session.sync.refusal or stop_because(against)


def _sentences(parts: Iterable[object]) -> Message:
    return joined(dict.fromkeys(parts), "\n")
