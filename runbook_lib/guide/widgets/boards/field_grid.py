"""The field grid of notebook 04: every field in one table, with filters, facets, sort, ticks and undo.

The table is a plain Python model (rows, what is ticked); the browser shows it as a native HTML table and
only ever changes the list of ticked names. Whatever comes from an org is set as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.guide.widgets.boards.field_columns import COLUMNS
from runbook_lib.guide.widgets.boards.field_facets import FACETS, Facets, facet_words
from runbook_lib.guide.widgets.boards.native_table import live_table, words
from runbook_lib.guide.widgets.form import (
    Form,
    Input,
    Person,
    Take,
    Values,
    build_form,
    name_input,
    named,
)
from runbook_lib.text import Message, say, translate

DECIDE = say("Decide")
HEADS = tuple(column.head for column in COLUMNS.values())
_WORDS = {
    "caption": say("Fields that the sync user sees"),
    "decision": say("Hide"),
    "hide": say("Hide {field}", field=""),
    "search": say("Filter by words"),
    "facets": say("Filter by facets"),
    "all": say("all"),
    "only_hidden": say("Only those to hide"),
    "clear": say("Clear all filters"),
    "hide_found": say("Hide the {count} found", count=0),
    "keep_found": say("Keep the {count} found", count=0),
    "as_offered": say("Back to the original ticks"),
    "undo": say("Undo"),
    "now_hidden": say("Newly ticked to hide: {count}.", count=0),
    "now_kept": say("Newly unticked, to keep: {count}.", count=0),
    "now_as_offered": say("Back to the original ticks: {count} changed.", count=0),
    "undone": say("Undone: {count} as before.", count=0),
    "nothing_to_undo": say("There is nothing to undo."),
    "more": say("Show more"),
    "told": say(
        "{shown} of {all} fields found, {locked} of them locked; {hide} to hide.",
        shown=0,
        all=0,
        locked=0,
        hide=0,
    ),
}


@dataclass(frozen=True)
class GridRow:
    """One field: ``cells`` to sort by (``None``: not known, which stands last), ``shown`` to read.

    ``kind``: ``custom``, ``standard`` or ``locked``, which nobody can tick. ``facets``: per facet, the words
    that it falls under.
    """

    name: str
    cells: tuple[Any, ...]
    shown: tuple[str, ...]
    kind: str = "custom"
    facets: Facets = ()

    def text(self, column: str) -> str:
        """What it reads in the column of that name."""
        return self.shown[list(COLUMNS).index(column)]


def grid_state(rows: Sequence[GridRow], hidden: Collection[str], language: str) -> dict[str, Any]:
    """The grid as the browser holds it; a row holds the places of its words in the lists of the facets."""
    options = facet_words([row.facets for row in rows], language)
    places = [{word: place for place, word in enumerate(some)} for some in options]
    return {
        "rows": [_row_state(row, places) for row in rows],
        "heads": [translate(head, language) for head in HEADS],
        "facets": [
            {"label": translate(facet.head, language), "options": some}
            for facet, some in zip(FACETS.values(), options, strict=True)
        ],
        "words": words(_WORDS, language),
        "hidden": [row.name for row in rows if row.name in hidden and row.kind != "locked"],
    }


def _row_state(row: GridRow, places: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    facets = [[place[word] for word in found] for place, found in zip(places, row.facets, strict=True)]
    return {"name": row.name, "cells": row.cells, "shown": row.shown, "kind": row.kind, "facets": facets}


@dataclass(frozen=True)
class FieldsHidden:
    """Which fields are hidden (full names), and who says so."""

    names: tuple[str, ...]
    by: str


class GridForm(Form[FieldsHidden]):
    """Keep or hide for many fields. ``hidden``: the names that are ticked at first."""

    def __init__(self, rows: Sequence[GridRow], hidden: Collection[str], button: Message = DECIDE) -> None:
        self.rows = rows
        self.hidden = hidden
        self._button = button

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return self._button

    def inputs(self, person: Person) -> Sequence[Input]:
        """A name; what is ticked comes from the grid above it."""
        return [name_input(person)]

    def submit(self, values: Values) -> FieldsHidden:
        """What is ticked. ``UsageFault`` where the name is missing; unknown names are left out."""
        by = named(values)
        wanted = frozenset(values["hidden"])
        ticked = (row.name for row in self.rows if row.name in wanted and row.kind != "locked")
        return FieldsHidden(tuple(ticked), by)

    def build(self, person: Person, take: Take) -> Any:
        """The grid above the name and the button."""
        import ipywidgets  # lazy: only where a person is there to use it

        language = person.language
        state = grid_state(self.rows, self.hidden, language)
        grid = live_table("field_grid", tuple(state))(**state)
        form = build_form(
            language,
            self.inputs(person),
            self.button,
            lambda values: take({**values, "hidden": grid.hidden}),
        )
        return ipywidgets.VBox([grid, form])
