"""How the columns and the choices of a file of decisions read in each language, and back again.

A file may bear our own names (``object``, ``keep``) or the words that a person reads in a spreadsheet; both
are known, in any case and in any order of columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from runbook_lib.text import LANGUAGES, Worded, say, translate

HEADINGS = {
    "object": say("Object"),
    "field": say("API name"),
    "lead_field": say("Lead field"),
    "contact_field": say("Contact field"),
    "label": say("Label"),
    "type": say("Type"),
    "filled": say("Filled, %"),
    "risk": say("Watch"),
    "suggestion": say("Suggestion"),
    "in_marketo": say("In Marketo"),
    "verdict": say("Verdict"),
    "differ": say("Values that differ"),
    "wins": say("Wins on conflict"),
    "decision": say("Decision"),
    "reason": say("Reason"),
    "decided_by": say("Decided by"),
    "decided_at": say("Decided at"),
    "shared": say("Hide for others, too"),
}
"""Column → its heading. A column that is not here bears its own name in every language."""


def heading(column: str, language: str) -> str:
    """What stands above the column."""
    return translate(HEADINGS.get(column, column), language)


def columns_of(cells: Sequence[str]) -> list[str]:
    """The columns that a first line names. Our own name wins over a word for it: whoever keeps notes of their
    own beside ``reason`` may call that column so."""
    named = list(map(_plain, cells))
    return [name if (code := _codes().get(name)) is None or code in named else code for name in named]


def choice_in(kind: type[Worded]) -> Callable[[object], object]:
    """Reads a choice: its code or its word in any language, in any case; what is none comes back as it is."""

    def read(value: object) -> object:
        text = value.strip().lower() if isinstance(value, str) else value
        return _choices(kind).get(text, text) if isinstance(text, str) else text

    return read


@cache
def _codes() -> Mapping[str, str]:
    return {_plain(heading(code, language)): code for code in HEADINGS for language in LANGUAGES}


@cache
def _choices(kind: type[Worded]) -> Mapping[str, str]:
    return {
        translate(choice.word, language).lower(): choice.value for choice in kind for language in LANGUAGES
    }


def _plain(cell: str) -> str:
    return re.sub(r"\W+", "_", cell.strip().lower()).strip("_")
