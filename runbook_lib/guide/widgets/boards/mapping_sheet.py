"""The pairs of the mapping board as a spreadsheet: what is decided, with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.change.decisions.rows import MappingDecision, Pairing
from runbook_lib.change.decisions.workbook import workbook
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.boards.mapping_columns import BoardRow, Choice, pair_name
from runbook_lib.guide.widgets.boards.spreadsheet import Sheet
from runbook_lib.text import Message, say

_BESIDE = ("lead", "contact", "verdict", "in_marketo", "differ", "wins")


@dataclass(frozen=True)
class BoardSheet(Sheet[MappingDecision]):
    """The spreadsheet of one board. ``rows``: the pairs that it has now; ``add``: puts a pair that a file
    names there."""

    rows: Sequence[BoardRow]
    add: Callable[[str, str], None]
    language: str
    row = MappingDecision

    def file(self, table: Any) -> tuple[str, bytes]:
        """Every pair that can be decided about, as it is decided now."""
        there = {row.name: row for row in self.rows if row.options}
        rows = [_decision(row, table.choices.get(row.name, {})) for row in there.values()]

        def texts_of(column: str) -> Callable[[MappingDecision], str]:
            return lambda row: there[pair_name(row.lead_field, row.contact_field)].text(column)

        beside = {column: texts_of(column) for column in _BESIDE}
        return "mappings.xlsx", workbook(MappingDecision, rows, beside, Pairing, self.language)

    def take(self, table: Any, rows: Sequence[MappingDecision]) -> tuple[dict[str, Any], list[Message]]:
        """What is decided about each pair; what cannot be decided so is told."""
        taken: dict[str, Any] = {}
        left_out: list[Message] = []
        for row in rows:
            name, line = pair_name(row.lead_field, row.contact_field), str(row.line)
            try:
                pair = self._pair(name, row)
            except UsageFault as fault:
                left_out.append(say("Line {line}: {reason}", line=line, reason=fault.what))
                continue
            if row.decision in pair.options:
                taken[name] = {"decision": row.decision.value, "reason": row.reason}
            elif row.decision is not Pairing.LEAVE:
                left_out.append(
                    say("Line {line}: {reason}", line=line, reason=not_possible(row.decision.value, name))
                )
        return taken, left_out

    def _pair(self, name: str, row: MappingDecision) -> BoardRow:
        there: Mapping[str, BoardRow] = {pair.name: pair for pair in self.rows}
        if name not in there:
            self.add(row.lead_field, row.contact_field)
            there = {pair.name: pair for pair in self.rows}
        return there[name]


def not_possible(given: str, pair: str) -> Message:
    """That nobody can decide so about this pair."""
    return say("“{given}” is not a possible decision about {pair}.", given=given, pair=pair)


def _decision(row: BoardRow, chosen: Mapping[str, Any]) -> MappingDecision:
    choice = Choice(Pairing(chosen.get("decision", row.choice.decision)), str(chosen.get("reason", "")))
    return MappingDecision(row.lead, row.contact, choice.decision, reason=choice.reason)
