"""The field grid of notebook 04: every field in one table, with filters, sort and a tick to hide.

The table is a plain Python model (rows, what is ticked); the browser shows it as a native HTML table and
only ever changes the list of ticked names. Whatever comes from an org is set as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.guide.widgets.boards.field_columns import COLUMNS
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
    "only_hidden": say("Only those to hide"),
    "hide_shown": say("Hide all shown"),
    "keep_shown": say("Keep all shown"),
    "as_offered": say("Back to the original ticks"),
    "kinds": say("Show"),
    "all_kinds": say("all fields"),
    "custom": say("custom fields"),
    "standard": say("standard fields that can be hidden"),
    "locked": say("fields that cannot be hidden"),
    "more": say("Show more"),
    "told": say("{shown} of {all} fields found, {hide} to hide.", shown=0, all=0, hide=0),
}


@dataclass(frozen=True)
class GridRow:
    """One field: ``cells`` to sort by (``None``: not known, which stands last), ``shown`` to read.

    ``kind``: ``custom``, ``standard`` or ``locked``, which nobody can tick.
    """

    name: str
    cells: tuple[Any, ...]
    shown: tuple[str, ...]
    kind: str = "custom"

    def text(self, column: str) -> str:
        """What it reads in the column of that name."""
        return self.shown[list(COLUMNS).index(column)]


def row_state(row: GridRow) -> dict[str, Any]:
    """A row as the browser holds it."""
    return {"name": row.name, "cells": row.cells, "shown": row.shown, "kind": row.kind}


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
        grid = live_table("field_grid", ("rows", "heads", "words", "hidden"))(
            rows=[row_state(row) for row in self.rows],
            heads=[translate(head, language) for head in HEADS],
            words=words(_WORDS, language),
            hidden=[row.name for row in self.rows if row.name in self.hidden and row.kind != "locked"],
        )
        form = build_form(
            language,
            self.inputs(person),
            self.button,
            lambda values: take({**values, "hidden": grid.hidden}),
        )
        return ipywidgets.VBox([grid, form])
