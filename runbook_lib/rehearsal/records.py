"""Creating, reading, updating and deleting records as one user: object permissions, field-level security,
required fields and value rules, then the special rules of setup objects.

Source: REST API Developer Guide, sObject Rows and status codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .catalog import Catalog, SObject
from .clock import Clock
from .database import Database, quoted, table_of
from .describe import FieldDescribe
from .faults import OrgFault, not_found
from .ids import IdCounter, id18
from .permissions import Permissions
from .setup_rules import SetupRules
from .values import column_value

Row = dict[str, Any]
DEFAULTS: dict[str, Row] = {"User": {"IsActive": True}}
"""Object → values of a new record that its describe does not tell."""


class Records:
    """The rows of the org's tables, under its rules."""

    def __init__(
        self, database: Database, catalog: Catalog, permissions: Permissions, clock: Clock, ids: IdCounter
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._clock = clock
        self._ids = ids
        self.rules = SetupRules(database, catalog, self)

    def create(self, user_id: str, object_name: str, values: Mapping[str, Any]) -> str:
        """Make a record and give its id; OrgFault with Salesforce's code when refused."""
        sobject = self._permissions.readable_object(user_id, object_name)
        if not (sobject.describe["createable"] and self._permissions.access(user_id, sobject).create):
            raise OrgFault(
                400,
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                f"entity type cannot be inserted: {sobject.describe['label']}",
            )
        row = DEFAULTS.get(sobject.name, {}) | self._checked(user_id, sobject, values, "createable")
        for field in sobject.stored_fields:
            if field["name"] not in row and (field["defaultValue"] is not None or field["type"] == "boolean"):
                row[field["name"]] = field["defaultValue"] or (False if field["type"] == "boolean" else None)
        if sobject.find("OwnerId"):
            row.setdefault("OwnerId", user_id)
        _require(sobject, row)
        row = self.rules.before_create(sobject, row)
        record_id = self.insert(sobject, row, user_id)
        self.rules.after_create(sobject, row | {"Id": record_id})
        return record_id

    def read(self, user_id: str, object_name: str, record_id: str) -> Row:
        """The stored row of a record the user may read, all columns; OrgFault 404 when there is none."""
        sobject = self._permissions.readable_object(user_id, object_name)
        return self._row(sobject, record_id)

    def update(self, user_id: str, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change a record; OrgFault with Salesforce's code when refused."""
        sobject = self._permissions.readable_object(user_id, object_name)
        row = self._row(sobject, record_id)
        if not (sobject.describe["updateable"] and self._permissions.access(user_id, sobject).edit):
            raise OrgFault(400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
        changes = self._checked(user_id, sobject, values, "updateable")
        emptied = [
            name for name, value in changes.items() if value is None and not _field(sobject, name)["nillable"]
        ]
        if emptied:
            raise _missing(emptied)
        changes = self.rules.before_update(sobject, row, changes)
        if changes:
            self.write(sobject, row["Id"], changes, user_id)
        self.rules.after_update(sobject, row | changes)

    def delete(self, user_id: str, object_name: str, record_id: str) -> None:
        """Delete a record: into the recycle bin where the object has one."""
        sobject = self._permissions.readable_object(user_id, object_name)
        row = self._row(sobject, record_id)
        if not (sobject.describe["deletable"] and self._permissions.access(user_id, sobject).delete):
            raise OrgFault(400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
        self.rules.before_delete(sobject, row)
        if sobject.find("IsDeleted"):
            self.write(sobject, row["Id"], {"IsDeleted": True}, user_id)
        else:
            self._database.sql(f'DELETE FROM {table_of(sobject.name)} WHERE "Id" = $1', [row["Id"]])
        self.rules.after_delete(sobject, row)

    # without asking for permission ------------------------------------------------------------------
    def insert(self, sobject: SObject, row: Row, user_id: str) -> str:
        """Write a new row with its id and audit fields, no questions asked."""
        now = self._clock.now().replace(tzinfo=None)
        stamps = {"CreatedDate": now, "CreatedById": user_id} | _stamps(now, user_id)
        known = {name: value for name, value in stamps.items() if sobject.find(name)}
        record_id = self._ids.next(sobject.key_prefix)
        false = {one["name"]: False for one in sobject.stored_fields if one["type"] == "boolean"}
        self._database.insert(sobject, [false | row | known | {"Id": record_id} | _derived(sobject, row)])
        return record_id

    def write(self, sobject: SObject, record_id: str, changes: Row, user_id: str) -> None:
        """Change columns of a row and its audit fields, no questions asked."""
        now = self._clock.now().replace(tzinfo=None)
        known = {name: value for name, value in _stamps(now, user_id).items() if sobject.find(name)}
        before = self._row(sobject, record_id)
        changed = changes | known | _derived(sobject, before | changes)
        assigned = ", ".join(f"{quoted(name)} = ${place}" for place, name in enumerate(changed, 2))
        self._database.sql(
            f'UPDATE {table_of(sobject.name)} SET {assigned} WHERE "Id" = $1', [record_id, *changed.values()]
        )

    def find(self, object_name: str, **columns: Any) -> list[Row]:
        """The rows whose columns have these values."""
        sobject = self._catalog[object_name]
        names = [one["name"] for one in sobject.stored_fields]
        where = " AND ".join(f"{quoted(name)} = ${place}" for place, name in enumerate(columns, 1)) or "true"
        rows = self._database.sql(
            f"SELECT {', '.join(quoted(name) for name in names)} FROM {table_of(sobject.name)} WHERE {where}",
            list(columns.values()),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _row(self, sobject: SObject, record_id: str) -> Row:
        if len(record_id) not in (15, 18) or not record_id.isalnum():
            raise OrgFault(400, "MALFORMED_ID", f"Id value of incorrect type: {record_id}")
        rows = self.find(sobject.name, Id=id18(record_id[:15]))
        if not rows:
            raise not_found()
        if rows[0].get("IsDeleted"):
            raise OrgFault(404, "ENTITY_IS_DELETED", "entity is deleted")
        return rows[0]

    def _checked(self, user_id: str, sobject: SObject, values: Mapping[str, Any], flag: str) -> Row:
        access = self._permissions.fields(user_id, sobject)
        row: Row = {}
        closed: list[str] = []
        for name, value in values.items():
            if name == "attributes":
                continue
            field = sobject.find(name)
            if field is None or name.lower() not in access.readable:
                raise OrgFault(
                    400,
                    "INVALID_FIELD",
                    f"No such column '{name}' on sobject of type {sobject.name}",
                    (name,),
                )
            if not field[flag] or name.lower() not in access.editable:
                closed.append(field["name"])
            else:
                row[field["name"]] = column_value(field, value)
        if closed:
            raise OrgFault(
                400,
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings "
                "of this field and verify that it is read/write for your profile or permission set.",
                tuple(closed),
            )
        return row


def _field(sobject: SObject, name: str) -> FieldDescribe:
    field = sobject.find(name)
    assert field is not None, name
    return field


def _require(sobject: SObject, row: Row) -> None:
    missing = [
        one["name"]
        for one in sobject.fields.values()
        if one["createable"]
        and not one["nillable"]
        and not one["defaultedOnCreate"]
        and row.get(one["name"]) is None
    ]
    if missing:
        raise _missing(missing)


def _missing(names: Sequence[str]) -> OrgFault:
    return OrgFault(
        400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", tuple(names)
    )


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
