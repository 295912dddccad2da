"""The table of calls: what was asked how often, and of what shape the answers were; no value of any of them.

Ids in a path and names of custom fields are left out, so that the table can be handed to somebody who must
not know the org. Marketo's support asks for request ids. Source: Marketo developer guide, "REST API",
requestId."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_ID = re.compile(
    r"(?<![A-Za-z0-9])(?=[^/]*\d)([A-Za-z0-9]{18}|[A-Za-z0-9]{15}|[0-9a-fA-F-]{32,36})(?![A-Za-z0-9])"
)
"""A record id of Salesforce, or the id of an export of Marketo's."""
_CUSTOM = re.compile(r"\w+(__\w{1,4})")
"""The API name of something custom, such as Lead.Secret_Project__c: its ending tells enough."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,60}")
_CODE_KEYS = frozenset({"code", "errorCode", "error", "statusCode", "status", "state"})
_CODE = re.compile(r"[A-Za-z0-9_]{2,40}")
_DEEPEST = 6
_MOST_KEYS = 120
_LARGEST = 2_000_000
"""Bytes of an answer that is still looked into."""
_MOST_SHAPES, _MOST_IDS = 4, 20
_LOOKED_AT = 12
"""Members of a list that are looked at: those of one answer are alike."""


@dataclass
class CallRow:
    """One row: one kind of call with one status. ``shapes``: of its answers, those that differ."""

    count: int = 0
    milliseconds: int = 0
    shapes: list[Any] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    """The newest, each with its moment (UTC)."""

    def to_json(self) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "count": self.count,
            "milliseconds": self.milliseconds,
            "shapes": self.shapes,
            "request_ids": self.request_ids,
        }


class CallTable:
    """Rows by ``METHOD path status``."""

    def __init__(self) -> None:
        self.rows: dict[str, CallRow] = {}

    def note(self, call: str, content: bytes | None, headers: Mapping[str, str], milliseconds: int) -> None:
        """One call: its name of :func:`call_name`, and the answer, ``None`` where there was none."""
        row = self.rows.setdefault(call, CallRow())
        row.count += 1
        row.milliseconds += milliseconds
        if content is None or len(content) > _LARGEST:
            return
        is_marketo = b'"requestId"' in content[:200] or b'"requestId"' in content[-200:]
        if len(row.shapes) >= _MOST_SHAPES and not is_marketo:
            return
        body = _read(content)
        add_new(row.shapes, shape_of(body) if body is not None else kind_of(headers.get("Content-Type", "")))
        request_id = body.get("requestId") if isinstance(body, dict) else headers.get("X-SFDC-Request-Id")
        if isinstance(request_id, str):
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            row.request_ids = [*row.request_ids, f"{moment} {request_id[:60]}"][-_MOST_IDS:]

    def merged_into(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """``known`` (rows as JSON) with what was noted here."""
        rows = dict(known)
        for call, row in self.rows.items():
            before = rows.get(call) or CallRow().to_json()
            shapes = list(before["shapes"])
            for shape in row.shapes:
                add_new(shapes, shape)
            rows[call] = {
                "count": before["count"] + row.count,
                "milliseconds": before["milliseconds"] + row.milliseconds,
                "shapes": shapes,
                "request_ids": [*before["request_ids"], *row.request_ids][-_MOST_IDS:],
            }
        return dict(sorted(rows.items()))


def add_new(shapes: list[Any], shape: Any) -> None:
    """Adds a shape that is not there yet, as long as there are few."""
    if shape not in shapes and len(shapes) < _MOST_SHAPES:
        shapes.append(shape)


def call_name(method: str, path: str, status: int | None) -> str:
    """``GET /services/data/v60.0/sobjects/Lead/{id} 200``."""
    plain = _CUSTOM.sub(r"*\1", _ID.sub("{id}", path))
    return f"{method} {plain} {status if status is not None else 'no answer'}"


def kind_of(content_type: str) -> str:
    """What an answer is that is no JSON: ``text/csv``."""
    return content_type.partition(";")[0].strip() or "nothing"


def shape_of(value: Any, depth: int = 0) -> Any:
    """JSON without its values: keys and types; of a list what its members are alike; codes as they are."""
    if isinstance(value, dict):
        return dict(_members(value, depth)) if depth < _DEEPEST else "object"
    if isinstance(value, list):
        if depth >= _DEEPEST:
            return "list"
        shapes: list[Any] = []
        for member in value[:_LOOKED_AT]:
            add_new(shapes, shape_of(member, depth + 1))
        return shapes
    return {str: "text", bool: "truth", int: "number", float: "number"}.get(type(value), "null")


def _members(value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for number, (key, member) in enumerate(value.items()):
        if number == _MOST_KEYS:
            yield "…", "more"
            return
        name = _name_of(key)
        is_code = key in _CODE_KEYS and isinstance(member, str) and _CODE.fullmatch(member)
        yield name, f"code {member}" if is_code else shape_of(member, depth + 1)


@lru_cache(maxsize=10_000)
def _name_of(key: str) -> str:
    return _CUSTOM.sub(r"*\1", key) if _PLAIN.fullmatch(key) else "*"


def _read(content: bytes) -> Any:
    if content[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
