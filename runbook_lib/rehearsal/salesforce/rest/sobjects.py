"""sObject rows and their describes. Source: REST API Developer Guide, "sObject Basic Information" ff."""

from __future__ import annotations

import urllib.parse
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault, not_found
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.resource import EMPTY, Resource, RestAnswer, RestCall


def describe_global(call: RestCall) -> RestAnswer:
    """GET sobjects: every object the caller may see."""
    return RestAnswer(200, call.org.describe_global(call.user_id, call.version))


def describe(call: RestCall, object_name: str) -> RestAnswer:
    """GET sobjects/X/describe: all about an object and the fields the caller may read."""
    _refuse_unknown(call, object_name)
    return RestAnswer(200, call.org.describe(call.user_id, object_name, call.version))


def basic_information(call: RestCall, object_name: str) -> RestAnswer:
    """GET sobjects/X: the object's entry of the global describe."""
    for entry in call.org.describe_global(call.user_id, call.version)["sobjects"]:
        if entry["name"].lower() == object_name.lower():
            return RestAnswer(200, {"objectDescribe": entry, "recentItems": []})
    raise not_found()


def create(call: RestCall, object_name: str) -> RestAnswer:
    """POST sobjects/X: a new row."""
    _refuse_unknown(call, object_name)
    record_id = call.org.create(call.user_id, object_name, values(call.json_object()))
    where = {"Location": f"{call.root}/sobjects/{object_name}/{record_id}"}
    return RestAnswer(201, saved(record_id), where)


def read(call: RestCall, object_name: str, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """GET sobjects/X/{id}[?fields=A,B]."""
    _refuse_unknown(call, object_name, id)
    fields = [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]
    return RestAnswer(200, call.org.read(call.user_id, object_name, id, fields or None, call.version))


def update(call: RestCall, object_name: str, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """PATCH sobjects/X/{id}."""
    _refuse_unknown(call, object_name, id)
    if "id" in map(str.lower, call.json_object()):
        message = "The Id field should not be specified in the sobject data."
        raise OrgFault(400, "INVALID_FIELD", message)
    call.org.update(call.user_id, object_name, id, values(call.json_object()))
    return EMPTY


def delete(call: RestCall, object_name: str, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """DELETE sobjects/X/{id}."""
    _refuse_unknown(call, object_name, id)
    call.org.delete(call.user_id, object_name, id)
    return EMPTY


def set_password(call: RestCall, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """POST sobjects/User/{id}/password: an administrator, or the user, sets a new password."""
    call.org.set_password(call.user_id, id, str(call.json_object().get("NewPassword", "")))
    return EMPTY


def read_by_external_id(call: RestCall, object_name: str, field: str, value: str) -> RestAnswer:
    """GET sobjects/X/{field}/{value}."""
    return read(call, object_name, _id_by_external_id(call, object_name, field, value))


def upsert_by_external_id(call: RestCall, object_name: str, field: str, value: str) -> RestAnswer:
    """PATCH sobjects/X/{field}/{value}: update the row with that value, or create it."""
    try:
        record_id = _id_by_external_id(call, object_name, field, value)
    except OrgFault as fault:
        if fault.status != 404:
            raise
        row = {**values(call.json_object()), field: urllib.parse.unquote(value)}
        return RestAnswer(201, {**saved(call.org.create(call.user_id, object_name, row)), "created": True})
    call.org.update(call.user_id, object_name, record_id, values(call.json_object()))
    return RestAnswer(200, {**saved(record_id), "created": False})


def _refuse_unknown(call: RestCall, object_name: str, record_id: str | None = None) -> None:
    """In a URL an object that the caller cannot see is a resource that is not there; what is no id is taken
    for the value of an external id."""
    try:
        call.org.permissions.readable_object(call.user_id, object_name)
    except OrgFault as hidden:
        if hidden.status == 501:
            raise
        raise not_found() from hidden
    if record_id is not None and (len(record_id) not in (15, 18) or not record_id.isalnum()):
        message = f"Provided external ID field does not exist or is not accessible: {record_id}"
        raise OrgFault(404, "NOT_FOUND", message)


def _id_by_external_id(call: RestCall, object_name: str, field: str, value: str) -> str:
    literal = urllib.parse.unquote(value).replace("\\", "\\\\").replace("'", "\\'")
    result = call.org.query(call.user_id, f"SELECT Id FROM {object_name} WHERE {field} = '{literal}' LIMIT 2")
    if not result.rows:
        raise not_found()
    if len(result.rows) > 1:
        raise OrgFault(300, "MULTIPLE_CHOICES", "The external ID fits more than one record.")
    return str(result.rows[0]["Id"])


def saved(record_id: str) -> dict[str, Any]:
    """How Salesforce confirms a row that was written."""
    return {"id": record_id, "success": True, "errors": []}


def values(body: dict[str, Any]) -> dict[str, Any]:
    """The field values of a posted row, without its `attributes`."""
    return {name: value for name, value in body.items() if name != "attributes"}


ROW = Reads(keys=None)

RESOURCES = (
    Resource("GET", "sobjects", describe_global),
    Resource("POST", "sobjects/User/{id}/password", set_password, Reads(keys=("NewPassword",))),
    Resource("GET", "sobjects/{object_name}/describe", describe),
    Resource("GET", "sobjects/{object_name}", basic_information),
    Resource("POST", "sobjects/{object_name}", create, ROW),
    Resource("GET", "sobjects/{object_name}/{id}", read, Reads(("fields",))),
    Resource("PATCH", "sobjects/{object_name}/{id}", update, ROW),
    Resource("DELETE", "sobjects/{object_name}/{id}", delete),
    Resource("GET", "sobjects/{object_name}/{field}/{value}", read_by_external_id, Reads(("fields",))),
    Resource("PATCH", "sobjects/{object_name}/{field}/{value}", upsert_by_external_id, ROW),
)
