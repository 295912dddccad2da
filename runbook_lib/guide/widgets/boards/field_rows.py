"""The rows of the field grid, from the review table: codes in words, shares in per cent, unknown as such."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.widgets.boards.field_columns import COLUMNS, GridRow
from runbook_lib.guide.widgets.boards.field_facets import FACETS, kind_of
from runbook_lib.guide.widgets.boards.native_table import cell_text
from runbook_lib.review.fields import FieldSuggestion, field_review
from runbook_lib.text import say, translate

if TYPE_CHECKING:
    import pandas as pd

    from runbook_lib.survey.snapshot import Snapshot


def grid_rows(
    snapshot: Snapshot,
    decided: Collection[str],
    language: str,
    advice: Mapping[str, FieldSuggestion] | None = None,
) -> list[GridRow]:
    """A row per field that the sync user sees: those that are better hidden first, then custom and standard
    ones, then what cannot be hidden; last the fields of ``decided`` (full names) that are hidden already.

    ``advice``: what is suggested instead (full name → suggestion), where a rule on file says more.
    """
    table = _advised(field_review(snapshot, language), advice or {}, language)
    table = table.assign(standard=~table["custom"])
    table = table.sort_values(["locked", "suggestion", "standard", "object", "name"])
    rows = [
        _row(dict(zip(table.columns, cells, strict=True)), language)
        for cells in table.itertuples(index=False)
    ]
    return [*rows, *_hidden(snapshot, set(decided) - {row.name for row in rows}, language)]


def _advised(table: pd.DataFrame, advice: Mapping[str, FieldSuggestion], language: str) -> pd.DataFrame:
    advised = {name: (rule.decision, translate(rule.reason, language)) for name, rule in advice.items()}
    names = table["object"] + "." + table["name"]
    usual = zip(names, table["suggestion"], table["reason"], strict=True)
    best = [advised.get(name, (suggestion, reason)) for name, suggestion, reason in usual]
    return table.assign(suggestion=[word for word, _ in best], reason=[reason for _, reason in best])


def state_of(rows: Sequence[GridRow], hidden: Collection[str]) -> Grid:
    """The fields to decide about as a table to read, where the live one cannot stand."""
    lines = tuple(
        (say("yes") if row.name in hidden else say("no"), *(row.text(name) for name in _read()))
        for row in rows
        if row.kind != "locked"
    )
    return Grid(
        say("Fields that can be hidden"), (say("Hide"), *(COLUMNS[name].head for name in _read())), lines
    )


def locked_of(rows: Sequence[GridRow]) -> Fold:
    """The other fields that the sync user sees, by the reason why nobody can hide them."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.kind == "locked":
            names[row.text("reason")].append(row.name)
    lines = tuple((reason, len(some), ", ".join(some)) for reason, some in names.items())
    caption = say("{count} fields that cannot be hidden", count=sum(map(len, names.values())))
    return Fold(caption, Grid(caption, (say("Reason"), say("How many"), say("API names")), lines))


def _read() -> list[str]:
    """The columns of the table to read."""
    return [name for name, column in COLUMNS.items() if column.is_read]


def _hidden(snapshot: Snapshot, names: Collection[str], language: str) -> Iterator[GridRow]:
    """Fields that the sync user does not see any more, as far as the administrator sees them."""
    present = snapshot.present.values() if isinstance(snapshot.present, Mapping) else ()
    for field in sorted((field for some in present for field in some), key=lambda field: field.full_name):
        if field.full_name in names:
            texts = [column.while_hidden(field) for column in COLUMNS.values()]
            facets = [facet.while_hidden(field) for facet in FACETS.values()]
            yield _grid_row(field.full_name, texts, [None] * len(texts), facets, language)


def _row(reviewed: dict[str, Any], language: str) -> GridRow:
    texts = [column.of(reviewed) for column in COLUMNS.values()]
    numbers = [column.sorted_by(reviewed) if column.sorted_by else None for column in COLUMNS.values()]
    facets = [facet.of(reviewed) for facet in FACETS.values()]
    row = _grid_row(f"{reviewed['object']}.{reviewed['name']}", texts, numbers, facets, language)
    return replace(row, kind=kind_of(reviewed), suggestion=reviewed["suggestion"])


def _grid_row(
    name: str,
    texts: Sequence[object],
    numbers: Sequence[float | None],
    facets: Sequence[Sequence[object]],
    language: str,
) -> GridRow:
    def read(some: Sequence[object]) -> tuple[str, ...]:
        return tuple(cell_text(translate(text, language)) for text in some)

    cell_texts = read(texts)
    cells = tuple(
        number if column.sorted_by else text
        for column, number, text in zip(COLUMNS.values(), numbers, cell_texts, strict=True)
    )
    return GridRow(name, cells, cell_texts, facets=tuple(read(words) for words in facets))
