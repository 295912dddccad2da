"""The REST API's view of activities: their types, a place in time, and what happened since.

The numbers of the types are those Adobe publishes for its lead activity data stream.
Source: Marketo REST API, "Activities".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.tables import stamp
from runbook_lib.rehearsal.marketo.envelope import (
    RestError,
    batch_size,
    json_value,
    page_token,
    required,
    token_content,
)

MOST_TYPES = 10
MOST_PEOPLE = 30
"""Ids that `leadIds` may hold."""
NEW_LEAD = 12
TYPES = (
    (2, "Fill Out Form", "Person fills out a form", ()),
    (NEW_LEAD, "New Lead", "Person is created", ("Created Date", "SFDC Type", "Source Type")),
    (13, "Change Data Value", "Value of a person's field changes", ()),
    (19, "Sync Lead to SFDC", "Person is pushed to Salesforce", ()),
    (22, "Change Score", "Score of a person changes", ()),
    (28, "Sync Lead Updates to SFDC", "Changes of a person are pushed to Salesforce", ()),
)


def types(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`activities/types.json`."""
    return {
        "result": [
            {
                "id": number,
                "name": name,
                "description": description,
                "attributes": [{"name": attribute, "dataType": "string"} for attribute in attributes],
            }
            for number, name, description, attributes in TYPES
        ]
    }


def paging_token(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`activities/pagingtoken.json`: a place in the stream. RestError 1003 for no moment."""
    text = required(params, "sinceDatetime")
    try:
        since = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as problem:
        raise RestError("1003", f"Invalid value for sinceDatetime: '{text}'") from problem
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return {"nextPageToken": page_token({"since": stamp(since).isoformat(), "after": 0})}


def since_token(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`activities.json`: the next activities of the wanted types."""
    content = token_content(required(params, "nextPageToken"))
    size = batch_size(params)
    wanted = _numbers("leadIds", params.get("leadIds", ""), MOST_PEOPLE) if "leadIds" in params else []
    rows = instance.database.sql(
        'SELECT a.id, a.lead_id, a.happened_at, a.type_id, p."email", p."sfdcType" FROM marketo.activity AS a'
        ' JOIN marketo.person AS p ON p."id" = a.lead_id'
        " WHERE a.happened_at >= ? AND a.id > ? AND list_contains(?::INTEGER[], a.type_id)"
        " AND (len(?::BIGINT[]) = 0 OR list_contains(?::BIGINT[], a.lead_id))"
        f" ORDER BY a.id LIMIT {size + 1}",
        (content["since"], content["after"], _wanted_types(params), wanted, wanted),
    )
    page = rows[:size]
    after = page[-1][0] if page else content["after"]
    return {
        "result": [_activity(row) for row in page],
        "moreResult": len(rows) > size,
        "nextPageToken": page_token({"since": content["since"], "after": after}),
    }


def _wanted_types(params: Mapping[str, str]) -> list[int]:
    return _numbers("activityTypeIds", required(params, "activityTypeIds"), MOST_TYPES)


def _numbers(name: str, text: str, most: int) -> list[int]:
    numbers = text.split(",")
    if len(numbers) > most or not all(number.strip().isdigit() for number in numbers):
        raise RestError("1003", f"Invalid value for {name}")
    return [int(number) for number in numbers]


def _activity(row: tuple[Any, ...]) -> dict[str, Any]:
    number, lead_id, happened_at, type_id, email, sfdc_type = row
    moment = json_value(happened_at)
    attributes = (
        {}
        if type_id != NEW_LEAD
        else {
            "Created Date": str(moment)[:10],
            "SFDC Type": sfdc_type,
            "Source Type": "salesforce.com" if sfdc_type else "Web form fill-out",
        }
    )
    return {
        "id": number,
        "marketoGUID": str(number),
        "leadId": lead_id,
        "activityDate": moment,
        "activityTypeId": type_id,
        "primaryAttributeValueId": lead_id,
        "primaryAttributeValue": email,
        "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
    }
