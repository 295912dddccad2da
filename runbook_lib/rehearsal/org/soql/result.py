"""The answer to a query: rows kept on the server and handed out as Salesforce's records, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.api_versions import NEWEST

_BY_PYTHON = ("double", "currency", "percent", "complexvalue")
"""Field types whose values a database writes in another way than JSON does."""
_AS_TEXT = {
    "VARCHAR": "{}",
    "BOOLEAN": "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' END",
    "TIMESTAMP": "strftime({}, '%Y-%m-%dT%H:%M:%S.%gZ')",
    "DATE": "strftime({}, '%Y-%m-%d')",
    "BIGINT": "{}::VARCHAR",
    "INTEGER": "{}::VARCHAR",
}
"""Type of a column → its value as Bulk API 2.0 writes it."""
KEPT_IN_MEMORY = 5_000
"""More rows than this stay in a table of the database."""
NEWEST_VERSION = str(NEWEST)


@dataclass(frozen=True)
class Leaf:
    """One value: its place in the row and its field type."""

    index: int
    field_type: str


@dataclass(frozen=True)
class AddressLeaf:
    """An address: key in the JSON → place in the row."""

    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RecordShape:
    """How the cells of a row become one record: its object, the place of its id, and its keys."""

    object_name: str
    id_index: int | None
    entries: tuple[tuple[str, Cell], ...]
    by_prefix: Mapping[str, str] = field(default_factory=dict)
    """Key prefix → object, where the record may be of several objects."""


Cell: TypeAlias = Leaf | AddressLeaf | RecordShape


class QueryResult:
    """The answer to one SOQL query.

    `columns` are the paths as selected ("Id", "Owner.Name", "expr0"); `total` is Salesforce's totalSize; for
    SELECT COUNT() there are no rows and `total` is the answer (`is_count`).
    """

    def __init__(
        self,
        shape: RecordShape,
        columns: Mapping[str, Cell],
        rows: Sequence[tuple[Any, ...]] | Kept,
        count: int | None = None,
    ) -> None:
        self.object_name = shape.object_name
        self.columns = tuple(columns)
        self.is_count = count is not None
        self.total = len(rows) if count is None else count
        self._shape = shape
        self._cells = tuple(columns.values())
        self._rows = rows

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every record, as Salesforce's JSON has it (with `attributes`)."""
        return self.page(0, self.total)

    def page(self, start: int, stop: int, version: str = NEWEST_VERSION) -> list[dict[str, Any]]:
        """The records start … stop-1; addresses in `attributes` carry that API version."""
        return [_record(self._shape, row, version) for row in self._rows[start:stop]]

    def cells(self, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """The same rows flat, one value per column, values as in the JSON (for CSV)."""
        for row in self._rows[start:stop]:
            yield tuple(_value(cell, row, NEWEST_VERSION) for cell in self._cells)

    def csv_lines(self, start: int, stop: int, delimiter: str) -> list[str] | None:
        """The same rows as lines of CSV, written by the database: None where it holds only few of them, or
        where a column is of a kind that it writes otherwise."""
        if not isinstance(self._rows, Kept):
            return None
        leaves = [
            cell for cell in self._cells if isinstance(cell, Leaf) and cell.field_type not in _BY_PYTHON
        ]
        if len(leaves) < len(self._cells):
            return None
        return self._rows.csv_lines([leaf.index for leaf in leaves], (start, stop), delimiter)


class Kept:
    """The rows of a large result, in a table of the database; gone when nobody holds this any more."""

    def __init__(self, database: Database, table: str, count: int) -> None:
        self._database = database
        self._table = table
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, wanted: slice) -> list[tuple[Any, ...]]:
        start, stop, _ = wanted.indices(self._count)
        return self._database.sql(f"SELECT * FROM {self._table} WHERE rowid >= {start} AND rowid < {stop}")

    def csv_lines(self, places: Sequence[int], rows: tuple[int, int], delimiter: str) -> list[str] | None:
        """Those columns of some rows as quoted texts between delimiters; None for a type not known here."""
        columns = self._database.sql(f"SELECT name, type FROM pragma_table_info('{self._table}')")
        texts = [_AS_TEXT.get(str(columns[place][1])) for place in places]
        if not all(texts):
            return None
        values = ", ".join(
            f"""coalesce(replace({text.format(quoted(str(columns[place][0])))}, '"', '""'), '')"""
            for place, text in zip(places, texts, strict=True)
            if text
        )
        query = (
            f"""SELECT '"' || concat_ws('"' || $delimiter || '"', {values}) || '"' FROM {self._table}"""
            f" WHERE rowid >= {rows[0]:d} AND rowid < {rows[1]:d} ORDER BY rowid"
        )
        return [line for (line,) in self._database.sql(query, {"delimiter": delimiter})]

    def __del__(self) -> None:
        self._database.drop_result(self._table)


def fetch(database: Database, sql: str, params: Mapping[str, Any]) -> Sequence[tuple[Any, ...]] | Kept:
    """The rows of a query: in memory when they are few, else kept in the database."""
    rows = database.first_rows(sql, params, KEPT_IN_MEMORY)
    if rows is not None:
        return rows
    table, count = database.keep_result(sql, params)
    return Kept(database, table, count)


def _record(shape: RecordShape, row: tuple[Any, ...], version: str) -> dict[str, Any]:
    attributes = {"type": shape.object_name}
    if shape.id_index is not None:
        record_id = str(row[shape.id_index])
        of = shape.by_prefix.get(record_id[:3], shape.object_name)
        attributes["url"] = f"/services/data/v{version}/sobjects/{of}/{record_id}"
    return {"attributes": attributes} | {key: _value(cell, row, version) for key, cell in shape.entries}


def _value(cell: Cell, row: tuple[Any, ...], version: str) -> Any:
    match cell:
        case Leaf(index, field_type):
            return as_salesforce(row[index], field_type)
        case AddressLeaf(parts):
            address = {key: row[index] for key, index in parts}
            return None if all(value is None for value in address.values()) else address
        case RecordShape():
            is_there = cell.id_index is not None and row[cell.id_index] is not None
            return _record(cell, row, version) if is_there else None


def as_salesforce(value: Any, field_type: str) -> Any:
    """A stored value as Salesforce's JSON has it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}+0000"
    if isinstance(value, date):
        return value.isoformat()
    if value is not None and field_type in ("double", "currency", "percent"):
        return float(value)
    if value is not None and field_type == "complexvalue":
        return json.loads(value)
    return value
