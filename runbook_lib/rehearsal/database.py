"""The one in-process database that holds the whole rehearsal: schema `org` for Salesforce, schema
`marketo` for the instance. One lock, one cursor per call, so that many request threads may share it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

import duckdb

_ANY, _INSTANCE = "", "marketo"
_TABLE = re.compile(r'\borg\."?(\w+)|\bmarketo\.|\bresults\.')


def quoted(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def tables_in(text: str) -> list[str]:
    """The tables of the org and of the instance that a statement names; one of the instance as such."""
    return [table or _INSTANCE for table in _TABLE.findall(text)]


class Transaction:
    """A stretch of work that can be taken back as a whole."""

    def __init__(self) -> None:
        self.is_given_up = False

    def give_up(self) -> None:
        """Let nothing of it have happened."""
        self.is_given_up = True


MOST_IN_MEMORY = 2_000_000
"""People; a million takes 1.2 GB."""
LIMIT = "3GB"
"""What a database of more people takes of the memory; DuckDB alone would take most of the machine's."""


class Database:
    """DuckDB in memory; where very many people are in the world, on disk, in a folder that goes with it."""

    def __init__(self, people: int = 0) -> None:
        self._lock = RLock()
        self._folder = TemporaryDirectory(prefix="rehearsal-") if people > MOST_IN_MEMORY else None
        self._connection = duckdb.connect(f"{self._folder.name}/world.duckdb" if self._folder else ":memory:")
        if self._folder:
            self._connection.execute(f"SET memory_limit = '{LIMIT}'")
        self._connection.execute(
            "SET TimeZone = 'UTC'; SET threads = 2; "
            "CREATE SCHEMA org; CREATE SCHEMA marketo; CREATE SCHEMA results"
        )
        self._results = 0
        self._writes = 0
        self._writes_to: Counter[str] = Counter()
        self._transaction: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._connection.close()
            if self._folder:
                self._folder.cleanup()

    @property
    def writes(self) -> int:
        """A number that grows with every write: what was read before is certain while it stays the same."""
        return self._writes

    def writes_to(self, *tables: str) -> int:
        """A number that grows with every write to one of these tables of the org, as :attr:`writes` does."""
        return sum(self._writes_to[table] for table in (_ANY, *tables))

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own, while no one else uses the database; counts as a write to every table."""
        with self._writing([_ANY]) as cursor:
            yield cursor

    @contextmanager
    def _writing(self, tables: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._reading() as cursor:
            self._count(tables)
            try:
                yield cursor
            finally:
                self._count(tables)

    def _count(self, tables: Sequence[str]) -> None:
        self._writes += 1
        self._writes_to.update(tables)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._transaction is not None:
                yield self._transaction
                return
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All that happens inside becomes real at the end, or not at all after `give_up` or an error.

        No one else uses the database meanwhile. Only rows are taken back, not what is known of fields.
        """
        with self._lock, self.cursor() as cursor:
            transaction = Transaction()
            cursor.begin()
            self._transaction = cursor
            try:
                yield transaction
            except BaseException:
                transaction.give_up()
                raise
            finally:
                self._transaction = None
                cursor.rollback() if transaction.is_given_up else cursor.commit()

    def sql(self, text: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        is_reading = text.lstrip()[:6].upper() == "SELECT"
        with self._reading() if is_reading else self._writing(tables_in(text) or [_ANY]) as cursor:
            cursor.execute(text, params or None)
            return cursor.fetchall() if cursor.description else []

    def first_rows(self, text: str, params: Mapping[str, Any], most: int) -> list[tuple[Any, ...]] | None:
        """The rows of a SELECT, or None when there are more than `most`."""
        with self._reading() as cursor:
            cursor.execute(text, params or None)
            rows = cursor.fetchmany(most + 1)
        return rows if len(rows) <= most else None

    def one(self, text: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        rows = self.sql(text, params)
        return rows[0] if rows else None

    def keep_result(self, sql: str, params: Mapping[str, Any]) -> tuple[str, int]:
        """Store the rows of a query in order; gives the table's name and the number of rows."""
        with self._lock:
            self._results += 1
            name = f"results.r{self._results}"
            self.sql(f"CREATE TABLE {name} AS {sql}", params)
            return name, int(self.sql(f"SELECT count(*) FROM {name}")[0][0])

    def drop_result(self, name: str) -> None:
        """Let go of a stored result; nothing to do when the database itself is gone."""
        with suppress(duckdb.Error):
            self.sql(f"DROP TABLE IF EXISTS {name}")
