"""What a request may say: each resource declares what it reads, and whatever else is said is refused here.

The real API ignores much of what it does not know. The rehearsal cannot tell that from what it lacks itself,
so nothing passes in silence: a key that no JSON of this API has is refused in its own words, everything else
as not imitated.
Source: REST API Developer Guide, "Headers"; RFC 9110 for the headers of every client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated

EVERYWHERE = ("_HttpMethod",)
"""Parameters that the door reads, whatever the resource."""
PLAIN_HEADERS = frozenset(
    {
        "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control", "charset",
        "connection", "content-encoding", "content-length", "content-type", "cookie", "dnt", "expect", "host",
        "keep-alive", "origin", "pragma", "priority", "referer", "soapaction", "te", "traceparent",
        "transfer-encoding", "upgrade-insecure-requests", "user-agent", "x-prettyprint",
        "x-requested-with", "x-user-agent",
    }
)  # fmt: skip
"""Headers that change nothing about an answer but its form."""
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
    for name in query:
        if name not in (*reads.parameters, *EVERYWHERE):
            raise not_imitated(f"the parameter {name} of {where}")
    for name in headers:
        is_plain = name in PLAIN_HEADERS or name == "accept" or name.startswith(("sec-", "x-forwarded-"))
        if not is_plain and name not in reads.headers:
            raise not_imitated(f"the header {name} of {where}")
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
    for name in body:
        if name in lacks:
            raise not_imitated(f"{name} of {where}")
        if name not in keys:
            raise OrgFault(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}"')


def _check_media_types(headers: Mapping[str, str], body: Any, where: str) -> None:
    accepted = headers.get("accept", "")
    if "xml" in accepted and not ("json" in accepted or "*/*" in accepted):
        raise not_imitated(f"an answer of {where} as {accepted}")
    sent = headers.get("content-type", JSON)
    if body is not None and JSON not in sent:
        raise not_imitated(f"a body of {where} as {sent}")
