"""The columns of the field grid, one row each: its head and what it reads, seen or hidden.

What a row of the review says is read by the name of its column (``review/fields/columns.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.guide.widgets.boards.facets import Facets
from runbook_lib.review.fields import MEASURED, USED_LATELY
from runbook_lib.review.fields.made import Made
from runbook_lib.review.fields.risks import RiskKind
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, joined, say

Reviewed = Mapping[str, Any]

_LATELY = {
    USED_LATELY[True]: say("yes"),
    USED_LATELY[False]: say("no"),
    USED_LATELY[None]: say("cannot tell"),
}
_UNMEASURED = say("not measured")


@dataclass(frozen=True)
class GridColumn:
    """One column. ``of``: what it reads of a reviewed field; ``while_hidden``: of one that is hidden already.

    ``sorted_by``: the number to sort by, ``None`` for one that nobody knows; without it the text is sorted.
    ``is_read``: it stands in the table to read, too, which a notebook holds twice for thousands of rows.
    """

    head: Message
    of: Callable[[Reviewed], object]
    while_hidden: Callable[[Field], object]
    sorted_by: Callable[[Reviewed], float | None] | None = None
    is_read: bool = False


def _kind(is_custom: bool) -> Message:
    return say("custom") if is_custom else say("standard")


def _percent(row: Reviewed) -> float | None:
    """``None`` where nothing was measured, or there is nothing to measure."""
    if row["measured"] == MEASURED[2] or not row["records"]:
        return None
    return round(100 * float(row["share"]), 1)


def _filled(row: Reviewed) -> Message | float:
    percent = _percent(row)
    if percent is None:
        return _UNMEASURED if row["measured"] == MEASURED[2] else say("no records")
    share = percent if percent or not row["filled"] else say("< {least}", least=0.1)
    return say("about {percent}", percent=share) if row["measured"] == MEASURED[1] else share


def watched(row: Reviewed) -> tuple[Message, ...]:
    """What deserves a second look at this field, in words."""
    return tuple(RiskKind(code).word for code in row["flags"].split(", ") if code)


COLUMNS: Mapping[str, GridColumn] = {
    "field": GridColumn(
        say("Field"),
        lambda row: f"{row['object']}.{row['name']}",
        lambda field: field.full_name,
        is_read=True,
    ),
    "label": GridColumn(say("Label"), lambda row: row["label"], lambda field: field.label, is_read=True),
    "reason": GridColumn(
        say("Reason"),
        lambda row: row["reason"],
        lambda field: say("The sync user does not see it now."),
        is_read=True,
    ),
    "in_marketo": GridColumn(
        say("In Marketo"),
        lambda row: Made(row["marketo"]).word,
        lambda field: Made.NONE.word,
        is_read=True,
    ),
    "filled": GridColumn(say("Filled, %"), _filled, lambda field: _UNMEASURED, _percent, is_read=True),
    "type": GridColumn(
        say("Type"), lambda row: type_word(row["type"]), lambda field: type_word(field.type), is_read=True
    ),
    "kind": GridColumn(say("Kind"), lambda row: _kind(row["custom"]), lambda field: _kind(field.custom)),
    "package": GridColumn(say("Package"), lambda row: row["package"], lambda field: ""),
    "used_lately": GridColumn(
        say("Used in the last year"),
        lambda row: _LATELY[row["used_lately"]],
        lambda field: say("cannot tell"),
    ),
    "watch_out": GridColumn(say("Watch"), lambda row: joined(watched(row), ", "), lambda field: ""),
}


@dataclass(frozen=True)
class GridRow:
    """One field: ``cells`` to sort by (``None``: not known, which stands last), ``texts`` to read.

    ``kind``: ``custom``, ``standard`` or ``locked``, which nobody can tick. ``facets``: per facet, the words
    that it falls under. ``suggestion``: ``keep``, ``hide``, or nothing where it is hidden already.
    """

    name: str
    cells: tuple[Any, ...]
    texts: tuple[str, ...]
    kind: str = "custom"
    facets: Facets = ()
    suggestion: str = ""

    def text(self, column: str) -> str:
        """What it reads in the column of that name."""
        return self.texts[list(COLUMNS).index(column)]

    def number(self, column: str) -> float | None:
        """What it is sorted by there; ``None``: not known."""
        cell = self.cells[list(COLUMNS).index(column)]
        return cell if isinstance(cell, float) else None
