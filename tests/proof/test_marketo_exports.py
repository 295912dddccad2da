"""Marketo's exported CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.errors import UsageFault
from runbook_lib.proof.marketo_exports import (
    FieldName,
    SyncError,
    SyncState,
    read_field_names,
    read_sync_errors,
    read_sync_status,
)
from runbook_lib.proof.sync_errors import group_errors
from runbook_lib.rehearsal.console.exports import FIELD_COLUMNS
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, STATUS_COLUMNS


def put(folder: Path, text: str) -> Path:
    """A file with this text."""
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_sync_status(tmp_path: Path, delimiter: str, mark: str) -> None:
    """A line says what was done to one object, and with how many records; thousands may be grouped."""
    cells = [
        list(STATUS_COLUMNS),
        ["10:00", "10:02", "Person (Lead)", "Pull updates", "Succeeded", "1.200", "", "-", "3", "0"],
    ]
    (job,) = read_sync_status(
        put(tmp_path, mark + "\r\n".join(delimiter.join(row) for row in cells) + "\r\n\r\n")
    )
    assert (job.started_at, job.object, job.operation, job.status) == (
        "10:00",
        "Person (Lead)",
        "Pull updates",
        "Succeeded",
    )
    assert job.counts == {"new": 1200, "updated": None, "deleted": None, "failed": 3, "skipped": 0}


@pytest.mark.parametrize("header", ["Objekt;Vorgang;Status;Gelöscht", "OBJETO,operación, Estado ,Eliminados"])
def test_other_languages_and_spellings(tmp_path: Path, header: str) -> None:
    """German and Spanish headers, accents, case and blanks make no difference; missing counts are unknown."""
    row = "Contact,Push updates,OK,2".replace(",", ";" if ";" in header else ",")
    (job,) = read_sync_status(put(tmp_path, f"{header}\n{row}\n"))
    assert (job.object, job.counts["deleted"], job.counts["new"]) == ("Contact", 2, None)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    """The fault names the columns that are missing and those that are there."""
    with pytest.raises(UsageFault) as raised:
        read_sync_status(put(tmp_path, "Email,Name\na@b,c\n"))
    assert "“Object”, “Operation”, “Status”" in str(raised.value)
    assert "Email, Name" in str(raised.value)


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    """An empty file is no export."""
    with pytest.raises(UsageFault):
        read_sync_errors(put(tmp_path, text))


def test_a_count_that_is_no_number(tmp_path: Path) -> None:
    """A count that cannot be read is told with its line; it is never taken for 0."""
    with pytest.raises(UsageFault, match="line 2"):
        read_sync_status(put(tmp_path, "Object,Operation,Status,New\nLead,Push,OK,many\n"))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, or one that is no text, is a clear fault."""
    with pytest.raises(UsageFault, match="cannot be read"):
        read_field_names(tmp_path / "missing.csv")
    (tmp_path / "export.csv").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(UsageFault, match="cannot be read"):
        read_field_names(tmp_path / "export.csv")


def test_errors_of_the_rehearsal(tmp_path: Path) -> None:
    """Salesforce's own message is taken; where there is none, Marketo's details."""
    rows = [
        ["10:00", "Record Level", "Lead", "17", "00Q1", "Push failed", "STRING_TOO_LONG: Title: too long"],
        ["10:01", "Job Level", "", "", "", "Sync stopped", ""],
    ]
    text = "\n".join(",".join(row) for row in [list(ERROR_COLUMNS), *rows])
    record, job = read_sync_errors(put(tmp_path, text))
    assert record == SyncError("10:00", "Lead", "00Q1", "STRING_TOO_LONG: Title: too long", "Push failed")
    assert (record.code, job.code, job.text) == ("STRING_TOO_LONG", "", "Sync stopped")


def test_errors_are_grouped_by_kind() -> None:
    """The most frequent kind comes first, each with its fix; errors without a code group by their text."""
    errors = [
        SyncError("1", "Lead", "a", "STRING_TOO_LONG: Title"),
        SyncError("2", "Contact", "b", "STRING_TOO_LONG: City"),
        SyncError("3", "Lead", "c", "", "Something else"),
    ]
    first, second = group_errors(errors)
    assert (first.code, first.count, first.objects) == ("STRING_TOO_LONG", 2, ("Contact", "Lead"))
    assert first.known is not None and first.known.id == "STRING_TOO_LONG" and second.known is None
    assert (second.code, second.count, second.example) == ("", 1, "Something else")


