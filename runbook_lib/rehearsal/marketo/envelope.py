"""How the instance's REST API talks: its errors, its envelope and the form of its values.

An answer is HTTP 200 even when it failed. Source: Marketo REST API, "Error Codes" and "Marketo REST API".
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

LARGEST_BATCH = 300
MOST_MATCHES = 1000

_numbers = itertools.count(1)


class RestError(Exception):
    """The API refuses; `code` and `message` are Marketo's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def request_id() -> str:
    """A request id such as `e42b#14272d07d78`."""
    return f"{secrets.token_hex(2)}#{next(_numbers):x}{secrets.token_hex(4)}"


def succeeded(body: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of an answer; `body` holds `result` and what else belongs beside it."""
    return {"requestId": request_id(), "success": True, **body}


def refused(error: RestError) -> dict[str, Any]:
    """The envelope of a refusal."""
    return {
        "requestId": request_id(),
        "success": False,
        "errors": [{"code": error.code, "message": error.message}],
    }


def json_value(value: object) -> object:
    """A value as the API writes it: moments in UTC with a Z, null for nothing."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def records(names: Sequence[str], rows: Sequence[Sequence[object]]) -> list[dict[str, Any]]:
    """Rows as a list of objects."""
    return [dict(zip(names, map(json_value, row), strict=True)) for row in rows]


def page_token(content: Mapping[str, Any]) -> str:
    """An opaque token that leads back to `content`."""
    return base64.b32encode(json.dumps(content).encode()).decode()


def token_content(token: str) -> dict[str, Any]:
    """What a page token stands for. RestError 1003 for one that was not handed out."""
    try:
        content = json.loads(base64.b32decode(token))
    except (binascii.Error, ValueError) as problem:
        raise RestError("1003", f"Invalid value for nextPageToken: '{token}'") from problem
    if not isinstance(content, dict):
        raise RestError("1003", f"Invalid value for nextPageToken: '{token}'")
    return content


def page_start(params: Mapping[str, str]) -> int:
    """The number of the first record of the wanted page. RestError 1003 for a token not handed out."""
    token = params.get("nextPageToken")
    return int(token_content(token)["start"]) if token else 0


def page_after(start: int) -> dict[str, str]:
    """What an answer says beside its result when there is a further page, which begins at `start`."""
    return {"nextPageToken": page_token({"start": start})}


def batch_size(params: Mapping[str, str]) -> int:
    """The wanted records per page. RestError 1003 for no number between 1 and 300."""
    text = params.get("batchSize", str(LARGEST_BATCH))
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_BATCH:
        raise RestError("1003", f"Invalid value for batchSize: '{text}'")
    return int(text)


def required(params: Mapping[str, str], name: str) -> str:
    """A parameter that must be there. RestError 1002 when it is not."""
    value = params.get(name, "")
    if not value:
        raise RestError("1002", f"Missing value for required parameter '{name}'")
    return value


def listed(text: str) -> list[str]:
    """The entries of a comma-separated parameter."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def wanted_values(params: Mapping[str, str]) -> list[str]:
    """The values of `filterValues`, at most 300. RestError 1002 for none, 1003 for more."""
    values = listed(required(params, "filterValues"))
    if len(values) > LARGEST_BATCH:
        raise RestError("1003", f"Too many values. Maximum number of filterValues is {LARGEST_BATCH}")
    return values
