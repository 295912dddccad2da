"""The columns of the mapping board, and one row of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runbook_lib.change.decisions.rows import Pairing
from runbook_lib.guide.widgets.boards.facets import Facets
from runbook_lib.text import say

COLUMNS = {
    "lead": say("Lead field"),
    "contact": say("Contact field"),
    "verdict": say("Verdict"),
    "in_marketo": say("In Marketo"),
    "differ": say("Values that differ"),
    "wins": say("Wins on conflict"),
    "decided_by": say("Decided by"),
}
HEADS = tuple(COLUMNS.values())


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

    ``cells`` to sort by, ``texts`` to read, both in the order of :data:`HEADS`. ``facets``: per facet, the
    words that it falls under.
    """

    lead: str
    contact: str
    groups: tuple[str, ...]
    cells: tuple[Any, ...]
    texts: tuple[str | Folded, ...]
    options: tuple[Pairing, ...]
    choice: Choice
    facets: Facets = ()

    @property
    def name(self) -> str:
        """What the pair is known by."""
        return pair_name(self.lead, self.contact)

    def text(self, column: str) -> str:
        """What it reads in the column of that name."""
        return str(self.texts[list(COLUMNS).index(column)])


def pair_name(lead: str, contact: str) -> str:
    """What a pair of fields is known by, whatever the case in which a file spells it."""
    return f"{lead}|{contact}".lower()
