"""sObject Collections: up to 200 rows per call, with or without allOrNone.

Source: REST API Developer Guide, "sObject Collections". Errors carry `statusCode` here, not `errorCode`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.resource import Resource, RestAnswer, RestCall
from runbook_lib.rehearsal.salesforce.rest.sobjects import saved, values

MOST_ROWS = 200
ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using "
    "AllOrNone header",
    "fields": [],
}

Row = dict[str, Any]


def create_rows(call: RestCall) -> RestAnswer:
    """POST composite/sobjects."""

    def create(row: Row) -> str:
        return call.org.create(call.user_id, _object_of(row), values(row))

    return _write(call, _rows(call), create)


def update_rows(call: RestCall) -> RestAnswer:
    """PATCH composite/sobjects: every row carries its `id`."""

    def update(row: Row) -> str:
        record_id = str(row.get("id") or row.get("Id") or "")
        if not record_id:
            raise OrgFault(400, "MISSING_ARGUMENT", "Id not specified in an update call", ("Id",))
        changes = {name: value for name, value in values(row).items() if name.lower() != "id"}
        call.org.update(call.user_id, _object_of(row), record_id, changes)
        return record_id

    return _write(call, _rows(call), update)


def delete_rows(call: RestCall) -> RestAnswer:
    """DELETE composite/sobjects?ids=a,b."""
    ids = [{"id": record_id.strip()} for record_id in call.parameter("ids").split(",")]

    def delete(row: Row) -> str:
        call.org.delete(call.user_id, _object_of_id(call, row["id"]), row["id"])
        return str(row["id"])

    return _write(call, _at_most(ids), delete)


def read_rows(call: RestCall, object_name: str) -> RestAnswer:
    """POST composite/sobjects/X {ids, fields}, or GET with the same as parameters; a missing row is null."""
    asked = call.body if isinstance(call.body, dict) else call.query
    ids, fields = _names(asked.get("ids")), _names(asked.get("fields"))

    def read(record_id: str) -> Row | None:
        try:
            return call.org.read(call.user_id, object_name, record_id, fields, call.version)
        except OrgFault as fault:
            if fault.status == 404:
                return None
            raise

    return RestAnswer(200, [read(record_id) for record_id in ids])


def _write(call: RestCall, rows: list[Row], write: Callable[[Row], str]) -> RestAnswer:
    """Write row by row; with allOrNone one bad row undoes them all."""
    if not _all_or_none(call):
        return RestAnswer(200, [_attempt(row, write) for row in rows])
    with call.org.database.transaction() as transaction:
        outcomes = [_attempt(row, write) for row in rows]
        if not all(outcome["success"] for outcome in outcomes):
            transaction.give_up()
            outcomes = [_rolled_back(outcome) for outcome in outcomes]
    return RestAnswer(200, outcomes)


def _attempt(row: Row, write: Callable[[Row], str]) -> Row:
    try:
        return saved(write(row))
    except OrgFault as fault:
        error = {"statusCode": fault.code, "message": fault.message, "fields": list(fault.fields)}
        return {"success": False, "errors": [error]}


def _rolled_back(outcome: Row) -> Row:
    return {"success": False, "errors": [ROLLED_BACK]} if outcome["success"] else outcome


def _all_or_none(call: RestCall) -> bool:
    said = call.body.get("allOrNone") if isinstance(call.body, dict) else call.query.get("allOrNone")
    return str(said).lower() == "true"


def _rows(call: RestCall) -> list[Row]:
    rows = call.json_object().get("records")
    if not isinstance(rows, list):
        raise OrgFault(400, "JSON_PARSER_ERROR", "The property 'records' must be a list.")
    return _at_most(rows)


def _at_most(rows: list[Row]) -> list[Row]:
    if len(rows) > MOST_ROWS:
        message = f"record limit reached. cannot submit more than {MOST_ROWS} records in this call"
        raise OrgFault(400, "INVALID_INPUT", message)
    return rows


def _object_of(row: Row) -> str:
    object_name = (row.get("attributes") or {}).get("type")
    if not object_name:
        raise OrgFault(400, "INVALID_TYPE", "Must send a concrete entity type.")
    return str(object_name)


def _object_of_id(call: RestCall, record_id: str) -> str:
    sobject = call.org.catalog.by_prefix(record_id)
    if sobject is None:
        raise OrgFault(400, "MALFORMED_ID", f"malformed id {record_id}")
    return sobject.name


def _names(said: Any) -> list[str]:
    if isinstance(said, str):
        said = said.split(",")
    return [str(name).strip() for name in said or []]


ROWS = Reads(keys=("allOrNone", "records"))

RESOURCES = (
    Resource("POST", "composite/sobjects", create_rows, ROWS),
    Resource("PATCH", "composite/sobjects", update_rows, ROWS),
    Resource("DELETE", "composite/sobjects", delete_rows, Reads(("ids", "allOrNone"))),
    Resource("GET", "composite/sobjects/{object_name}", read_rows, Reads(("ids", "fields"))),
    Resource("POST", "composite/sobjects/{object_name}", read_rows, Reads(keys=("ids", "fields"))),
)
