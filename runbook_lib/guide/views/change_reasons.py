"""What is changed and why, before a person says yes: one line for the changes of one kind and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.guide.views.blocks import Block, Fold, Grid
from runbook_lib.review.rights_matrix import LABELS
from runbook_lib.text import Message, counted, joined, say

_MOST_NAMED = 8


def change_blocks(changes: Sequence[Change]) -> Iterable[Block]:
    """The changes, those of one kind and reason in one line; each by itself behind a fold."""
    groups: dict[tuple[ChangeKind, Message], list[str]] = {}
    for change in changes:
        groups.setdefault((change.kind, KINDS[change.kind].reason(change)), []).append(change.target)
    many = say("{count} changes in Salesforce", count=len(changes))
    caption = counted(len(changes), say("One change in Salesforce"), many)
    heads = (say("Change"), say("How many"), say("Of which"), say("Why"))
    rows = tuple(
        (KINDS[kind].word, len(names), _of_which(names), why) for (kind, why), names in groups.items()
    )
    yield Grid(caption, heads, rows)
    if len(changes) > len(groups):
        title = say("Each change by itself")
        lines = tuple((KINDS[change.kind].word, change.what) for change in changes)
        yield Fold(title, Grid(title, (say("Change"), say("What")), lines))


def _of_which(names: Sequence[str]) -> Message:
    """Fields by their object with how many they are, permissions as Setup calls them, other things by name:
    ``Account 41, Contact 37``."""
    fields = [name for name in names if "." in name and "@" not in name]  # a username has dots, too
    objects = Counter(name.partition(".")[0] for name in fields)
    parts: list[object] = [joined((name, count), " ") for name, count in objects.items()]
    parts += [LABELS.get(name, name) for name in names if name not in fields]
    more = say("and {count} more", count=len(parts) - _MOST_NAMED) if len(parts) > _MOST_NAMED else None
    return joined((*parts[:_MOST_NAMED], *([more] if more else [])), ", ")
