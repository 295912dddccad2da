"""Rows of the org's tables, read and written without asking who may.

What Salesforce fills in by itself is filled in here: ids, audit fields, full names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.faults import OrgFault, not_found
from runbook_lib.rehearsal.org.ids import IdCounter, id18
from runbook_lib.rehearsal.org.rows.tables import insert, table_of
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject

Row = dict[str, Any]


class RowStore:
    """The rows of the org."""

    def __init__(self, database: Database, catalog: Catalog, clock: Clock, ids: IdCounter) -> None:
        self._database = database
        self._catalog = catalog
        self._clock = clock
        self._ids = ids

    def insert(self, sobject: SObject, row: Row, user_id: str) -> str:
        """Write a new row with its id and audit fields, no questions asked."""
        now = self._clock.now().replace(tzinfo=None)
        stamps = {"CreatedDate": now, "CreatedById": user_id} | _stamps(now, user_id)
        known = {name: value for name, value in stamps.items() if sobject.find(name)}
        record_id = self._ids.next(sobject.key_prefix)
        false = {field["name"]: False for field in sobject.stored_fields if field["type"] == "boolean"}
        insert(self._database, sobject, [false | row | known | {"Id": record_id} | _derived(sobject, row)])
        return record_id

    def write(self, sobject: SObject, record_id: str, changes: Row, user_id: str) -> None:
        """Change columns of a row and its audit fields, no questions asked."""
        now = self._clock.now().replace(tzinfo=None)
        known = {name: value for name, value in _stamps(now, user_id).items() if sobject.find(name)}
        before = self.row(sobject, record_id)
        changed = changes | known | _derived(sobject, before | changes)
        assigned = ", ".join(f"{quoted(name)} = ${place}" for place, name in enumerate(changed, 2))
        self._database.sql(
            f'UPDATE {table_of(sobject.name)} SET {assigned} WHERE "Id" = $1', [record_id, *changed.values()]
        )

    def find(self, object_name: str, **columns: Any) -> list[Row]:
        """The rows whose columns have these values."""
        sobject = self._catalog[object_name]
        names = [field["name"] for field in sobject.stored_fields]
        where = " AND ".join(f"{quoted(name)} = ${place}" for place, name in enumerate(columns, 1)) or "true"
        rows = self._database.sql(
            f"SELECT {', '.join(quoted(name) for name in names)} FROM {table_of(sobject.name)} WHERE {where}",
            list(columns.values()),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def row(self, sobject: SObject, record_id: str) -> Row:
        """One row by its id; OrgFault when the id is none, nothing has it, or the record was deleted."""
        if len(record_id) not in (15, 18) or not record_id.isalnum():
            raise OrgFault(400, "MALFORMED_ID", f"Id value of incorrect type: {record_id}")
        rows = self.find(sobject.name, Id=id18(record_id[:15]))
        if not rows:
            raise not_found()
        if rows[0].get("IsDeleted"):
            raise OrgFault(404, "ENTITY_IS_DELETED", "entity is deleted")
        return rows[0]


def _stamps(now: datetime, user_id: str) -> Row:
    return {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}


def _derived(sobject: SObject, row: Mapping[str, Any]) -> Row:
    """Columns that Salesforce fills from others: a person's full name, whether a task or a deal is closed."""
    if sobject.find("Name") and sobject.find("LastName") and row.get("LastName"):
        return {"Name": " ".join(str(row[part]) for part in ("FirstName", "LastName") if row.get(part))}
    if sobject.name == "Task" and "Status" in row:
        return {"IsClosed": row["Status"] == "Completed"}
    if sobject.name == "Opportunity" and row.get("StageName"):
        stage = str(row["StageName"])
        return {"IsClosed": stage.startswith("Closed"), "IsWon": stage == "Closed Won"}
    return {}
