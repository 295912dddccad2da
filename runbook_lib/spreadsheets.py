"""Tables that people bring as a workbook (XLSX) or as text (CSV), read in one way and without surprises.

What a file is says its content, not its name. A workbook is read by its values: a formula counts as what it
last came to, a date as its ISO form, a number without a needless ``.0``. Its sheets may have any names and
stand in any order, and whoever reads takes the one whose columns it knows.

A workbook may say that its last cell is a million rows down: a reader that makes room for a whole sheet would
bring the process down with a file of five kilobytes. So the places of the cells are looked at first.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

from runbook_lib.text import Message, say
from runbook_lib.text_files import MOST_BYTES, Table, TableLine, UnreadableText, read_bytes, table_in

MOST_ROWS, MOST_COLUMNS = 100_000, 300
"""A list of all fields of a large org has some thousand rows and a dozen columns."""
SUFFIXES = (".csv", ".xlsx", ".xls")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHEETS = "xl/worksheets/"


def may_be_spreadsheet(path: Path) -> bool:
    """Whether its name says that it is a table; one of an older kind is told, not passed over."""
    return path.suffix.lower() in SUFFIXES


def read_tables(path: Path) -> tuple[Table, ...]:
    """The tables in the file ``path``: one of a text, of a workbook one for each sheet.

    ``FileNotFoundError`` without a file, :class:`UnreadableText` where it cannot be read.
    """
    return tables_in(read_bytes(path))


def tables_in(content: bytes) -> tuple[Table, ...]:
    """The tables in the content of a file; at least one, which may be empty.

    :class:`UnreadableText` where it is neither a workbook that can be read nor a text.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableText(say("it is larger than {most} megabytes", most=MOST_BYTES // 1024**2))
    if content.startswith(_OLE):
        raise UnreadableText(_why_old(content))
    if not content.startswith(_ZIP):
        return (table_in(content),)
    try:
        _look_through(content)
        return tuple(_sheets(content)) or (Table(),)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as fault:
        raise UnreadableText(say("the workbook is damaged ({reason})", reason=type(fault).__name__)) from None


def _why_old(content: bytes) -> Message:
    if _ENCRYPTED in content:
        return say("it is protected with a password; save it without one")
    return say("it is a workbook of an older kind (.xls); save it as “Excel workbook (.xlsx)”")


def _sheets(content: bytes) -> Iterator[Table]:
    import python_calamine as calamine  # lazy: only where a workbook is brought

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if sheet.typ is calamine.SheetTypeEnum.WorkSheet:
                rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                yield _table(rows)
    except calamine.CalamineError as fault:
        raise UnreadableText(say("the workbook is damaged ({reason})", reason=type(fault).__name__)) from None


def _table(rows: Sequence[Sequence[object]]) -> Table:
    lines = [TableLine(number, tuple(map(_text, cells))) for number, cells in enumerate(rows, start=1)]
    filled = tuple(line for line in lines if any(line.cells))
    return Table(filled[0].cells, filled[1:]) if filled else Table()


def _text(value: object) -> str:
    """A cell as a person would have typed it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _look_through(content: bytes) -> None:
    """:class:`UnreadableText` where the file is no workbook, or one that unpacks to more than we read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise UnreadableText(
                say("it is no Excel workbook; save it as “Excel workbook (.xlsx)” or as CSV")
            )
        left = MOST_BYTES
        for name in names:
            left -= _unpacked(archive, name, left)
        for name in names:
            if name.startswith(_SHEETS) and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    _demand_small(sheet)


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> int:
    """How many bytes ``name`` really unpacks to; what an archive says of itself may be forged."""
    size = 0
    with archive.open(name) as part:
        while chunk := part.read(1024**2):
            size += len(chunk)
            if size > most:
                raise UnreadableText(say("it is larger than {most} megabytes", most=MOST_BYTES // 1024**2))
    return size


def _demand_small(sheet: IO[bytes]) -> None:
    """No cell that holds something stands further out than a list of fields reaches."""
    from lxml import etree  # lazy: only where a workbook is brought

    try:
        for _, row in etree.iterparse(sheet, tag="{*}row", resolve_entities=False):
            for cell in row.iterchildren("{*}c"):
                if len(cell) and _is_far(str(cell.get("r", "")), str(row.get("r", ""))):
                    raise UnreadableText(
                        say("it has more than {rows} rows or {columns} columns; delete what stands far below "
                            "or to the right of the table", rows=MOST_ROWS, columns=MOST_COLUMNS)
                    )  # fmt: skip
            row.clear()
    except etree.XMLSyntaxError as fault:
        raise UnreadableText(say("the workbook is damaged ({reason})", reason=type(fault).__name__)) from None


def _is_far(place: str, row: str) -> bool:
    """Whether ``place``, such as ``XFD1048576``, is out of reach; ``row``: what the row says of itself."""
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column > MOST_COLUMNS or max(_number(place[len(letters) :]), _number(row)) > MOST_ROWS


def _number(digits: str) -> int:
    return (int(digits) if len(digits) < 10 else MOST_ROWS + 1) if digits.isdigit() else 0
