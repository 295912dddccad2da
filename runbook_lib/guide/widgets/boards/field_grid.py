"""The field grid of notebook 04: every field in one table, with filters, facets, sort, ticks and undo.

The table is a plain Python model (rows, what is ticked); the browser shows it as a native HTML table and
only ever changes the list of ticked names. Whatever comes from an org is set as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from runbook_lib.change.decisions.rows import FieldDecision, Visibility
from runbook_lib.guide.widgets.boards.facets import facet_state
from runbook_lib.guide.widgets.boards.field_columns import COLUMNS, GridRow
from runbook_lib.guide.widgets.boards.field_facets import FACETS
from runbook_lib.guide.widgets.boards.field_sheet import FieldSheet
from runbook_lib.guide.widgets.boards.native_table import live_table, words
from runbook_lib.guide.widgets.boards.spreadsheet import WORDS, carry
from runbook_lib.guide.widgets.fold import folded
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
    **WORDS,
    "decision": say("Hide"),
    "hide": say("Hide {field}", field=""),
    "search": say("Filter by words"),
    "facets": say("Filter by facets"),
    "all": say("all"),
    "only": say("Only those to hide"),
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
    "summary": say(
        "{shown} of {all} fields found, {locked} of them locked; {hide} to hide.",
        shown=0,
        all=0,
        locked=0,
        hide=0,
    ),
}


def grid_state(rows: Sequence[GridRow], hidden: Collection[str], language: str) -> dict[str, Any]:
    """The grid as the browser holds it; a row holds the places of its words in the lists of the facets."""
    lists, places = facet_state(FACETS, [row.facets for row in rows], language)
    return {
        "rows": [_row_state(row, row_places) for row, row_places in zip(rows, places, strict=True)],
        "heads": [translate(head, language) for head in HEADS],
        "facets": lists,
        "words": words(_WORDS, language),
        "hidden": [row.name for row in rows if row.name in hidden and row.kind != "locked"],
    }


def _row_state(row: GridRow, facets: list[list[int]]) -> dict[str, Any]:
    return {"name": row.name, "cells": row.cells, "texts": row.texts, "kind": row.kind, "facets": facets}


@dataclass(frozen=True)
class FieldsHidden:
    """Which fields are hidden (full names), and who says so.

    ``said``: what a spreadsheet said of a field besides, where it was not decided otherwise since.
    """

    names: tuple[str, ...]
    by: str
    said: Mapping[str, FieldDecision] = kept(default_factory=dict)


class GridForm(Form[FieldsHidden]):
    """Keep or hide for many fields. ``hidden``: the names that are ticked at first; ``known``: by name, what
    is on file or suggested, with its reason."""

    def __init__(
        self,
        rows: Sequence[GridRow],
        hidden: Collection[str],
        button: Message = DECIDE,
        known: Mapping[str, FieldDecision] | None = None,
    ) -> None:
        self.rows = rows
        self.hidden = hidden
        self.known = known or {}
        self.said: dict[str, FieldDecision] = {}
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
        ticked = tuple(row.name for row in self.rows if row.name in wanted and row.kind != "locked")
        said = {
            name: row
            for name, row in self.said.items()
            if (row.decision is Visibility.HIDE) is (name in wanted)
        }
        return FieldsHidden(ticked, by, said)

    def build(self, person: Person, take: Take) -> Any:
        """The grid above the name and the button; behind a fold where it was decided before."""
        import ipywidgets  # lazy: only where a person is there to use it

        language = person.language
        state = grid_state(self.rows, self.hidden, language)
        grid = live_table("field_grid", tuple(state))(**state)
        carry(grid, FieldSheet(self.rows, self.known, self.said, language), language)
        form = build_form(
            language,
            self.inputs(person),
            self.button,
            lambda values: take({**values, "hidden": grid.hidden}),
        )
        board = ipywidgets.VBox([grid, form])
        if self.button == DECIDE:
            return board
        return folded(translate(self.button, language), board)  # not in the way of what comes next