def test_field_names(tmp_path: Path) -> None:
    """A field is known by what people call it and by its REST name."""
    text = ",".join(FIELD_COLUMNS) + "\nLead Score,LeadScore,leadScore\n"
    assert read_field_names(put(tmp_path, text)) == (FieldName("Lead Score", "leadScore"),)


@pytest.mark.parametrize(
    ("cell", "count"),
    [("3.0", 3), ("3,00", 3), ("1.200", 1200), ("1 200", 1200), ("1,234,567", 1234567), ("1.200,0", 1200),
     ("1'200", 1200), ("0", 0), ("", None), ("–", None)],
)  # fmt: skip
def test_counts_as_spreadsheets_write_them(tmp_path: Path, cell: str, count: int | None) -> None:
    """A decimal zero makes no thirty of three, thousands are grouped in any language, nothing is no zero."""
    text = f'Object;Operation;Status;New\nLead;Push new;Succeeded;"{cell}"\n'
    (job,) = read_sync_status(put(tmp_path, text))
    assert job.counts["new"] == count


@pytest.mark.parametrize("cell", ["3.5", "12.34.5", "1.20", "-3", "3 of 4", "1e3", "9" * 5001])
def test_what_is_no_count_is_refused(tmp_path: Path, cell: str) -> None:
    """A cell that is not certainly a whole number is told with its line, unless it is a hundredfold zero."""
    text = f'Object;Operation;Status;New\nLead;Push new;Succeeded;"{cell}"\n'
    with pytest.raises(UsageFault, match="line 2"):
        read_sync_status(put(tmp_path, text))


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Fehlgeschlagen", SyncState.FAILED),
        ("UNVOLLSTÄNDIG", SyncState.INCOMPLETE),
        ("Error", SyncState.FAILED),
        ("Erfolgreich", SyncState.SUCCEEDED),
        ("Incompleto", SyncState.INCOMPLETE),
        ("Geklappt", SyncState.UNKNOWN),
    ],
)
def test_states_in_three_languages(tmp_path: Path, word: str, state: SyncState) -> None:
    """The vendor's word is known in each language; another word is not known, and kept as it is."""
    (job,) = read_sync_status(put(tmp_path, f"Objekt;Vorgang;Status\nKontakt;Neue laden;{word}\n"))
    assert (job.state, job.status) == (state, word)


def test_a_line_of_totals_is_no_job(tmp_path: Path) -> None:
    """What a spreadsheet summed up below the table is not counted twice."""
    text = "Started At,Object,Operation,Status,New\n10:00,Lead,Push new,Succeeded,5\nTotal,,,,5\n,,,,5\n"
    assert len(read_sync_status(put(tmp_path, text))) == 1


SHARED = Path(__file__).parents[3] / "shared" / "cases"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the cases lie beside the project, in ../shared/cases")
@pytest.mark.parametrize(
    ("case", "failed", "states"),
    [
        ("sync-status-german", 127, {SyncState.FAILED, SyncState.INCOMPLETE}),
        ("sync-status-sep-line", 0, {SyncState.SUCCEEDED}),
        ("sync-status-utf16", 0, {SyncState.SUCCEEDED}),
    ],
)
def test_files_that_people_really_have(case: str, failed: int, states: set[SyncState]) -> None:
    """German words, a ``sep=`` line and UTF-16 with tabs are read, each failure counted."""
    jobs = read_sync_status(SHARED / case / "sync_status.csv")
    assert sum(job.counts["failed"] or 0 for job in jobs) == failed
    assert {job.state for job in jobs} == states


@pytest.mark.parametrize("second", ["Status", " status "])
def test_a_column_that_is_there_twice(tmp_path: Path, second: str) -> None:
    """Which of the two counts nobody knows: refused by its name where they differ, and read where they do
    not."""
    line = "Lead,Pull updates,{},{}"
    head = f"Object,Operation,Status,{second}"
    (job,) = read_sync_status(put(tmp_path, f"{head}\n{line.format('Failed', 'Failed')}\n"))
    assert job.state is SyncState.FAILED
    with pytest.raises(UsageFault, match="Status"):
        read_sync_status(put(tmp_path, f"{head}\n{line.format('Succeeded', 'Failed')}\n"))
    empty = read_sync_status(put(tmp_path, f"Object,Operation,Status,,\n{line.format('Failed', 'a')},b\n"))
    assert [job.state for job in empty] == [SyncState.FAILED]
