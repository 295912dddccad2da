"""The mapping board of notebook 06: every pair of custom Lead and Contact fields in one table, with the
decision, the reason and what speaks for or against it; Marketo's fixed mappings stand below, to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from runbook_lib.change.decisions.rows import Pairing
from runbook_lib.errors import RunbookError, UsageFault
from runbook_lib.guide.views.vocabulary import REVIEWS
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
from runbook_lib.review.mappings.conflicts import CONFLICT_SOURCE
from runbook_lib.text import Message, say, translate

HEADS = (
    say("Lead field"), say("Contact field"), say("In Marketo"), say("Verdict"), say("Values that differ"),
    say("Wins on conflict"), say("Decided by"),
)  # fmt: skip
GROUPS = (
    ("", say("all")),
    ("clashes", say("those that do not fit")),
    ("combined", say("those that Marketo combines")),
    ("offered", say("those with the same meaning under different names")),
    ("named", say("pairs of your own")),
    ("changed", say("those to be changed")),
    ("fixed", say("those that Marketo fixes")),
)
"""What the table can be narrowed to. ``changed`` is reckoned in the browser, from the decisions there."""
_WORDS = {
    "caption": say("Pairs of Lead and Contact fields"),
    "decision": say("Decision"),
    "reason": say("Reason"),
    "decide": say("Decision for Lead {lead} and Contact {contact}", lead="", contact=""),
    "why": say("Reason for Lead {lead} and Contact {contact}", lead="", contact=""),
    "fixed": say("fixed"),
    "search": say("Filter by words"),
    "show": say("Show"),
    "more": say("Show more"),
    "own": say("A pair you choose"),
    "lead": say("Lead field"),
    "contact": say("Contact field"),
    "add": say("Add this pair"),
    "told": say(
        "{shown} of {all} pairs found, {changed} to be changed in Marketo.", shown=0, all=0, changed=0
    ),
}


@dataclass(frozen=True)
class Folded:
    """A cell whose ``items`` unfold below ``summary``."""

    summary: str
    items: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.summary}: {', '.join(self.items)}"


@dataclass(frozen=True)
class Choice:
    """What is decided about a pair, and why."""

    decision: Pairing
    reason: str = ""


@dataclass(frozen=True)
class BoardRow:
    """One pair. ``options``: what may be decided; none where Marketo fixes the mapping.

    ``cells`` to sort by, ``shown`` to read, both in the order of :data:`HEADS`.
    """

    lead: str
    contact: str
    groups: tuple[str, ...]
    cells: tuple[Any, ...]
    shown: tuple[str | Folded, ...]
    options: tuple[Pairing, ...]
    choice: Choice

    @property
    def name(self) -> str:
        """What the pair is known by."""
        return pair_name(self.lead, self.contact)


def pair_name(lead: str, contact: str) -> str:
    """What a pair of fields is known by, whatever the case in which a file spells it."""
    return f"{lead}|{contact}".lower()


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
        states = ("rows", "heads", "words", "groups", "options", "choices", "leads", "contacts", "wanted")
        board = live_table("mapping_board", (*states, "notes"))(
            rows=_plain(self.rows),
            heads=[translate(head, language) for head in HEADS],
            words=words(_WORDS, language),
            groups=[[code, translate(text, language)] for code, text in GROUPS],
            options=[[pairing.value, translate(REVIEWS[pairing.value], language)] for pairing in Pairing],
            choices={row.name: _told(row.choice) for row in self.rows if row.options},
            leads=list(self.own.leads),
            contacts=list(self.own.contacts),
            notes=[translate(CONFLICT_SOURCE, language)],
        )
        board.observe(lambda _: self._add(board), "wanted")
        form = build_form(
            language,
            self.inputs(person),
            self.button,
            lambda values: take({**values, "choices": board.choices}),
        )
        return ipywidgets.VBox([board, form])

    def _add(self, board: Any) -> None:
        """Puts the pair that was asked for on top, to be paired; one that is there already stays."""
        lead, contact, *_ = board.wanted
        if pair_name(lead, contact) not in {row.name for row in self.rows}:
            try:
                row = self.own.row(lead, contact)
            except RunbookError:
                return
            self.rows.insert(0, row)
            board.choices = {**board.choices, row.name: _told(row.choice)}
            board.rows = _plain(self.rows)


def _choice(row: BoardRow, choices: Mapping[str, Any]) -> Choice:
    given = choices.get(row.name, _told(row.choice))
    if given["decision"] not in {each.value for each in row.options}:
        raise UsageFault(
            say("“{given}” is not a possible decision about {pair}.", given=given["decision"], pair=row.name),
            fix=say("Choose one of the options offered."),
        )
    return Choice(Pairing(given["decision"]), " ".join(str(given["reason"]).split()))


def _told(choice: Choice) -> dict[str, str]:
    return {"decision": choice.decision.value, "reason": choice.reason}


def _plain(rows: Sequence[BoardRow]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "lead": row.lead,
            "contact": row.contact,
            "groups": list(row.groups),
            "cells": list(row.cells),
            "shown": [asdict(each) if isinstance(each, Folded) else each for each in row.shown],
            "options": [each.value for each in row.options],
        }
        for row in rows
    ]
