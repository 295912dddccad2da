"""A workbook that a person brings is read like a text, or refused with the reason; none brings us down."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from runbook_lib import spreadsheets
from runbook_lib.spreadsheets import read_tables, tables_in
from runbook_lib.text_files import TableLine, UnreadableText

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_workbook(*sheets: Sequence[Sequence[Any]], far: tuple[int, int] | None = None) -> bytes:
    """A workbook of these sheets; ``far``: row and column, from 0, of one cell more on the first."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yy"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
            if far:
                sheet.write_string(*far, "x")
    return content.getvalue()


def an_archive(**parts: str) -> bytes:
    """A ZIP file of these parts; ``__`` in a name is a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


def test_what_excel_makes_of_a_table() -> None:
    """Numbers, dates, answers and formulas are read as a person would have typed them; blank rows are left
    out, and rows are counted as Excel counts them."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yy"}) as book:
        sheet = book.add_worksheet("Umbenannt")
        sheet.write_row(1, 0, ["object", " field "])
        sheet.write_row(3, 0, [5, 2.5, True, date(2026, 11, 28)])
        sheet.write_datetime(4, 0, datetime(2026, 11, 28, 10, 30))
        sheet.write_formula(4, 1, '="hi"&"de"', value="hide")
    (table,) = tables_in(content.getvalue())
    assert table.columns[:2] == ("object", "field")
    assert table.lines == (
        TableLine(4, ("5", "2.5", "true", "2026-11-28")),
        TableLine(5, ("2026-11-28T10:30:00", "hide", "", "")),
    )


def test_each_sheet_is_a_table() -> None:
    """Sheets are read in their order; one without a cell is an empty table."""
    first, second = tables_in(a_workbook([["a"], ["1"]], []))
    assert (first.columns, second.columns) == (("a",), ())


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    """A text called .xlsx is read as text, a workbook called .csv as a workbook."""
    (tmp_path / "a.xlsx").write_text("a;b\n1;2\n")
    (tmp_path / "b.csv").write_bytes(a_workbook([["a", "b"], [1, 2]]))
    assert read_tables(tmp_path / "a.xlsx") == read_tables(tmp_path / "b.csv")


def test_what_stands_nowhere_near_brings_nothing_down() -> None:
    """One cell in the last row and column, which a reader makes half a terabyte of room for, is refused; a
    million formatted cells that hold nothing are not."""
    with pytest.raises(UnreadableText, match="more than 100,000 rows"):
        tables_in(a_workbook([["a"]], far=(1_048_575, 16_383)))
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "a")
        sheet.write_blank(1_048_575, 0, None, book.add_format({"bold": True}))
    assert tables_in(content.getvalue())[0].columns == ("a",)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OLE + bytes(600), ".xls"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (an_archive(word__document="x"), "no Excel workbook"),
        (an_archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "no Excel workbook"),
        (a_workbook([["a"]])[:400], "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (an_archive(**{"[Content_Types].xml": "x", "xl__worksheets__sheet1.xml": "<row"}), "damaged"),
        (an_archive(**{"[Content_Types].xml": "x", "xl__workbook.xml": "<none/>"}), "damaged"),
    ],
    ids=["xls", "encrypted", "document", "ods", "cut", "forged", "no XML", "no workbook"],
)
def test_what_is_no_workbook_says_why(content: bytes, told: str) -> None:
    """An older kind, one with a password, another document, and a damaged one each have their sentence."""
    with pytest.raises(UnreadableText, match=told):
        tables_in(content)


def test_what_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to more than we read is refused before it is."""
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 1024**2)
    bomb = an_archive(**{"[Content_Types].xml": "x", "xl__workbook.xml": " " * 3 * 1024**2})
    assert len(bomb) < 20_000
    with pytest.raises(UnreadableText, match="larger than 1 megabytes"):
        tables_in(bomb)
