"""What a request to Salesforce's REST API may say: each resource declares what it reads.

A key that no JSON of this API has is refused in its own words, everything else as not imitated.
Source: REST API Developer Guide, "Headers".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.declared import unread, unread_header
from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated

EVERYWHERE = ("_HttpMethod",)
"""Parameters that the door reads, whatever the resource."""
JSON = "application/json"


@dataclass(frozen=True)
class Reads:
    """What one resource reads besides its path."""

    parameters: tuple[str, ...] = ()
    """Of the query string."""
    keys: tuple[str, ...] | None = ()
    """Of the JSON object in the body; none: it takes no body; None: columns of a record, which the org
    checks."""
    lacks: tuple[str, ...] = ()
    """Parameters and keys that only the real API reads."""
    headers: tuple[str, ...] = ()
    """In small letters."""


def refuse_unread(
    reads: Reads, query: Iterable[str], headers: Mapping[str, str], body: Any, where: str
) -> None:
    """OrgFault for whatever a request says that its resource does not read."""
    if (parameter := unread(query, (*reads.parameters, *EVERYWHERE))) is not None:
        raise not_imitated(f"the parameter {parameter} of {where}")
    if (header := unread_header(headers, reads.headers)) is not None:
        raise not_imitated(f"the header {header} of {where}")
    _check_media_types(headers, body, where)
    if reads.keys is None or body is None:
        return
    if not reads.keys:
        raise not_imitated(f"a body of {where}")
    if isinstance(body, dict):
        refuse_unread_keys(body, reads.keys, reads.lacks, where)


def refuse_unread_keys(
    body: Iterable[str], keys: tuple[str, ...], lacks: tuple[str, ...], where: str
) -> None:
    """OrgFault for a key of a JSON object that nobody reads."""
    if (lacking := next((name for name in body if name in lacks), None)) is not None:
        raise not_imitated(f"{lacking} of {where}")
    if (name := unread(body, keys)) is not None:
        raise OrgFault(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}"')


def _check_media_types(headers: Mapping[str, str], body: Any, where: str) -> None:
    accepted = headers.get("accept", "")
    if "xml" in accepted and not ("json" in accepted or "*/*" in accepted):
        raise not_imitated(f"an answer of {where} as {accepted}")
    sent = headers.get("content-type", JSON)
    if body is not None and JSON not in sent:
        raise not_imitated(f"a body of {where} as {sent}")
