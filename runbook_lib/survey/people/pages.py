"""One page of CSV becomes one Parquet file: wholly there, or not at all, and readable by its owner alone."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runbook_lib.errors import Defect
from runbook_lib.survey.people.columns import COLUMNS, RULE
from runbook_lib.survey.people.sql_text import quoted, to_read
from runbook_lib.text import say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LONGEST_LINE = 64_000_000
"""Bytes of one record; DuckDB's own bound of 2 MB is less than a record with long texts."""


class PageWriter:
    """Writes pages of people. ``computed``: our column → SQL, for those that are no field of the page;
    ``null``: how the page writes that there is no value.
    """

    def __init__(
        self, folder: Path, fields: Mapping[str, str], computed: Mapping[str, str], null: str = ""
    ) -> None:
        self.folder = folder
        self.fields = fields
        self.computed = computed
        self.null = null
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write(self, number: int, content: bytes) -> int:
        """Page ``number`` from its CSV with a header line; the rows in it. Written again, it is replaced."""
        with self.draft(number) as file:
            file.write(content)
        return self.finish(number)

    def draft(self, number: int) -> BinaryIO:
        """The file into which the CSV of page ``number`` is written bit by bit; then :meth:`finish` it."""
        return open_private(self._draft(number))

    def finish(self, number: int, delimiter: str = ",") -> int:
        """Page ``number`` from its draft; the rows in it."""
        draft = self._draft(number)
        try:
            return self._convert(draft, number, delimiter)
        finally:
            draft.unlink(missing_ok=True)

    def keep_only(self, pages: int) -> None:
        """Deletes what is there beyond the first ``pages`` pages: left by a process that was killed."""
        kept = {f"{number:06d}.parquet" for number in range(pages)}
        for path in self.folder.iterdir():
            if path.name not in kept:
                path.unlink()

    def _draft(self, number: int) -> Path:
        return self.folder / f"{number:06d}.csv.part"

    def _convert(self, source: Path, number: int, delimiter: str) -> int:
        header = _header(source, delimiter)
        target = self.folder / f"{number:06d}.parquet"
        draft = target.with_name(target.name + ".part")
        open_private(draft).close()
        columns = "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header) + "}"
        read = (
            f"read_csv({to_read(source)}, auto_detect=false, header=true, delim={quoted(delimiter)}, "
            f"quote='\"', escape='\"', nullstr={quoted(self.null)}, allow_quoted_nulls=true, parallel=false, "
            f"columns={columns}, max_line_size={_LONGEST_LINE})"
        )
        wanted = ", ".join(f"{self._value(name)} AS {_name(name)}" for name in self._columns())
        form = "(FORMAT parquet, USE_TMP_FILE false)"
        copy = " ".join(("COPY (SELECT", wanted, "FROM", read, ") TO", quoted(str(draft)), form))
        with _engine() as engine:
            counted = engine.execute(copy).fetchone()
        if counted is None:
            raise Defect(say("A page of people was not counted."))
        draft.chmod(0o600)
        draft.replace(target)
        return int(counted[0])

    def _columns(self) -> list[str]:
        return [*COLUMNS, *(name for name in self.fields if name.startswith(RULE))]

    def _value(self, column: str) -> str:
        if column in self.computed:
            return self.computed[column]
        kind = COLUMNS.get(column, "VARCHAR")
        field = self.fields.get(column)
        value = "NULL" if field is None else _name(field)
        return f"{value}::VARCHAR" if kind == "VARCHAR" else f"try_cast({value} AS {kind})"


def remove_folder(folder: Path) -> None:
    """Deletes a folder of people, whatever is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def _engine() -> DuckDBPyConnection:
    import duckdb  # lazy: only reading people needs it

    return duckdb.connect(config={"threads": "1", "memory_limit": "1GB"})


def open_private(path: Path) -> BinaryIO:
    """An empty file that only its owner may read, open for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _header(path: Path, delimiter: str) -> list[str]:
    """The names of the columns: the first record, which holds no line break."""
    with path.open("rb") as file:
        line = file.readline().decode("utf-8-sig")
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
