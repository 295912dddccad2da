"""The mapping board of notebook 06: every pair of custom Lead and Contact fields in one table, with the
decision, the reason and what speaks for or against it; Marketo's fixed mappings stand below, to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from runbook_lib.change.decisions.rows import Pairing
from runbook_lib.errors import RunbookError, UsageFault
from runbook_lib.guide.views.vocabulary import REVIEWS
from runbook_lib.guide.widgets.boards.facets import facet_state
from runbook_lib.guide.widgets.boards.mapping_columns import HEADS, BoardRow, Choice, Folded, pair_name
from runbook_lib.guide.widgets.boards.mapping_facets import FACETS
from runbook_lib.guide.widgets.boards.mapping_sheet import BoardSheet, not_possible
from runbook_lib.guide.widgets.boards.native_table import live_table, words
from runbook_lib.guide.widgets.boards.spreadsheet import WORDS, carry
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
from runbook_lib.review.mappings.conflicts import CONFLICT_SOURCE
from runbook_lib.text import Message, say, translate

_WORDS = {
    "caption": say("Pairs of Lead and Contact fields"),
    "decision": say("Decision"),
    "reason": say("Reason"),
    "decide": say("Decision for Lead {lead} and Contact {contact}", lead="", contact=""),
    "why": say("Reason for Lead {lead} and Contact {contact}", lead="", contact=""),
    "fixed": say("fixed"),
    "search": say("Filter by words"),
    "facets": say("Filter by facets"),
    "all": say("all"),
    "only": say("Only those to be changed"),
    "clear": say("Clear all filters"),
    "leave_found": say("Leave the {count} found as they are", count=0),
    "break_found": say("Separate the {count} found", count=0),
    "pair_found": say("Pair the {count} found", count=0),
    "now_leave": say("Left as they are now: {count}.", count=0),
    "now_break": say("Separated now: {count}.", count=0),
    "now_pair": say("Paired now: {count}.", count=0),
    "undo": say("Undo"),
    "undone": say("Undone: {count} as before.", count=0),
    "nothing_to_undo": say("There is nothing to undo."),
    "more": say("Show more"),
    "own": say("A pair you choose"),
    "lead": say("Lead field"),
    "contact": say("Contact field"),
    "add": say("Add this pair"),
    "summary": say(
        "{shown} of {all} pairs found, {fixed} of them fixed; {changed} to be changed in Marketo.",
        shown=0,
        all=0,
        fixed=0,
        changed=0,
    ),
    **WORDS,
}


@dataclass(frozen=True)
class Own:
    """What pairs of one's own are made of: the custom fields there are; ``row`` makes the row of a pair."""

    leads: tuple[str, ...]
    contacts: tuple[str, ...]
    row: Callable[[str, str], BoardRow]


@dataclass(frozen=True)
class PairsChosen:
    """What was chosen for each pair, by its name; and who says so."""

    choices: Mapping[str, tuple[BoardRow, Choice]]
    by: str


class BoardForm(Form[PairsChosen]):
    """Pair, break or leave for every pair."""

    def __init__(self, rows: Sequence[BoardRow], own: Own) -> None:
        self.rows = list(rows)
        self.own = own

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Decide")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A name; the choices come from the board above it."""
        return [name_input(person)]

    def submit(self, values: Values) -> PairsChosen:
        """The decisions. ``UsageFault`` where the name is missing or a choice is none of those that the pair
        has; choices for pairs that are not in the table are left out."""
        by = named(values)
        chosen = {row.name: (row, _choice(row, values["choices"])) for row in self.rows if row.options}
        return PairsChosen(chosen, by)

    def build(self, person: Person, take: Take) -> Any:
        """The board above the name and the button."""
        import ipywidgets  # lazy: only where a person is there to use it

        language = person.language
        states = ("rows", "heads", "words", "facets", "options", "choices", "leads", "contacts", "wanted")
        lists, rows = _plain(self.rows, language)
        board = live_table("mapping_board", (*states, "notes"))(
            rows=rows,
            facets=lists,
            heads=[translate(head, language) for head in HEADS],
            words=words(_WORDS, language),
            options=[[pairing.value, translate(REVIEWS[pairing.value], language)] for pairing in Pairing],
            choices={row.name: _as_json(row.choice) for row in self.rows if row.options},
            leads=list(self.own.leads),
            contacts=list(self.own.contacts),
            notes=[translate(CONFLICT_SOURCE, language)],
        )
        board.observe(lambda _: self._add_wanted(board, language), "wanted")
        carry(board, BoardSheet(self.rows, partial(self._add, board, language), language), language)
        form = build_form(
            language,
            self.inputs(person),
            self.button,
            lambda values: take({**values, "choices": board.choices}),
        )
        return ipywidgets.VBox([board, form])

    def _add_wanted(self, board: Any, language: str) -> None:
        """Puts the pair that was asked for on top; one that cannot be had is left out."""
        lead, contact, *_ = board.wanted
        with suppress(RunbookError):
            self._add(board, language, lead, contact)

    def _add(self, board: Any, language: str, lead: str, contact: str) -> None:
        """Puts a pair on top, to be paired; one that is there already stays. ``UsageFault`` for a field that
        is not there."""
        if pair_name(lead, contact) in {row.name for row in self.rows}:
            return
        row = self.own.row(lead, contact)
        self.rows.insert(0, row)
        board.choices = {**board.choices, row.name: _as_json(row.choice)}
        with board.hold_sync():  # a row holds places in the lists
            board.facets, board.rows = _plain(self.rows, language)


def _choice(row: BoardRow, choices: Mapping[str, Any]) -> Choice:
    given = choices.get(row.name, _as_json(row.choice))
    if given["decision"] not in {option.value for option in row.options}:
        raise UsageFault(
            not_possible(given["decision"], row.name),
            fix=say("Choose one of the options offered."),
        )
    return Choice(Pairing(given["decision"]), " ".join(str(given["reason"]).split()))


def _as_json(choice: Choice) -> dict[str, str]:
    return {"decision": choice.decision.value, "reason": choice.reason}


def _plain(rows: Sequence[BoardRow], language: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lists of the facets and the rows, as the browser holds them."""
    lists, places = facet_state(FACETS, [row.facets for row in rows], language)
    return lists, [
        {
            "name": row.name,
            "lead": row.lead,
            "contact": row.contact,
            "facets": row_places,
            "cells": list(row.cells),
            "texts": [asdict(cell) if isinstance(cell, Folded) else cell for cell in row.texts],
            "options": [pairing.value for pairing in row.options],
        }
        for row, row_places in zip(rows, places, strict=True)
    ]
