"""Taking a step back: from what the journal says was changed to the plan that restores what was there before.

Pure. Only what still is as we left it is restored; what somebody changed since is told and left alone. What
Salesforce cannot take back without loss (a custom field with its values, a user) stays, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from runbook_lib.change.kinds.state import Place, place_of
from runbook_lib.change.plan import Change, ChangeKind, Plan, change_from_json
from runbook_lib.change.plans.preconditions import draft
from runbook_lib.journal import Entry, Kind
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, say

UNDONE_BY: Mapping[ChangeKind, ChangeKind] = {
    ChangeKind.HIDE_FIELD: ChangeKind.SHOW_FIELD,
    ChangeKind.ASSIGN_PERMISSION_SET: ChangeKind.UNASSIGN_PERMISSION_SET,
    ChangeKind.GRANT_SYSTEM: ChangeKind.REVOKE_SYSTEM,
    ChangeKind.GRANT_OBJECT: ChangeKind.RESTORE_OBJECT,
    ChangeKind.GRANT_FIELD: ChangeKind.RESTORE_FIELD,
    ChangeKind.GRANT_PROFILE_FIELD: ChangeKind.RESTORE_PROFILE_FIELD,
    ChangeKind.MAP_CONVERSION: ChangeKind.UNMAP_CONVERSION,
    ChangeKind.MARK_USER: ChangeKind.UNMARK_USER,
    ChangeKind.CREATE_PERMISSION_SET: ChangeKind.DELETE_PERMISSION_SET,
}
"""What takes which change back, in the order in which it must happen: system permissions before the object
permissions that they need, and the permission set last."""


@dataclass(frozen=True)
class Undoing:
    """The plan that takes a step back, and what stays as it is, with the reason."""

    plan: Plan
    stays: tuple[Message, ...] = ()


def made(entries: Iterable[Entry]) -> tuple[Change, ...]:
    """What a step changed and nobody took back since, oldest first, from its entries of the journal."""
    standing: dict[str, Change] = {}
    takes_back = {undo: kind for kind, undo in UNDONE_BY.items()}
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
    return any(each.kind in UNDONE_BY for each in changes)


def plan_undo(step: str, changes: Sequence[Change], snapshot: Snapshot, now: datetime) -> Undoing:
    """What restores the state before ``changes``. ``Blocked`` where nobody can tell which org this is."""
    backwards = sorted(_backwards(changes), key=lambda each: list(UNDONE_BY.values()).index(each.kind))
    open_changes = [each for each in backwards if place_of(each, snapshot) is not Place.MADE]
    touched = [each for each in open_changes if place_of(each, snapshot) is Place.OTHER]
    wanted = tuple(each for each in open_changes if each not in touched)
    return Undoing(
        replace(draft(step, snapshot, now), changes=wanted),
        (*(_drifted(each) for each in touched), *_kept(changes)),
    )


def _backwards(changes: Sequence[Change]) -> Iterator[Change]:
    for change in changes:
        if change.kind in UNDONE_BY:
            what = say("Take back: {change}", change=change.what)
            yield Change(UNDONE_BY[change.kind], change.target, change.after, change.before, what)


def _drifted(change: Change) -> Message:
    return say("Somebody changed {target} since; it is left alone.", target=change.target)


def _kept(changes: Sequence[Change]) -> Iterator[Message]:
    for change in changes:
        if change.kind is ChangeKind.CREATE_FIELD:
            yield say(
                "The field {field} stays: deleting it would delete its values. By hand: Setup → Object "
                "Manager → Fields & Relationships.",
                field=change.target,
            )
        elif change.kind is ChangeKind.CREATE_USER:
            yield say(
                "The user {user} stays: Salesforce deletes no users. By hand: Setup → Users → Edit, untick "
                "Active.",
                user=change.target,
            )
