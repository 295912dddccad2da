"""What every answer of Marketo's REST API is wrapped in. Source: Marketo developer guide, "REST API".

A refusal arrives with HTTP 200 and ``success: false``. What is no envelope at all raises ``TypeError`` or
``AttributeError``; the client makes a refusal of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Envelope:
    """What every answer of the REST API is wrapped in."""

    success: bool
    result: list[dict[str, Any]]
    request_id: str
    errors: tuple[tuple[str, str], ...]
    """(code, message), those of single records too."""
    next_page: str | None
    more: bool = False
    """Whether there is another page; activities name a next one always."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes alone."""
        return tuple(code for code, _ in self.errors)


def read_envelope(body: dict[str, Any]) -> Envelope:
    """Tolerates what Marketo leaves out: ``result`` where there is no data, codes that are numbers."""
    result = [item for item in _list(body.get("result")) if isinstance(item, dict)]
    errors = [
        *_list(body.get("errors")),
        *(reason for item in result for reason in _list(item.get("reasons"))),
    ]
    return Envelope(
        success=body.get("success") is True,
        result=result,
        request_id=str(body.get("requestId", "")),
        errors=tuple((str(error.get("code", "")), str(error.get("message", ""))) for error in errors),
        next_page=body.get("nextPageToken") or None,
        more=body.get("moreResult") is True,
    )


def _list(value: Any) -> list[Any]:
    """A list, or nothing; ``TypeError`` for anything else, which is no answer of Marketo's."""
    if value is not None and not isinstance(value, list):
        raise TypeError
    return value or []
