"""Ids that a new or changed record points with: the record behind each has to be there.

Source: REST API Developer Guide, status codes INVALID_CROSS_REFERENCE_KEY, FIELD_INTEGRITY_EXCEPTION and
INACTIVE_OWNER_OR_USER; the text of the last as Marketo Measure quotes it.
"""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe


def check_reference(
    database: Database, catalog: Catalog, sobject: SObject, field: FieldDescribe, value: Any
) -> None:
    """OrgFault when a lookup of `sobject` would point at nothing, at the wrong object or at an inactive
    owner."""
    if value is None or field["type"] != "reference":
        return
    targets = [catalog.find(name) for name in field["referenceTo"]]
    known = [target for target in targets if target is not None and target.has_table]
    target = next((target for target in known if target.key_prefix == value[:3]), None)
    if target is None:
        if len(known) < len(targets):
            return  # it may be an id of an object that is not imitated
        raise OrgFault(
            400,
            "FIELD_INTEGRITY_EXCEPTION",
            f"{field['label']}: id value of incorrect type: {value}",
            (field["name"],),
        )
    columns = '"IsActive"' if target.name == "User" else "true"
    rows = database.sql(f'SELECT {columns} FROM {table_of(target.name)} WHERE "Id" = $1', [value])
    if not rows:
        raise OrgFault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (field["name"],))
    if field["name"] == "OwnerId" and not rows[0][0]:
        message = f"operation performed with inactive user [{value}] as owner of {sobject.name.lower()}"
        raise OrgFault(400, "INACTIVE_OWNER_OR_USER", message, ("OwnerId",))
