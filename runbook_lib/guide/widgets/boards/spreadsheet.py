"""The spreadsheet of a live table: Python makes the file and reads the one that is brought; the browser only
carries them. What a file says is shown in the table, where it can be undone, and is decided with the button.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from runbook_lib.change.decisions.files import rows_in
from runbook_lib.change.decisions.rows import Row
from runbook_lib.errors import RunbookError
from runbook_lib.text import Message, say, translate

T = TypeVar("T", bound=Row)
WORDS = {
    "save_sheet": say("Save as a spreadsheet (XLSX)"),
    "take_sheet": say("Take over a spreadsheet (XLSX or CSV)"),
    "now_taken": say("Taken over from the spreadsheet: {count} changed.", count=0),
}
"""What every table says of its spreadsheet."""
_MOST = 8
"""Megabytes; the browser sends no more (``table_tools.js``)."""


class Sheet(Protocol, Generic[T]):
    """What a table knows of its spreadsheet."""

    row: type[T]

    @abstractmethod
    def file(self, table: Any) -> tuple[str, bytes]:
        """The name and the content of the file, with the decisions as they stand in ``table``."""

    @abstractmethod
    def take(self, table: Any, rows: Sequence[T]) -> tuple[dict[str, Any], list[Message]]:
        """What the table should decide, by the name of its rows; and what of ``rows`` has no place there."""


def carry(table: Any, sheet: Sheet[T], language: str) -> None:
    """Answers the browser's wish for a file, and takes the one that it brings; whole, or not at all."""

    def hear(_: object, content: Any, buffers: Sequence[Any]) -> None:
        try:
            if content.get("save"):
                name, file = sheet.file(table)
                table.send({"file": name, "faults": []}, [file])
            elif content.get("brought"):
                table.send(_taken(table, sheet, str(content["brought"]), buffers, language))
        except RunbookError as error:
            table.send({"faults": [translate(error, language)]})

    table.on_msg(hear)


def _taken(table: Any, sheet: Sheet[T], name: str, buffers: Sequence[Any], language: str) -> dict[str, Any]:
    faults: list[Message] = []
    rows: list[T] = []
    if buffers:
        rows = rows_in(name, bytes(buffers[0]), sheet.row, faults)
    else:
        too_large = say("it is larger than {most} megabytes", most=_MOST)
        faults.append(say("{file}: {reason}.", file=name, reason=too_large))
    if faults:
        why = say("Nothing was taken from these files, so that no decision is carried out halfway.")
        return {"faults": [translate(text, language) for text in (*faults, why)]}
    decided, left_out = sheet.take(table, rows)
    return {"taken": decided, "faults": [translate(text, language) for text in left_out]}
