"""Taking a step back: from what the journal says was changed to the plan that restores what was there before.

Pure. Only what still is as we left it is restored; what somebody changed since is told and left alone. What
Salesforce cannot take back without loss (a custom field with its values, a user) stays, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import KINDS, place_of
from runbook_lib.change.plan import Change, Plan, change_from_json
from runbook_lib.change.plans.preconditions import draft
from runbook_lib.journal import Entry, Kind
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Undoing:
    """The plan that takes a step back, and what stays as it is, with the reason."""

    plan: Plan
    stays: tuple[Message, ...] = ()


def made(entries: Iterable[Entry]) -> tuple[Change, ...]:
    """What a step changed and nobody took back since, oldest first, from its entries of the journal."""
    standing: dict[str, Change] = {}
    takes_back = {row.undone_by: kind for kind, row in KINDS.items() if row.undone_by}
    for entry in entries:
        if entry.kind is not Kind.change_done:
            continue
        change = change_from_json(entry.payload)
        if change.kind in takes_back:
            standing.pop(f"{takes_back[change.kind].value}:{change.target}", None)
        else:
            standing.setdefault(change.id, change)
    return tuple(standing.values())


def can_take_back(changes: Iterable[Change]) -> bool:
    """Whether anything of this can be taken back; a field or a user that was made stays."""
    return any(KINDS[change.kind].undone_by for change in changes)


def plan_undo(step: str, changes: Sequence[Change], snapshot: Snapshot, now: datetime) -> Undoing:
    """What restores the state before ``changes``. ``Blocked`` where nobody can tell which org this is."""
    backwards = sorted(_backwards(changes), key=lambda change: list(KINDS).index(change.kind))
    open_changes = [backward for backward in backwards if place_of(backward, snapshot) is not Place.MADE]
    touched = [change for change in open_changes if place_of(change, snapshot) is Place.OTHER]
    wanted = tuple(change for change in open_changes if change not in touched)
    return Undoing(
        replace(draft(step, snapshot, now), changes=wanted),
        (*(_drifted(change) for change in touched), *_kept(changes)),
    )


def _backwards(changes: Sequence[Change]) -> Iterator[Change]:
    for change in changes:
        if undone_by := KINDS[change.kind].undone_by:
            what = say("Undo: {change}", change=change.what)
            yield Change(undone_by, change.target, change.after, change.before, what)


def _drifted(change: Change) -> Message:
    return say("Somebody has since changed {target}; it is left alone.", target=change.target)


def _kept(changes: Sequence[Change]) -> Iterator[Message]:
    for change in changes:
        if stays := KINDS[change.kind].stays:
            yield stays(change)
