"""The table of calls tells shapes and codes, never a value, an id or the name of a custom field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.systems.call_table import CallTable, call_name, shape_of

LEAD = {"Id": "00Q5g0000000001EAA", "Secret_Project__c": "x", "Amount": 3, "IsDeleted": False, "Owner": None}


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/services/data/v60.0/sobjects/Lead/00Q5g0000000001EAA", "/services/data/v60.0/sobjects/Lead/{id}"),
        ("/services/data/v60.0/sobjects/Secret__c/describe", "/services/data/v60.0/sobjects/*__c/describe"),
        (
            "/bulk/v1/leads/export/ce45a7a1-f19d-4ce2-882c-a3c795940a7d/status.json",
            "/bulk/v1/leads/export/{id}/status.json",
        ),
        (
            "/services/data/v60.0/sobjects/PermissionSetAssi",
            "/services/data/v60.0/sobjects/PermissionSetAssi",
        ),
    ],
)
def test_a_path_loses_what_is_the_orgs_own(path: str, plain: str) -> None:
    """Ids and custom names are left out, the vendor's words stay."""
    assert call_name("GET", path, 200) == f"GET {plain} 200"


def test_a_shape_has_types_and_codes() -> None:
    """Keys and types, one of each kind of member; an error's code is the vendor's word and is kept."""
    assert shape_of({"records": [LEAD, LEAD], "done": True}) == {
        "records": [
            {"Id": "text", "*__c": "text", "Amount": "number", "IsDeleted": "truth", "Owner": "null"}
        ],
        "done": "truth",
    }
    assert shape_of([{"errorCode": "INVALID_FIELD", "message": "No such column 'Secret'"}]) == [
        {"errorCode": "code INVALID_FIELD", "message": "text"}
    ]


@given(st.recursive(st.text(min_size=9) | st.integers(10**9, 10**12), lambda inner: st.lists(inner)))
def test_no_value_survives(value: object) -> None:
    """Whatever the texts and numbers are, they are not in the shape."""
    told = json.dumps(shape_of({"told": value}))
    assert set(told) <= set(json.dumps({"told": ["text", "number", "list"]}))


def test_rows_add_up_with_what_is_on_file() -> None:
    """Counts are summed, shapes that are known are not repeated, the newest request ids are kept."""
    table = CallTable()
    body = b'{"requestId": "e42b#14272d07d78", "success": true, "result": []}'
    for _ in range(30):
        table.note("GET /rest/v1/leads.json 200", body, {}, 10)
    table.note("GET /services/data 200", None, {}, 5)
    rows = table.merged_into(table.merged_into({}))
    row = rows["GET /rest/v1/leads.json 200"]
    assert (row["count"], row["milliseconds"], len(row["shapes"])) == (60, 600, 1)
    assert len(row["request_ids"]) == 20 and row["request_ids"][0].endswith("e42b#14272d07d78")
