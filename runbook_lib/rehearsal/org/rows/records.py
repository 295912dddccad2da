"""Creating, reading, updating and deleting records as one user: object permissions, field-level security,
required fields and value rules, then the special rules of setup objects, or those that an administrator made.

Source: REST API Developer Guide, sObject Rows and status codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import (
    OrgFault,
    closed_fields,
    closed_record,
    not_found,
    required_missing,
)
from runbook_lib.rehearsal.org.people.person_accounts import refuse_person_account
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.references import check_reference
from runbook_lib.rehearsal.org.rows.sharing import Rows, editable_rows, shared_rows
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.rows.values import column_value
from runbook_lib.rehearsal.org.rules.setup import SetupRules
from runbook_lib.rehearsal.org.schema.catalog import SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.writes.data_rules import DataRules

DEFAULTS: dict[str, Row] = {"User": {"IsActive": True}}
"""Object → values of a new record that its describe does not tell."""


class Records:
    """The rows of the org's tables, under its rules."""

    def __init__(
        self,
        database: Database,
        permissions: Permissions,
        rows: RowStore,
        rules: SetupRules,
        data_rules: DataRules,
    ) -> None:
        self._database = database
        self._permissions = permissions
        self._rows = rows
        self._rules = rules
        self._data_rules = data_rules

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
        refuse_person_account(sobject, row)
        _require(sobject, row)
        row = self._rules.before_create(sobject, row)
        self._data_rules.check(user_id, sobject, {}, row)
        record_id = self._rows.insert(sobject, row, user_id)
        self._rules.after_create(sobject, row | {"Id": record_id})
        return record_id

    def read(self, user_id: str, object_name: str, record_id: str) -> Row:
        """The stored row of a record the user may read, all columns; OrgFault 404 when there is none."""
        sobject = self._permissions.readable_object(user_id, object_name)
        row = self._rows.row(sobject, record_id)
        if not self._meets(shared_rows, user_id, sobject, row):
            raise not_found()
        return row

    def update(self, user_id: str, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change a record; OrgFault with Salesforce's code when refused."""
        sobject = self._permissions.readable_object(user_id, object_name)
        row = self._rows.row(sobject, record_id)
        may_edit = sobject.describe["updateable"] and self._permissions.access(user_id, sobject).edit
        if not (may_edit and self._meets(editable_rows, user_id, sobject, row)):
            raise closed_record()
        changes = self._checked(user_id, sobject, values, "updateable")
        refuse_person_account(sobject, row)
        emptied = [
            name for name, value in changes.items() if value is None and not _field(sobject, name)["nillable"]
        ]
        if emptied:
            raise required_missing(emptied)
        changes = self._rules.before_update(sobject, row, changes)
        self._data_rules.check(user_id, sobject, row, row | changes)
        if changes:
            self._rows.write(sobject, row["Id"], changes, user_id)
        self._rules.after_update(sobject, row | changes)

    def delete(self, user_id: str, object_name: str, record_id: str) -> None:
        """Delete a record: into the recycle bin where the object has one."""
        sobject = self._permissions.readable_object(user_id, object_name)
        row = self._rows.row(sobject, record_id)
        may_delete = sobject.describe["deletable"] and self._permissions.access(user_id, sobject).delete
        if not (may_delete and self._meets(shared_rows, user_id, sobject, row)):
            raise closed_record()
        refuse_person_account(sobject, row)
        self._rules.before_delete(sobject, row)
        if sobject.find("IsDeleted"):
            self._rows.write(sobject, row["Id"], {"IsDeleted": True}, user_id)
        else:
            self._database.sql(f'DELETE FROM {table_of(sobject.name)} WHERE "Id" = $1', [row["Id"]])
        self._rules.after_delete(sobject, row)

    def _meets(self, rows: Rows, user_id: str, sobject: SObject, row: Row) -> bool:
        kept = rows(self._permissions, user_id, sobject, "t")
        if not kept:
            return True
        query = f'SELECT 1 FROM {table_of(sobject.name)} AS t WHERE t."Id" = $1 AND {" AND ".join(kept)}'
        return bool(self._database.sql(query, [row["Id"]]))

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
                check_reference(self._database, self._permissions.catalog, sobject, field, row[field["name"]])
        if closed:
            raise closed_fields(closed)
        return row


def _field(sobject: SObject, name: str) -> FieldDescribe:
    field = sobject.find(name)
    assert field is not None, name
    return field


def _require(sobject: SObject, row: Row) -> None:
    missing = [
        field["name"]
        for field in sobject.fields.values()
        if field["createable"]
        and not field["nillable"]
        and not field["defaultedOnCreate"]
        and row.get(field["name"]) is None
    ]
    if missing:
        raise required_missing(missing)
