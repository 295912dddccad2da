"""The fields of the grid as a spreadsheet: what is decided, with what helps to decide beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.change.decisions.files import Beside
from runbook_lib.change.decisions.rows import FieldDecision, Visibility
from runbook_lib.change.decisions.workbook import workbook
from runbook_lib.guide.widgets.boards.field_columns import GridRow
from runbook_lib.guide.widgets.boards.spreadsheet import Sheet
from runbook_lib.text import Message, say, translate


def beside(rows: Sequence[GridRow]) -> Beside:
    """The columns that decide nothing. A share is text with its sign behind it: a German Excel would take
    12.5 for the twelfth of May."""
    by_name = {row.name: row for row in rows}

    def texts_of(column: str) -> dict[str, str]:
        return {name: row.text(column) for name, row in by_name.items()}

    signs = {name: " %" if row.number("filled") is not None else "" for name, row in by_name.items()}
    columns: dict[str, Mapping[str, str]] = {
        "label": texts_of("label"),
        "type": texts_of("type"),
        "filled": {name: text + signs[name] for name, text in texts_of("filled").items()},
        "risk": texts_of("watch_out"),
        "suggestion": {name: row.suggestion for name, row in by_name.items()},
    }
    return {column: _by_name(texts) for column, texts in columns.items()}


@dataclass(frozen=True)
class FieldSheet(Sheet[FieldDecision]):
    """The spreadsheet of one grid. ``known``: by full name, what is on file or suggested; ``said``: what a
    spreadsheet said, which is put there."""

    rows: Sequence[GridRow]
    known: Mapping[str, FieldDecision]
    said: MutableMapping[str, FieldDecision]
    language: str
    row = FieldDecision

    def file(self, table: Any) -> tuple[str, bytes]:
        """Every field that can be decided about, as it is ticked now."""
        hidden = frozenset(table.hidden)
        rows = [self._decision(row.name, row.name in hidden) for row in self.rows if row.kind != "locked"]
        more = {**beside(self.rows), "filled": self._filled()}
        return "fields.xlsx", workbook(FieldDecision, rows, more, Visibility, self.language)

    def take(self, table: Any, rows: Sequence[FieldDecision]) -> tuple[dict[str, Any], list[Message]]:
        """Whether each field is to be hidden; what is locked, or not in the table, is told."""
        there = {row.name.lower(): row for row in self.rows}
        taken: dict[str, Any] = {}
        left_out: list[Message] = []
        for row in rows:
            field, line = there.get(row.full_name.lower()), str(row.line)
            if field is None:
                left_out.append(
                    say("Line {line}: {name} is not in this table.", line=line, name=row.full_name)
                )
            elif field.kind != "locked":
                taken[field.name] = row.decision is Visibility.HIDE
                self.said[field.name] = row
            elif row.decision is Visibility.HIDE:
                why = field.text("reason")
                left_out.append(
                    say("Line {line}: {name} stays visible. {why}", line=line, name=field.name, why=why)
                )
        return taken, left_out

    def _decision(self, name: str, is_hidden: bool) -> FieldDecision:
        """With the reason that belongs to it; decided differently by now, it has none yet."""
        decision = Visibility.HIDE if is_hidden else Visibility.KEEP
        known = self.said.get(name) or self.known.get(name)
        object_name, _, field = name.partition(".")
        is_same = known is not None and known.decision is decision
        return known if known is not None and is_same else FieldDecision(object_name, field, decision)

    def _filled(self) -> Callable[[FieldDecision], str | float]:
        """A number where one was measured, to be sorted by; else the word for what is known."""
        return _by_name({row.name: _number(row, self.language) for row in self.rows})


def _by_name(cells: Mapping[str, str | float]) -> Callable[[FieldDecision], str | float]:
    return lambda row: cells.get(row.full_name, "")


def _number(row: GridRow, language: str) -> str | float:
    percent, text = row.number("filled"), row.text("filled")
    if percent is None:
        return text
    return percent if translate(percent, language) == text else f"{text} %"
