"""Tooling API: custom fields and queries over the metadata.

Source: Tooling API Developer Guide, "CustomField"; recorded answers of a real org.
"""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.query import NEXT_PAGE, QUERY, next_page, tooling_query
from runbook_lib.rehearsal.salesforce.rest.resource import EMPTY, Resource, RestAnswer, RestCall

MISSING = "Required fields are missing"

COLUMNS = (
    "Id", "FullName", "DeveloperName", "NamespacePrefix", "TableEnumOrId", "Metadata", "CreatedDate",
    "LastModifiedDate",
)  # fmt: skip


def create_custom_field(call: RestCall) -> RestAnswer:
    """POST tooling/sobjects/CustomField {FullName, Metadata}. Nobody gets to see the field by this alone."""
    body = call.json_object()
    if not body.get("FullName"):
        raise OrgFault(400, "REQUIRED_FIELD_MISSING", f"{MISSING}: [FullName]", ("FullName",))
    field_id = call.org.create_custom_field(call.user_id, str(body["FullName"]), _metadata(body))
    return RestAnswer(201, {"id": field_id, "success": True, "errors": [], "warnings": [], "infos": []})


def read_custom_field(call: RestCall, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """GET tooling/sobjects/CustomField/{00N id}."""
    field = call.org.read_custom_field(call.user_id, id)
    soql = f"SELECT {', '.join(COLUMNS)} FROM CustomField WHERE Id = '{field.id}'"
    return RestAnswer(200, call.org.tooling_query(call.user_id, soql).page(0, 1, call.version)[0])


def update_custom_field(call: RestCall, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """PATCH tooling/sobjects/CustomField/{id}: the whole Metadata, not only what changes."""
    call.org.update_custom_field(call.user_id, id, _metadata(call.json_object()))
    return EMPTY


def delete_custom_field(call: RestCall, id: str) -> RestAnswer:  # noqa: A002 - the name in Salesforce's URLs
    """DELETE tooling/sobjects/CustomField/{id}."""
    call.org.delete_custom_field(call.user_id, id)
    return EMPTY


def _metadata(body: dict[str, Any]) -> dict[str, Any]:
    metadata = body.get("Metadata")
    if not isinstance(metadata, dict):
        raise OrgFault(400, "REQUIRED_FIELD_MISSING", f"{MISSING}: [Metadata]", ("Metadata",))
    return metadata


CUSTOM_FIELD = Reads(keys=("FullName", "Metadata"))

RESOURCES = (
    Resource("GET", "tooling/query", tooling_query, QUERY),
    Resource("GET", "tooling/query/{locator}", next_page, NEXT_PAGE),
    Resource("POST", "tooling/sobjects/CustomField", create_custom_field, CUSTOM_FIELD),
    Resource("GET", "tooling/sobjects/CustomField/{id}", read_custom_field),
    Resource(
        "PATCH",
        "tooling/sobjects/CustomField/{id}",
        update_custom_field,
        CUSTOM_FIELD,
    ),
    Resource("DELETE", "tooling/sobjects/CustomField/{id}", delete_custom_field),
)
