"""The rows of the field grid, from the review table: codes in words, shares in per cent, unknown as such."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.widgets.boards.field_grid import HEADS, GridRow
from runbook_lib.guide.widgets.boards.native_table import shown
from runbook_lib.review.fields import MEASURED, USED_LATELY, field_review
from runbook_lib.review.fields.made import REASONS, Made
from runbook_lib.text import Message, say, translate

if TYPE_CHECKING:
    from runbook_lib.survey.snapshot import Snapshot

_LATELY = {
    USED_LATELY[True]: say("yes"),
    USED_LATELY[False]: say("no"),
    USED_LATELY[None]: say("cannot tell"),
}
_KINDS = {"custom": say("custom"), "standard": say("standard")}
_REASON = 2
"""The column of the reason."""
_READ = 6
"""How many columns stand in the table to read: the notebook holds it twice, for thousands of rows."""
_UNMEASURED = say("not measured")
_WHILE_HIDDEN = say("no field while it is hidden; once shown, permanently")


def grid_rows(snapshot: Snapshot, decided: Collection[str], language: str) -> list[GridRow]:
    """A row per field that the sync user sees: those that are better hidden first, then custom and standard
    ones, then what cannot be hidden; last the fields of ``decided`` (full names) that are hidden already."""
    table = field_review(snapshot, language)
    table = table.assign(standard=~table["custom"])
    table = table.sort_values(["locked", "suggestion", "standard", "object", "name"])
    rows = [
        _row(dict(zip(table.columns, each, strict=True)), language) for each in table.itertuples(index=False)
    ]
    return [*rows, *_hidden(snapshot, set(decided) - {row.name for row in rows}, language)]


def state_of(rows: Sequence[GridRow], hidden: Collection[str]) -> Grid:
    """The fields to decide about as a table to read, where the live one cannot stand."""
    told = tuple(
        (say("yes") if row.name in hidden else say("no"), *row.shown[:_READ])
        for row in rows
        if row.kind != "locked"
    )
    return Grid(say("Fields that can be hidden"), (say("Hide"), *HEADS[:_READ]), told)


def locked_of(rows: Sequence[GridRow]) -> Fold:
    """The other fields that the sync user sees, by the reason why nobody can hide them."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.kind == "locked":
            names[row.shown[_REASON]].append(row.name)
    told = tuple((reason, len(some), ", ".join(some)) for reason, some in names.items())
    caption = say("{count} fields that cannot be hidden", count=sum(map(len, names.values())))
    return Fold(caption, Grid(caption, (say("Reason"), say("How many"), say("API names")), told))


def _hidden(snapshot: Snapshot, names: Collection[str], language: str) -> Iterator[GridRow]:
    """Fields that the sync user does not see any more, as far as the administrator sees them."""
    present = snapshot.present.values() if isinstance(snapshot.present, Mapping) else ()
    for field in sorted((each for some in present for each in some), key=lambda each: each.full_name):
        if field.full_name in names:
            kind = _KINDS["custom" if field.custom else "standard"]
            told = (
                field.full_name,
                field.label,
                say("The sync user does not see it now."),
                REASONS[Made.NONE],
            )
            rest = (_UNMEASURED, field.type, kind, "", say("cannot tell"), "")
            texts = tuple(shown(translate(text, language)) for text in (*told, *rest))
            yield GridRow(field.full_name, (*texts[:4], None, *texts[5:]), texts)


def _row(each: dict[str, Any], language: str) -> GridRow:
    name = f"{each['object']}.{each['name']}"
    percent, read = _percent(each)
    kind = _KINDS["custom" if each["custom"] else "standard"]
    texts = (
        name, each["label"], each["reason"], REASONS[Made(each["marketo"])], read, each["type"], kind,
        each["package"], _LATELY[each["used_lately"]], each["flags"],
    )  # fmt: skip
    told = tuple(shown(translate(text, language)) for text in texts)
    sort = "locked" if each["locked"] else "custom" if each["custom"] else "standard"
    return GridRow(name, (*told[:4], percent, *told[5:]), told, sort)


def _percent(each: dict[str, Any]) -> tuple[float | None, Message | str]:
    """What to sort by and what to read; a field that was not measured has no number."""
    if each["measured"] == MEASURED[2]:
        return None, _UNMEASURED
    if not each["records"]:
        return None, say("no records")
    percent = round(100 * float(each["share"]), 1)
    text = f"{percent:g}"
    return percent, say("about {percent}", percent=text) if each["measured"] == MEASURED[1] else text
