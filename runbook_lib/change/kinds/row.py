"""What one kind of change is: the shape of a row of :mod:`runbook_lib.change.kinds.table`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.writes import ChangeResult, Door, Ids
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message

RECORDS_PER_CALL = 200
"""Source: REST API guide, sObject Collections."""

Write = Callable[[Door, Sequence[Change], Ids], list[ChangeResult]]


def _no_fields(change: Change) -> frozenset[str]:
    return frozenset()


def _opens_nothing(change: Change, snapshot: Snapshot) -> Iterable[str]:
    return ()


def _no_fix(change: Change, code: str, message: str) -> Message | None:
    return None


@dataclass(frozen=True)
class KindRow:
    """All that belongs to one kind of change; everything else looks it up here.

    ``word``: how people read the kind; ``reason``: why such a change is made. ``write``: how up to ``batch``
    changes reach Salesforce, in ``calls`` calls at most; ``right``: the user permission that this takes, as
    Setup calls it; ``fix``: what ends a refusal that only this kind meets. ``place``: how a change stands in
    a snapshot. ``needs``: the kinds that must have succeeded before it; ``needs_fields``: full names of the
    custom fields that must be there. ``undone_by``: the kind that takes it back; ``stays``: why it cannot be
    taken back, and what a person can do. ``opens``: full names of the fields that the sync user newly sees.
    ``by_permission_set``: Professional Edition, which has no permission sets, does without it.
    ``names_the_set``: its target is the permission set.
    """

    word: Message
    reason: Callable[[Change], Message]
    write: Write
    place: Callable[[Change, Snapshot], Place]
    right: str
    batch: int = RECORDS_PER_CALL
    calls: int = 1
    fix: Callable[[Change, str, str], Message | None] = _no_fix
    needs: tuple[ChangeKind, ...] = ()
    needs_fields: Callable[[Change], frozenset[str]] = _no_fields
    undone_by: ChangeKind | None = None
    stays: Callable[[Change], Message] | None = None
    opens: Callable[[Change, Snapshot], Iterable[str]] = _opens_nothing
    by_permission_set: bool = False
    names_the_set: bool = False
