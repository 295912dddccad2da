"""The field grid of notebook 04: every field in one table, with filters, sort and a tick to hide.

The table is a plain Python model (rows, what is ticked); the browser shows it as a native HTML table and
only ever changes the list of ticked names. Whatever comes from an org is set as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook_lib.guide.widgets.boards.native_table import live_table, words
from runbook_lib.guide.widgets.form import Values, build_form, name_input, named
from runbook_lib.text import Message, say, translate

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session

DECIDE = say("Decide")
Keep = Callable[[tuple[str, ...], str], Message]
HEADS = (
    say("Field"), say("Label"), say("Reason"), say("In Marketo"), say("Filled, %"), say("Type"), say("Kind"),
    say("Package"), say("Used in the last year"), say("Watch"),
)  # fmt: skip
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


def row_state(row: GridRow) -> dict[str, Any]:
    """A row as the browser holds it."""
    return {"name": row.name, "cells": row.cells, "shown": row.shown, "kind": row.kind}


class GridForm:
    """Keep or hide for many fields. ``keep`` writes down which are hidden, and by whom."""

    def __init__(
        self,
        session: Session,
        rows: Sequence[GridRow],
        hidden: Collection[str],
        keep: Keep,
        button: Message = DECIDE,
    ) -> None:
        self.session = session
        self.rows = rows
        self.hidden = hidden
        self.keep = keep
        self.button = button

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where the name is missing; unknown names are left out."""
        by = named(values)
        wanted = frozenset(values["hidden"])
        ticked = tuple(each.name for each in self.rows if each.name in wanted and each.kind != "locked")
        with self.session.workspace.lock("decision"):
            return self.keep(ticked, by)

    def build(self) -> Any:
        """The grid above the name and the button."""
        import ipywidgets  # lazy: only where a person is there to use it

        language = self.session.language
        grid = live_table("field_grid", ("rows", "heads", "words", "hidden"))(
            rows=[row_state(each) for each in self.rows],
            heads=[translate(each, language) for each in HEADS],
            words=words(_WORDS, language),
            hidden=[each.name for each in self.rows if each.name in self.hidden and each.kind != "locked"],
        )
        form = build_form(
            language,
            [name_input(self.session.journal)],
            self.button,
            lambda values: self.submit({**values, "hidden": grid.hidden}),
        )
        return ipywidgets.VBox([grid, form])
