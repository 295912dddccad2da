"""Everything that the product asks while a road is walked, recorded where ``requests`` sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests

CONSOLE = ("/console", "/_rehearsal")


@dataclass(frozen=True)
class Asked:
    """One request to one of the two systems."""

    method: str
    path: str
    parameters: dict[str, str]
    body: Any
    """JSON that was sent, or None."""
    uri_length: int


def asked_by(request: requests.PreparedRequest) -> Asked | None:
    """What a request asks, its form among the parameters; None for the rehearsal's own pages."""
    url = urlsplit(str(request.url))
    if url.path.startswith(CONSOLE):
        return None
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
    parameters = dict(parse_qsl(url.query, keep_blank_values=True))
    kind = str(request.headers.get("Content-Type", ""))
    is_form = "x-www-form-urlencoded" in kind
    method = str(request.method)
    if is_form:
        parameters |= dict(parse_qsl(body, keep_blank_values=True))
        method = "GET" if parameters.get("_method") == "GET" else method
    return Asked(
        method,
        "/" + "/".join(part for part in url.path.split("/") if part),
        parameters,
        json.loads(body) if "json" in kind and body else None,
        len(url.path) + len(url.query) + 1,
    )


def queries_of(asked: Asked) -> Iterator[tuple[str, bool]]:
    """The SOQL that a request holds, and whether it is for Bulk API 2.0."""
    if "q" in asked.parameters:
        yield asked.parameters["q"], False
    if not isinstance(asked.body, dict):
        return
    if "query" in asked.body:
        yield str(asked.body["query"]), True
    for part in asked.body.get("compositeRequest", ()):
        _, found, query = str(part["url"]).partition("?q=")
        if found:
            yield unquote(query), False
