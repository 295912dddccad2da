"""The tables of the org: schema `org` of the rehearsal's database, one table per object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from runbook_lib.rehearsal.database import Database, literal, quoted
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe

COLUMN_TYPES = {
    "boolean": "BOOLEAN",
    "int": "BIGINT",
    "double": "DOUBLE",
    "currency": "DOUBLE",
    "percent": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
"""Field type → column type where that is not VARCHAR; a TIMESTAMP holds UTC."""


def column_type(field: FieldDescribe) -> str:
    """The column type that stores a field."""
    return COLUMN_TYPES.get(field["type"], "VARCHAR")


def table_of(object_name: str) -> str:
    """The table of an object, quoted and with its schema."""
    return f"org.{quoted(object_name)}"


def create_tables(database: Database, catalog: Catalog) -> None:
    """Make the empty tables of all objects that have one."""
    database.sql(";".join(_declaration(sobject) for sobject in catalog if sobject.has_table))


def _declaration(sobject: SObject) -> str:
    columns = ", ".join(f"{quoted(field['name'])} {column_type(field)}" for field in sobject.stored_fields)
    return f"CREATE TABLE {table_of(sobject.name)} ({columns})"


def add_column(database: Database, object_name: str, field: FieldDescribe) -> None:
    """Add the column of a new field; a checkbox starts as false, everything else empty."""
    default = " DEFAULT false" if field["type"] == "boolean" else ""
    database.sql(
        f"ALTER TABLE {table_of(object_name)} ADD COLUMN {quoted(field['name'])} "
        f"{column_type(field)}{default}"
    )


def drop_column(database: Database, object_name: str, name: str) -> None:
    """Drop the column of a deleted field."""
    database.sql(f"ALTER TABLE {table_of(object_name)} DROP COLUMN {quoted(name)}")


def insert(database: Database, sobject: SObject, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows; a column that a row does not name stays empty."""
    wanted = list(rows)
    names = {name for row in wanted for name in row}
    fields = [field for field in sobject.stored_fields if field["name"] in names]
    if not wanted or not fields:
        return
    columns = ", ".join(quoted(field["name"]) for field in fields)
    database.sql(
        f"INSERT INTO {table_of(sobject.name)} ({columns}) SELECT * FROM {relation(fields, 1)}",
        [as_json(wanted)],
    )


def relation(fields: Sequence[FieldDescribe], parameter: int | str) -> str:
    """A relation whose rows are the JSON list bound to `parameter`, typed as `fields`."""
    structure = json.dumps([{field["name"]: column_type(field) for field in fields}])
    return f"(SELECT unnest(from_json(${parameter}::JSON, {literal(structure)}), recursive := true))"


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a JSON list; moments as UTC without a zone."""
    return json.dumps(rows, default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no place in a row for a {type(value).__name__}")
