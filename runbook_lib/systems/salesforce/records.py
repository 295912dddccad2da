"""Records and results as Salesforce's REST API writes them. Source: REST API guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runbook_lib.systems.salesforce.shapes import member, objects


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
    """One result of a collection call. What is not of that form is a refusal: nobody knows what was
    written."""
    where = "composite/sobjects"
    error = (objects(answer.get("errors") or [], where) or [{}])[0]
    return RecordResult(
        id=answer.get("id"),
        success=member(answer, "success", bool, where),
        code=error.get("statusCode"),
        message=str(error.get("message") or ""),
        fields=tuple(error.get("fields") or ()),
    )
