"""Every text that a person brings in a file is read, or refused with the reason; never taken for missing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_lib.text_files import MOST_BYTES, UnreadableText, decoded, read_text, table_in

CELL = st.text(st.sampled_from("abÄñ€7=+-@;,\"'|\t =ß"), max_size=8).map(str.strip)
ROWS = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width),
                                                        min_size=1, max_size=5))  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=ROWS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    named=st.booleans(),
)
def test_what_a_spreadsheet_saves_is_read(
    tmp_path: Path,
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    line_end: str,
    quoting: int,
    named: bool,
) -> None:
    """Whatever encoding, separator, line end and quoting: the cells come back, each on its line."""
    table = [["object", "field", "more", "most"][: len(rows[0])], *rows]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows(table)
    before = f"sep={delimiter}{line_end}" if named else ""
    path = tmp_path / "table.csv"
    path.write_bytes((before + text.getvalue()).encode(encoding))
    read = table_in(path.read_bytes())
    assert list(read.columns) == table[0]
    kept = [(number, row) for number, row in enumerate(rows, start=2 + named) if any(row)]
    assert [(line.number, list(line.cells)) for line in read.lines] == kept


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_refused(content: bytes) -> None:
    """Nothing but a text without NUL, or the one refusal that names the encodings, comes out."""
    try:
        assert "\0" not in decoded(content)
    except UnreadableText as refused:
        assert "UTF-8" in str(refused.reason) and "Windows-1252" in str(refused.reason)


@pytest.mark.parametrize(
    "content",
    [
        "schön=1".encode("utf-16-le"),
        "schön=1".encode("utf-16-be"),
        "\ufeffschön=1".encode("utf-16-le"),
        "schön=1".encode("cp1252"),
        "\ufeffschön=1".encode(),
    ],
)
def test_windows_encodings(content: bytes) -> None:
    """What a Windows shell, Notepad and Excel write, with and without its mark."""
    assert decoded(content) == "schön=1"


def test_there_but_unreadable_is_not_missing(tmp_path: Path) -> None:
    """Only a file that is not there is missing; a folder, no text and too large a file say what they are."""
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "none")
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\x89PNG\0\0\0\x01\x02")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for name, told in (("folder", "cannot be opened"), ("binary", "UTF-16"), ("large", "megabytes")):
        with pytest.raises(UnreadableText) as refused:
            read_text(tmp_path / name)
        assert told in str(refused.value.reason)


def test_a_table_that_breaks_off_names_its_line(tmp_path: Path) -> None:
    """Open quotation marks are told with the line on which they begin, the line that names the separator
    counted."""
    (tmp_path / "t.csv").write_text('sep=;\na;b\n1;2\n"3;4\n', encoding="utf-8")
    with pytest.raises(UnreadableText) as refused:
        table_in((tmp_path / "t.csv").read_bytes())
    assert refused.value.line == 4 and "quotation marks" in str(refused.value.reason)


def test_an_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    """No line is no column; a line of separators alone is none, either."""
    (tmp_path / "t.csv").write_text("\n,,\n", encoding="utf-8")
    assert table_in((tmp_path / "t.csv").read_bytes()).columns == ()
