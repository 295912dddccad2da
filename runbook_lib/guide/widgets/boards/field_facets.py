"""The facets of the field grid, one row each: its head, and which of its words a field falls under.

Nobody hides a hundred fields because a facet calls them empty when they are not: what was only sampled, was
not measured, or is filled in one record of thousands has a word of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from runbook_lib.change.decisions import Visibility
from runbook_lib.guide.widgets.boards.field_columns import COLUMNS, Reviewed, watched
from runbook_lib.review.fields import MEASURED
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say, translate

Facets = tuple[tuple[str, ...], ...]
"""Per facet, the words that a field falls under."""
KINDS = {
    "custom": say("custom fields"),
    "standard": say("standard fields that can be hidden"),
    "locked": say("fields that cannot be hidden"),
}
_HIDDEN_ALREADY = say("hidden already")
_UNMEASURED = say("not measured")
_NO_RECORDS = say("no records")
_EMPTY = say("empty")
_NONE_IN_SAMPLE = say("none in the sample")
_HARDLY = say("below 1%")
_BANDS = ((0.01, _HARDLY), (0.1, say("1 to 10%")), (0.5, say("10 to 50%")), (1.01, say("50% and more")))
_NO_WATCH = say("nothing to watch")


@dataclass(frozen=True)
class Facet:
    """One list to filter by. ``of``: the words for a reviewed field; ``while_hidden``: for one that is hidden
    already. ``order``: words that stand first, in this order; the others follow by the alphabet."""

    head: Message
    of: Callable[[Reviewed], Sequence[object]]
    while_hidden: Callable[[Field], Sequence[object]]
    order: tuple[Message, ...] = ()


def kind_of(row: Reviewed) -> str:
    """One of :data:`KINDS`."""
    return "locked" if row["locked"] else "custom" if row["custom"] else "standard"


def _filled(row: Reviewed) -> Message:
    if row["measured"] == MEASURED[2]:
        return _UNMEASURED
    if not row["records"]:
        return _NO_RECORDS
    if row["filled"] == 0:
        return _NONE_IN_SAMPLE if row["measured"] == MEASURED[1] else _EMPTY
    share = float(row["share"])
    return next(word for below, word in _BANDS if share < below)


FACETS: Mapping[str, Facet] = {
    "object": Facet(say("Object"), lambda row: (row["object"],), lambda field: (field.object,)),
    "kind": Facet(
        say("Kind"),
        lambda row: (KINDS[kind_of(row)],),
        lambda field: (KINDS["custom" if field.custom else "standard"],),
        tuple(KINDS.values()),
    ),
    "type": Facet(COLUMNS["type"].head, lambda row: (row["type"],), lambda field: (field.type,)),
    "suggestion": Facet(
        say("Suggestion"),
        lambda row: (Visibility(row["suggestion"]).word,),
        lambda field: (_HIDDEN_ALREADY,),
        (Visibility.HIDE.word, Visibility.KEEP.word, _HIDDEN_ALREADY),
    ),
    "watch_out": Facet(
        COLUMNS["watch_out"].head,
        lambda row: watched(row) or (_NO_WATCH,),
        lambda field: (_NO_WATCH,),
        (_NO_WATCH,),
    ),
    "filled": Facet(
        COLUMNS["filled"].head,
        lambda row: (_filled(row),),
        lambda field: (_UNMEASURED,),
        (_EMPTY, _NONE_IN_SAMPLE, *(word for _, word in _BANDS), _NO_RECORDS, _UNMEASURED),
    ),
}


def facet_words(rows: Sequence[Facets], language: str) -> list[list[str]]:
    """The words of each facet that occur in ``rows``, in their order."""
    return [
        _ordered({word for row in rows for word in row[place]}, facet, language)
        for place, facet in enumerate(FACETS.values())
    ]


def _ordered(used: set[str], facet: Facet, language: str) -> list[str]:
    first = [word for word in (translate(each, language) for each in facet.order) if word in used]
    return first + sorted(used - set(first), key=str.casefold)
