"""Whatever a folder is called, DuckDB reads the files that are in it, and no neighbor's."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import WorkspaceFault
from runbook_lib.survey.people.sql_text import literal, parquet_files, quoted, to_read, to_read_all

NAMES = [
    "o'brien", 'o"brien', "acme [prod]", "a*b", "a?b", "a\\b", "a{b,c}", "a\nb", "[x", "[!a]", "a$b", "a;--",
    "**", "~", "%41", "ä ö",
]  # fmt: skip
NEIGHBOURS = ["aXb", "acme p", "x", "b", "aYXb", "prod"]


def write(folder: Path, value: str) -> Path:
    """One Parquet file with one value."""
    folder.mkdir(parents=True)
    file = folder / "x.parquet"
    with duckdb.connect() as engine:
        engine.execute(f"COPY (SELECT {quoted(value)} AS a) TO {quoted(str(file))} (FORMAT parquet)")
    return file


@pytest.mark.parametrize("name", NAMES)
def test_a_path_is_never_a_pattern(tmp_path: Path, name: str) -> None:
    """Quotes, brackets, stars, question marks, backslashes, braces, newlines: one file, and that one."""
    for neighbour in NEIGHBOURS:
        write(tmp_path / neighbour, "neighbor")
    file = write(tmp_path / name / "Lead", "mine")
    with duckdb.connect() as engine:
        for table, values in (
            (f"read_parquet({to_read(file)})", {}),
            (f"read_parquet({to_read_all(tmp_path / name)}, union_by_name = true)", {}),
            ("read_parquet($files)", {"files": parquet_files(tmp_path / name)}),
            ("read_parquet($file)", {"file": literal(file)}),
        ):
            assert engine.execute(f"SELECT a FROM {table}", values).fetchall() == [("mine",)]


@pytest.mark.skipif(os.sep == "\\", reason="a backslash is no part of a name here")
@pytest.mark.parametrize("name", ["a\\*b", "a\\[b]", "\\?"])
def test_what_duckdb_cannot_be_told_is_refused(tmp_path: Path, name: str) -> None:
    """A backslash beside a pattern is told with its way out; nothing else is read in its place."""
    with pytest.raises(WorkspaceFault, match="backslash"):
        literal(tmp_path / name / "x.parquet")


@given(st.text(max_size=40))
def test_a_text_stays_one_text(value: str) -> None:
    """Quoting gives back what was quoted, whatever it is."""
    if "\0" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        return
    with duckdb.connect() as engine:
        assert engine.execute(f"SELECT {quoted(value)}").fetchone() == (value,)
