"""Records and results as Salesforce's REST API writes them. Source: REST API guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RecordResult:
    """What became of one record of a collection call, in the order the records were given."""

    id: str | None
    success: bool
    code: str | None
    message: str
    fields: tuple[str, ...]


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record without ``attributes``; parents are dicts, sub-queries lists."""
    return {name: _plain_value(value) for name, value in record.items() if name != "attributes"}


def _plain_value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return [plain(record) for record in value["records"]] if "records" in value else plain(value)


def read_result(answer: dict[str, Any]) -> RecordResult:
    """One result of a collection call."""
    error = (answer.get("errors") or [{}])[0]
    return RecordResult(
        id=answer.get("id"),
        success=bool(answer["success"]),
        code=error.get("statusCode"),
        message=str(error.get("message") or ""),
        fields=tuple(error.get("fields") or ()),
    )
