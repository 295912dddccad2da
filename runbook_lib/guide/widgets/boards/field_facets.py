"""The facets of the field grid, one row each: its head, and which of its words a field falls under.

Nobody hides a hundred fields because a facet calls them empty when they are not: what was only sampled, was
not measured, or is filled in one record of thousands has a word of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from runbook_lib.change.decisions import Visibility
from runbook_lib.guide.widgets.boards.facets import Facet
from runbook_lib.guide.widgets.boards.field_columns import COLUMNS, Reviewed, watched
from runbook_lib.review.fields import MEASURED
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say

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


@dataclass(frozen=True, kw_only=True)
class FieldFacet(Facet):
    """One list to filter by. ``of``: the words for a reviewed field; ``while_hidden``: for one that is hidden
    already."""

    of: Callable[[Reviewed], Sequence[object]]
    while_hidden: Callable[[Field], Sequence[object]]


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


FACETS: Mapping[str, FieldFacet] = {
    "object": FieldFacet(
        say("Object"), of=lambda row: (row["object"],), while_hidden=lambda field: (field.object,)
    ),
    "kind": FieldFacet(
        say("Kind"),
        tuple(KINDS.values()),
        of=lambda row: (KINDS[kind_of(row)],),
        while_hidden=lambda field: (KINDS["custom" if field.custom else "standard"],),
    ),
    "type": FieldFacet(
        COLUMNS["type"].head,
        of=lambda row: (type_word(row["type"]),),
        while_hidden=lambda field: (type_word(field.type),),
    ),
    "suggestion": FieldFacet(
        say("Suggestion"),
        (Visibility.HIDE.word, Visibility.KEEP.word, _HIDDEN_ALREADY),
        of=lambda row: (Visibility(row["suggestion"]).word,),
        while_hidden=lambda field: (_HIDDEN_ALREADY,),
    ),
    "watch_out": FieldFacet(
        COLUMNS["watch_out"].head,
        (_NO_WATCH,),
        of=lambda row: watched(row) or (_NO_WATCH,),
        while_hidden=lambda field: (_NO_WATCH,),
    ),
    "filled": FieldFacet(
        COLUMNS["filled"].head,
        (_EMPTY, _NONE_IN_SAMPLE, *(word for _, word in _BANDS), _NO_RECORDS, _UNMEASURED),
        of=lambda row: (_filled(row),),
        while_hidden=lambda field: (_UNMEASURED,),
    ),
}
