"""The table of documented calls, and how answers are held against it."""

from __future__ import annotations

from typing import Any

import pytest

from runbook_lib.systems.call_table import CallTable
from runbook_lib.systems.endpoints import endpoint_of, endpoints, unexpected

QUERY = "GET /services/data/v67.0/query/ 200"


def told(call: str, *bodies: bytes) -> list[tuple[str, int]]:
    """What is found unexpected in answers to one kind of call."""
    table = CallTable()
    for body in bodies:
        table.note(call, body, {"Content-Type": "application/json"}, 1)
    return list(unexpected({name: row.to_json() for name, row in table.rows.items()}))


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (QUERY, b'{"totalSize": 0, "done": true, "records": []}'),
        ("POST /services/data/v67.0/composite/sobjects 200", b'[{"success": false, "errors": []}]'),
        (
            "GET /rest/v1/leads.json 200",
            b'{"requestId": "1#a", "success": false, "errors": []}',
        ),
        ("POST /rest/v1/leads.json 200", b'{"requestId": "1#a", "success": true, "result": []}'),
        ("GET /services/data/v67.0/limits/ 403", b'[{"errorCode": "FORBIDDEN"}]'),
        ("DELETE /services/data/v67.0/sobjects/Lead/{id} 204", b""),
    ],
)
def test_documented_answers_are_expected(call: str, body: bytes) -> None:
    """As the guides say, with errors in forms of their own, and without a body where there is none."""
    assert told(call, body) == []


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (QUERY, b'{"totalSize": "0", "done": true, "records": []}'),
        (QUERY, b'{"totalSize": 0, "records": []}'),
        (QUERY, b"<html>"),
        ("POST /services/data/v67.0/composite/sobjects 200", b'{"success": true}'),
        ("GET /services/data/v67.0/chatter/feeds 200", b"{}"),
        ("GET /identity/oauth/token 200", b'{"access_token": "x", "expires_in": "3599"}'),
    ],
)
def test_answers_of_another_form_are_counted(call: str, body: bytes) -> None:
    """A missing key, another type, no JSON at all, a call that is not documented."""
    assert told(call, body, body) == [(call, 2)]


def test_every_row_is_whole() -> None:
    """Each call has a source, and no two rows are the same call."""
    calls: list[Any] = [(call.method, call.path) for call in endpoints()]
    assert len(set(calls)) == len(calls)
    assert all(call.source and call.purpose for call in endpoints())


def test_the_more_exact_call_is_meant() -> None:
    """A composite call is no record, and the password of a user is no field of one."""
    found = endpoint_of("POST", "/services/data/v67.0//composite/sobjects/")
    assert found is not None and found.path.endswith("/composite/sobjects")
    assert endpoint_of("GET", "/nowhere") is None
