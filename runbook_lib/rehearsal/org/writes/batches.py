"""Many changed records in one go, as SOAP update() takes them: each is accepted or refused by itself.

The records lie in a table: `Id`, `changed` (the names of the fields that are meant) and a column for each
such field, whatever its type. Rows are handled by SQL; a value is checked once, however many records have it.
Source: SOAP API Developer Guide, update(), StatusCode.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runbook_lib.rehearsal.database import Database, literal, quoted
from runbook_lib.rehearsal.org.faults import OrgFault, closed_fields, closed_record, required_missing
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.references import check_reference
from runbook_lib.rehearsal.org.rows.sharing import editable_rows
from runbook_lib.rehearsal.org.rows.tables import column_type, table_of
from runbook_lib.rehearsal.org.rows.values import column_value, soap_value
from runbook_lib.rehearsal.org.schema.catalog import SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.writes.data_rules import DataRules
from runbook_lib.rehearsal.org.writes.refusals import first_of

REFUSED = "results.refused"
"""Table of what the last batch was refused: `Id`, `code`, `message`."""
_WRITTEN = "results.written"
_WRONG = """(SELECT unnest(from_json($wrong::JSON,
    '[{"value":"VARCHAR","code":"VARCHAR","message":"VARCHAR"}]'), recursive := true))"""
"""Values of one field, and why it cannot take them."""


@dataclass(frozen=True)
class Batch:
    """Changed records of one object, by one user, at one moment."""

    user_id: str
    object_name: str
    table: str
    """Where the records lie."""
    names: tuple[str, ...]
    """The fields that any of them changes."""
    moment: datetime


class Batches:
    """Takes batches."""

    def __init__(self, database: Database, permissions: Permissions, rules: DataRules) -> None:
        self._database, self._permissions, self._rules = database, permissions, rules

    def update(self, batch: Batch) -> int:
        """Write what can be written and give how many records that were; `REFUSED` tells the others."""
        sobject = self._permissions.readable_object(batch.user_id, batch.object_name)
        fields = [field for name in batch.names if (field := sobject.find(name))]
        with self._database.transaction():
            self._database.sql(
                f'CREATE OR REPLACE TABLE {REFUSED} ("Id" VARCHAR, code VARCHAR, message VARCHAR)'
            )
            self._refuse_records(batch, sobject)
            self._refuse_values(batch, sobject, fields)
            self._database.sql(f"CREATE OR REPLACE TABLE {_WRITTEN} AS {_as_written(batch, fields)}")
            self._refuse_by_rules(batch, sobject)
            return self._write(batch, sobject, fields)

    def _refuse(self, batch: Batch, condition: str, fault: OrgFault) -> None:
        """Refuse what meets a condition over `s` and was not refused before."""
        why = f"{literal(fault.code)}, {literal(fault.message)}"
        self._database.sql(
            f'INSERT INTO {REFUSED} SELECT s."Id", {why} FROM {_left(batch)} AND ({condition})'
        )

    def _refuse_records(self, batch: Batch, sobject: SObject) -> None:
        """Records that are not there any more, or that the user may not edit."""
        table = table_of(sobject.name)
        alive = f'SELECT "Id" FROM {table} WHERE NOT "IsDeleted"'
        gone = OrgFault(404, "ENTITY_IS_DELETED", "entity is deleted")
        self._refuse(batch, f's."Id" NOT IN ({alive})', gone)
        may_edit = self._permissions.access(batch.user_id, sobject).edit
        kept = editable_rows(self._permissions, batch.user_id, sobject, "t") if may_edit else ["FALSE"]
        if kept:
            mine = f'SELECT t."Id" FROM {table} AS t WHERE {" AND ".join(kept)}'
            self._refuse(batch, f's."Id" NOT IN ({mine})', closed_record())

    def _refuse_values(self, batch: Batch, sobject: SObject, fields: Sequence[FieldDescribe]) -> None:
        """Fields that are closed to the user, and values that a field cannot take."""
        editable = self._permissions.fields(batch.user_id, sobject).editable
        for field in fields:
            changed = f"list_contains(s.changed, {literal(field['name'])})"
            if not field["updateable"] or field["name"].lower() not in editable:
                self._refuse(batch, changed, closed_fields([field["name"]]))
                continue
            column = f"s.{quoted(field['name'])}"
            values = f"SELECT DISTINCT {column}, CAST({column} AS VARCHAR) FROM {_left(batch)} AND {changed}"
            wrong = [
                {"value": text, "code": fault.code, "message": fault.message}
                for value, text in self._database.sql(values)
                if (fault := self._fault(sobject, field, value))
            ]
            if wrong:
                self._database.sql(
                    f'INSERT INTO {REFUSED} SELECT s."Id", w.code, w.message FROM {_WRONG} AS w JOIN '
                    f"(SELECT * FROM {_left(batch)} AND {changed}) AS s "
                    f"ON CAST({column} AS VARCHAR) IS NOT DISTINCT FROM w.value",
                    {"wrong": json.dumps(wrong)},
                )

    def _fault(self, sobject: SObject, field: FieldDescribe, value: Any) -> OrgFault | None:
        """Why a field cannot take a value."""
        try:
            stored = column_value(field, soap_value(field, value))
            check_reference(self._database, self._permissions.catalog, sobject, field, stored)
        except OrgFault as fault:
            if fault.code != "JSON_PARSER_ERROR":
                return fault
            message = f"{field['label']}: value not of required type: {value}"
            return OrgFault(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, fault.fields)
        return required_missing([field["name"]]) if stored is None and not field["nillable"] else None

    def _refuse_by_rules(self, batch: Batch, sobject: SObject) -> None:
        refusals = self._rules.refusals(sobject, batch.user_id)
        if not refusals:
            return
        self._database.sql(
            f'INSERT INTO {REFUSED} SELECT * FROM (SELECT n."Id", {first_of(refusals, "code")} AS code, '
            f"{first_of(refusals, 'message')} AS message FROM {_WRITTEN} AS n "
            f'JOIN {table_of(sobject.name)} AS o ON o."Id" = n."Id") WHERE code IS NOT NULL'
        )

    def _write(self, batch: Batch, sobject: SObject, fields: Sequence[FieldDescribe]) -> int:
        changes = {quoted(field["name"]): f"n.{quoted(field['name'])}" for field in fields}
        if sobject.find("LastName"):
            changes['"Name"'] = "concat_ws(' ', nullif(n.\"FirstName\", ''), n.\"LastName\")"
        stamps = {"LastModifiedDate": "$now", "SystemModstamp": "$now", "LastModifiedById": "$user"}
        changes |= {quoted(name): value for name, value in stamps.items() if sobject.find(name)}
        assigned = ", ".join(f"{name} = {value}" for name, value in changes.items())
        written = self._database.sql(
            f'UPDATE {table_of(sobject.name)} AS t SET {assigned} FROM {_WRITTEN} AS n WHERE t."Id" = n."Id" '
            f'AND n."Id" NOT IN (SELECT "Id" FROM {REFUSED})',
            {"now": batch.moment.replace(tzinfo=None), "user": batch.user_id},
        )
        return int(written[0][0])


def _as_written(batch: Batch, fields: Sequence[FieldDescribe]) -> str:
    """SQL for the records as they would be, but for those refused already."""
    columns = ", ".join(_new_value(field) for field in fields)
    return (
        f"SELECT o.* REPLACE ({columns}) FROM {table_of(batch.object_name)} AS o "
        f'JOIN (SELECT * FROM {_left(batch)}) AS s ON s."Id" = o."Id"'
    )


def _new_value(field: FieldDescribe) -> str:
    name = quoted(field["name"])
    new = f"TRY_CAST(s.{name} AS {column_type(field)})"
    if field["type"] == "email":
        new = f"lower({new})"
    if column_type(field) == "DOUBLE":
        new = f"round({new}, {field['scale']:d})"
    return (
        f"CASE WHEN list_contains(s.changed, {literal(field['name'])}) THEN {new} ELSE o.{name} END AS {name}"
    )


def _left(batch: Batch) -> str:
    """SQL for the records that were not refused yet, for more conditions to follow."""
    return f'{batch.table} AS s WHERE s."Id" NOT IN (SELECT "Id" FROM {REFUSED})'
