"""The REST API as a whole: which resources there are, and the guards before every one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.org import Org, OrgSession
from runbook_lib.rehearsal.org.api_versions import NEWEST, OLDEST
from runbook_lib.rehearsal.org.faults import OrgFault, not_found
from runbook_lib.rehearsal.salesforce.rest import (
    bulk_query,
    limits,
    query,
    sobject_collections,
    sobjects,
    tooling,
)
from runbook_lib.rehearsal.salesforce.rest.composite import composite_resources
from runbook_lib.rehearsal.salesforce.rest.resource import (
    Resource,
    RestAnswer,
    RestCall,
    Salesforce,
    dispatch,
    refusal,
)
from runbook_lib.rehearsal.salesforce.versions import versions_list

LONGEST_URI = 16_384
"""Bytes; Salesforce answers 414 above it."""


@dataclass(frozen=True)
class RestRequest:
    """One HTTP request to `/services/data`, taken apart."""

    method: str
    path: str
    """The whole path, tidied."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    uri_length: int


def resource_list(call: RestCall) -> RestAnswer:
    """GET /services/data/vXX.0: the resources of this version and where they are."""
    names = ("tooling", "composite", "jobs", "limits", "query", "queryAll", "sobjects")
    return RestAnswer(200, {name: f"{call.root}/{name}" for name in names})


_DATA = (
    Resource("GET", "", resource_list),
    *query.RESOURCES,
    *limits.RESOURCES,
    *sobject_collections.RESOURCES,
    *sobjects.RESOURCES,
)

RESOURCES = (
    *composite_resources(_DATA, ""),
    *composite_resources(tooling.RESOURCES, "tooling/"),
    *bulk_query.RESOURCES,
    *tooling.RESOURCES,
    *_DATA,
)
"""Every endpoint of the REST API that is imitated; the first that fits answers."""


def answer_rest_api(salesforce: Salesforce, request: RestRequest) -> RestAnswer:
    """The answer to one request, with the `Sforce-Limit-Info` header of every REST answer."""
    if request.uri_length > LONGEST_URI:
        body = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
        return RestAnswer(414, body, media_type="text/html")
    if request.path == "/services/data":
        return RestAnswer(200, versions_list())
    try:
        call = _admitted(salesforce, request)
    except OrgFault as fault:
        return refusal(fault)
    answer = dispatch(RESOURCES, call)
    return RestAnswer(answer.status, answer.body, {**_usage(salesforce), **answer.headers}, answer.media_type)


def _admitted(salesforce: Salesforce, request: RestRequest) -> RestCall:
    """The request as a call of a known user. OrgFault for a bad version, session, budget or body."""
    version, path = _versioned(request.path)
    session = _session(salesforce.org, _session_id(request.headers), path)
    salesforce.org.count_call()
    return RestCall(
        salesforce,
        session,
        request.query.get("_HttpMethod", request.method).upper(),
        path,
        request.query,
        request.headers,
        _json(request.body),
        version,
    )


def _versioned(path: str) -> tuple[str, str]:
    match = re.fullmatch(r"/services/data/v(\d+\.0)(?:/(.*))?", path)
    if match is None or float(match[1]) > NEWEST:
        raise not_found()
    if float(match[1]) < OLDEST:
        raise OrgFault(410, "UNSUPPORTED_API_VERSION", "The requested API version is no longer available")
    return match[1], match[2] or ""


def _session_id(headers: Mapping[str, str]) -> str:
    scheme, _, session_id = headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not session_id:
        raise OrgFault(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
    return session_id.strip()


def _session(org: Org, session_id: str, path: str) -> OrgSession:
    """The caller's session; setting a password is the one call that an expired password allows."""
    sets_password = re.fullmatch(r"sobjects/user/\w+/password", path, re.IGNORECASE)
    return org.session_to_set_password(session_id) if sets_password else org.session(session_id)


def _json(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError as broken:
        raise OrgFault(400, "JSON_PARSER_ERROR", f"The request body is not JSON: {broken}") from broken


def _usage(salesforce: Salesforce) -> dict[str, str]:
    most = salesforce.org.switches.daily_api_requests
    return {"Sforce-Limit-Info": f"api-usage={salesforce.org.api_calls_today()}/{most}"}
