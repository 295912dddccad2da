"""A file of decisions as a workbook (XLSX): what a person fills in where a text file would be in the way.

The first row names the columns for us and is hidden; below it they stand in the reader's language and stay in
sight. What is decided is chosen from a list; every other cell is locked, so that a slip changes nothing (the
lock has no password: it guards against slips, not against people). No cell is a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from runbook_lib.change.decisions.files import Beside, lines_of
from runbook_lib.change.decisions.headings import HEADINGS, heading
from runbook_lib.change.decisions.rows import Pairing, Row, Visibility
from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say, translate

T = TypeVar("T", bound=Row)
LONGEST_CELL = 32_767
"""Characters. Source: Microsoft, "Excel specifications and limits"."""
_OPEN = ("decision", "reason", "decided_by", "shared")
_NO_CHARACTERS = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")
"""XML has no place for them."""
_WIDTHS = {
    "object": 14,
    "label": 26,
    "suggestion": 14,
    "decision": 18,
    "reason": 50,
    "risk": 28,
    "differ": 28,
}
_USUAL_WIDTH = 20
_MAY_BE_DONE = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


def workbook(
    row: type[T], rows: Iterable[T], beside: Beside, choices: type[Visibility | Pairing], language: str
) -> bytes:
    """The file; its columns are those of the CSV. ``choices``: what may be decided, in the reader's words.

    ``UsageFault`` naming the cell where a text is longer than a cell can be.
    """
    import xlsxwriter  # lazy: only where a person wants a workbook

    columns, lines = lines_of(row, rows, beside)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(translate(HEADINGS["decision"], language))
        _Writer(book, sheet, language).write(columns, lines, choices)
    return content.getvalue()


class _Writer:
    def __init__(self, book: Any, sheet: Any, language: str) -> None:
        self.sheet = sheet
        self.language = language
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.shut = book.add_format({"text_wrap": True, "valign": "top"})
        self.open = book.add_format(
            {"text_wrap": True, "valign": "top", "locked": False, "bg_color": "#FFF8DC", "num_format": "@"}
        )
        self.share = book.add_format({"valign": "top", "num_format": '0.0" %"'})

    def write(
        self,
        columns: Sequence[str],
        lines: Sequence[Sequence[str | float]],
        choices: type[Visibility | Pairing],
    ) -> None:
        """Names, headings and lines, the list of choices, and the lock."""
        words = {choice.value: translate(choice.word, self.language) for choice in choices}
        for place, column in enumerate(columns):
            options = {} if column in HEADINGS and column != "decided_at" else {"hidden": True}
            self.sheet.set_column(place, place, _WIDTHS.get(column, _USUAL_WIDTH), None, options)
            self.sheet.write_string(0, place, column)
            self.sheet.write_string(1, place, heading(column, self.language), self.bold)
        for number, line in enumerate(lines, start=2):
            for place, (column, cell) in enumerate(zip(columns, line, strict=True)):
                known = words if column in ("decision", "suggestion") else {}
                self._put(number, place, column, known.get(str(cell), cell))
        self._guard(columns, len(lines) + 1, list(words.values()))

    def _put(self, number: int, place: int, column: str, cell: str | float) -> None:
        if not isinstance(cell, str):
            self.sheet.write_number(number, place, cell, self.share)
        elif len(cell) > LONGEST_CELL:
            raise UsageFault(
                say("Row {row}, {column}: the text is too long for a cell of a workbook.",
                    row=str(number + 1), column=column),
                fix=say("Shorten it, or use the CSV file."),
            )  # fmt: skip
        else:
            text = cell.translate(_NO_CHARACTERS)
            self.sheet.write_string(number, place, text, self.open if column in _OPEN else self.shut)

    def _guard(self, columns: Sequence[str], last: int, words: Sequence[str]) -> None:
        place = columns.index("decision")
        hint: Message = say("Choose one of the options offered.")
        validation = {"validate": "list", "source": words, "error_message": translate(hint, self.language)}
        self.sheet.data_validation(2, place, max(last, 2), place, validation)
        self.sheet.set_row(0, None, None, {"hidden": True})
        self.sheet.freeze_panes(2, 2)
        self.sheet.autofilter(1, 0, max(last, 2), len(columns) - 1)
        self.sheet.protect("", _MAY_BE_DONE)
