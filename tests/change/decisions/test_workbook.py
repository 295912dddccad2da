"""A file of decisions as a workbook: what is written is read, whatever a spreadsheet made of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.change.decisions import FieldDecision, MappingDecision, Pairing, Visibility
from runbook_lib.change.decisions.files import Beside, are_rows, rows_in
from runbook_lib.change.decisions.workbook import LONGEST_CELL, workbook
from runbook_lib.errors import UsageFault
from runbook_lib.spreadsheets import tables_in
from runbook_lib.text import LANGUAGES, Message

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True)
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("='+-@;_x0041"),
    max_size=30,
).map(lambda text: " ".join(text.split()))
BESIDE: Beside = {
    "label": lambda row: "=HYPERLINK()",
    "filled": lambda row: 12.5,
    "suggestion": lambda row: "hide",
}


def read(content: bytes, kind: type[Any] = FieldDecision) -> tuple[list[Any], list[str]]:
    """The rows of a workbook, and what is wrong with it."""
    faults: list[Message] = []
    rows = rows_in("fields.xlsx", content, kind, faults)
    return rows, list(map(str, faults))


def by_hand(*rows: list[Any], name: str = "Tabelle1") -> bytes:
    """A workbook that a person made, cell by cell, with a sheet of notes before it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yy"}) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Object", "to do"])
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return content.getvalue()


@st.composite
def decisions(draw: st.DrawFn) -> list[FieldDecision]:
    """Decisions about fields, each field once."""
    names = draw(st.lists(st.tuples(NAMES, NAMES), max_size=4, unique_by=lambda pair: ".".join(pair).lower()))
    moments = st.none() | st.datetimes(timezones=st.just(UTC))
    return [
        FieldDecision(*name, draw(st.sampled_from(Visibility)), reason=draw(TEXTS), decided_by=draw(TEXTS),
                      decided_at=draw(moments), shared=draw(st.booleans()))
        for name in names
    ]  # fmt: skip


@settings(max_examples=30)
@given(rows=decisions(), language=st.sampled_from(list(LANGUAGES)))
def test_fields_round_trip(rows: list[FieldDecision], language: str) -> None:
    """What is written in any language is read again, formulas included, and stands where Excel counts it."""
    found, faults = read(workbook(FieldDecision, rows, BESIDE, Visibility, language))
    assert faults == []
    assert found == rows and [row.line for row in found] == [*range(3, 3 + len(rows))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_mappings_round_trip(language: str) -> None:
    """So are pairs, each choice in the reader's words, and one whose side is empty."""
    rows = [MappingDecision("A__c", "B__c", choice) for choice in Pairing][:1]
    rows += [MappingDecision("C__c", "C__c", Pairing.BREAK, reason="other"),
             MappingDecision("D__c", "", Pairing.LEAVE)]  # fmt: skip
    content = workbook(MappingDecision, rows, {}, Pairing, language)
    assert read(content, MappingDecision) == (rows, [])
    assert are_rows(content, MappingDecision) and not are_rows(content, FieldDecision)


def test_what_excel_shows() -> None:
    """Headings in the reader's language stay in sight above a filter; names for us are hidden; the decision
    is chosen from a list, and but for what is decided all is locked. No cell is a formula."""
    content = workbook(FieldDecision, [FieldDecision("Lead", "A__c", Visibility.HIDE, reason="=1+1")],
                       BESIDE, Visibility, "de")  # fmt: skip
    (table,) = tables_in(content)
    assert table.columns[:5] == ("object", "field", "label", "filled", "suggestion")
    assert table.lines[0].cells[:2] == ("Objekt", "API-Name")
    assert {"'=HYPERLINK()", "12.5", "ausblenden", "'=1+1"} <= set(table.lines[1].cells)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    for part in (
        r'<pane xSplit="2" ySplit="2"[^>]*state="frozen"',
        r'<row r="1"[^>]*hidden="1"',
        r'<autoFilter ref="A2:',
        r"<sheetProtection sheet=",
        r"<dataValidation type=\"list\".*sichtbar lassen,ausblenden",
    ):
        assert re.search(part, sheet), part


def test_what_people_and_spreadsheets_do_to_it() -> None:
    """Columns moved, a renamed sheet, German and Spanish headings, other capitals, blank rows, columns of
    their own and a number as the reason change nothing."""
    german = by_hand(
        ["Entscheidung", "Notizen", "API-Name", "Objekt", "Begründung", "decided_at"],
        ["AUSBLENDEN", "?", "A__c", "Lead", 5, datetime(2026, 11, 28)],
        [],
        ["sichtbar lassen", "", "B__c", "Lead", "ja", ""],
        name="Felder (2)",
    )
    spanish = by_hand(["Objeto", "Nombre de API", "decisión"], ["Lead", "A__c", "ocultar"])
    rows, faults = read(german)
    assert faults == []
    assert [(row.field, row.decision, row.reason, row.line) for row in rows] == [
        ("A__c", Visibility.HIDE, "5", 2), ("B__c", Visibility.KEEP, "ja", 4),
    ]  # fmt: skip
    assert rows[0].decided_at == datetime(2026, 11, 28, tzinfo=UTC)
    assert read(spanish)[0][0].decision is Visibility.HIDE


def test_our_own_name_wins_over_a_word_for_it() -> None:
    """Who keeps notes under “Begründung” beside our own “reason” names no column twice."""
    (row,), faults = read(by_hand(["object", "field", "decision", "reason", "Begründung"],
                                  ["Lead", "A__c", "keep", "ours", "mine"]))  # fmt: skip
    assert (row.reason, faults) == ("ours", [])


def broken() -> Iterator[Any]:
    """Rows that cannot be taken, and how they are told: file, row, column and value."""
    head = ["object", "field", "decision"]
    yield [head, ["Lead", "A__c", True]], "fields.xlsx, line 2, decision: “true” is not one of"
    yield [head, [], ["Lead", "A__c", "hid"]], "fields.xlsx, line 3, decision: “hid” is not one of"
    yield [head, ["Lead", 7, "keep"]], "fields.xlsx, line 2, field: “7” is not a name"
    yield [head, ["Lead", "A__c", "keep"], ["LEAD", "a__C", "hide"]], "line 3: the same as line 2"
    yield [["object", "decision"], ["Lead", "keep"]], "fields.xlsx: has no column field"
    yield [[*head, "Decision"]], "names the column decision twice"


@pytest.mark.parametrize(("rows", "told"), list(broken()))
def test_every_fault_is_named(rows: list[list[Any]], told: str) -> None:
    """As in a text: file, row, column and the value that stands there."""
    _, faults = read(by_hand(*rows))
    assert len(faults) == 1 and told in faults[0]


def test_a_text_longer_than_a_cell_is_said() -> None:
    """Nothing is cut in silence."""
    row = FieldDecision("Lead", "A__c", Visibility.KEEP, reason="x" * (LONGEST_CELL + 1))
    with pytest.raises(UsageFault, match="Row 3, reason"):
        workbook(FieldDecision, [row], {}, Visibility, "en")
    assert read(workbook(FieldDecision, [replace(row, reason="x" * LONGEST_CELL)], {}, Visibility, "en"))[0]
