"""Pictures of people who are there twice: of which kind, and where most of them are."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.pictures.model import Bar, Bars, Segment, Shade
from runbook_lib.survey.model.inventory import IN_SALESFORCE, GroupKind
from runbook_lib.survey.snapshot import DuplicateCounts
from runbook_lib.text import Message, say

_NONE = say("none")


def by_kind(counts: DuplicateCounts) -> Bars:
    """Per kind: one record for each group, and those that are too many."""
    rows = tuple(
        Bar(kind.word, _split(counts, kind))
        for kind in GroupKind
        if kind in IN_SALESFORCE or counts.groups.get(kind)
    )
    return Bars(
        say("Records that exist more than once, by kind"),
        say("Compared were {people} people. Of each group, one record is enough.", people=counts.people),
        say("Kind"),
        (Segment(say("one of each group"), Shade.STAYS), Segment(say("too many"), Shade.OPEN)),
        rows,
    )


def counted_by(
    title: Message, head: Message, counts: Mapping[str, int], words: Mapping[str, Message]
) -> Bars:
    """Records in groups by something they have; no name for it is told as none."""
    rows = tuple(Bar(words.get(name, name or _NONE), (count,)) for name, count in counts.items())
    return Bars(title, "", head, (Segment(say("Records")),), rows)


def _split(counts: DuplicateCounts, kind: GroupKind) -> tuple[int | None, int | None]:
    """Groups, and the records beyond one for each; not known where nobody counted the records."""
    groups, members = counts.groups.get(kind, 0), counts.members.get(kind)
    if members is None:
        return groups, None if groups else 0
    return groups, members - groups
