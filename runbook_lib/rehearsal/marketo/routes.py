"""The instance over HTTP: identity and the REST API.

Everything below /rest answers with HTTP 200 and says in its body whether it succeeded; only identity uses
HTTP status codes. A token is taken from the Authorization header alone.
Sources: Marketo REST API, "Authentication", "Error Codes", "Lead Database" (long URIs).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from runbook_lib.rehearsal.instance import READ_PERMISSIONS, Instance
from runbook_lib.rehearsal.instance.tokens import ClientRefused, TokenState
from runbook_lib.rehearsal.instance.usage import NOT_COUNTED, LimitReached
from runbook_lib.rehearsal.marketo import activities, people
from runbook_lib.rehearsal.marketo.crm_records import COMPANIES, OPPORTUNITIES, ROLES, SALES_PERSONS
from runbook_lib.rehearsal.marketo.envelope import RestError, refused, succeeded
from runbook_lib.rehearsal.marketo.exports import JOB, Exports

Handler = Callable[[Instance, Mapping[str, str]], dict[str, Any]]

PEOPLE, ACTIVITIES, OPPORTUNITY, COMPANY, SALES_PERSON = READ_PERMISSIONS
NONE_NEEDED = ""

HANDLERS: tuple[tuple[str, str, Handler], ...] = (
    ("leads/describe", PEOPLE, people.describe),
    ("leads/describe2", PEOPLE, people.describe2),
    ("leads", PEOPLE, people.by_filter),
    (r"lead/(?P<id>\d+)", PEOPLE, people.by_id),
    ("companies/describe", COMPANY, COMPANIES.describe),
    ("companies", COMPANY, COMPANIES.by_filter),
    ("opportunities/describe", OPPORTUNITY, OPPORTUNITIES.describe),
    ("opportunities", OPPORTUNITY, OPPORTUNITIES.by_filter),
    ("opportunities/roles/describe", OPPORTUNITY, ROLES.describe),
    ("opportunities/roles", OPPORTUNITY, ROLES.by_filter),
    ("salespersons/describe", SALES_PERSON, SALES_PERSONS.describe),
    ("salespersons", SALES_PERSON, SALES_PERSONS.by_filter),
    ("activities/types", ACTIVITIES, activities.types),
    ("activities/pagingtoken", ACTIVITIES, activities.paging_token),
    ("activities", ACTIVITIES, activities.since_token),
    ("stats/usage", NONE_NEEDED, lambda instance, params: {"result": instance.usage.usage(days=1)}),
    ("stats/usage/last7days", NONE_NEEDED, lambda instance, params: {"result": instance.usage.usage(days=7)}),
    ("stats/errors", NONE_NEEDED, lambda instance, params: {"result": instance.usage.errors(days=1)}),
    (
        "stats/errors/last7days",
        NONE_NEEDED,
        lambda instance, params: {"result": instance.usage.errors(days=7)},
    ),
)
"""Path after /rest/v1 and before .json, the permission the API user's role needs, and who answers."""


def routes(instance: Instance) -> list[Route]:
    """The routes of identity and the REST API."""

    async def identity(request: Request) -> Response:
        params = dict(request.query_params) | await _form(request)
        return _grant(instance, params)

    async def rest(request: Request) -> Response:
        params = dict(request.query_params) | await _form(request)
        method = "GET" if request.method == "POST" and params.get("_method") == "GET" else request.method
        path, token = request.path_params["path"], _bearer(request)
        return JSONResponse(await run_in_threadpool(_answer, instance, method, path, params, token))

    exports = Exports(instance)

    async def bulk(request: Request) -> Response:
        path, token = request.path_params["path"].strip("/"), _bearer(request)
        body = await request.body()
        if file := re.fullmatch(JOB + r"/file\.json", path):
            return await run_in_threadpool(
                _file, exports, file["id"], instance, request.headers.get("range"), token
            )
        given = (exports, request.method, path, dict(request.query_params), body)
        return JSONResponse(await run_in_threadpool(_bulk_answer, instance, token, *given))

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route("/bulk/{path:path}", bulk, methods=methods),
        Route("/identity/oauth/token", identity, methods=["GET", "POST"]),
        Route("/identity/oauth/token/", identity, methods=["GET", "POST"]),
        Route("/rest/{path:path}", rest, methods=methods),
    ]


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form in the body; anything else in the body counts for nothing."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _bearer(request: Request) -> str | None:
    """The presented token: None without a header, empty when the header names none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _grant(instance: Instance, params: Mapping[str, str]) -> Response:
    """The answer of identity; a wrong id or secret is 401."""
    if params.get("grant_type") != "client_credentials":
        description = f"Unsupported grant type: {params.get('grant_type', '')}"
        return JSONResponse({"error": "unsupported_grant_type", "error_description": description}, 400)
    try:
        grant = instance.tokens.grant(params.get("client_id", ""), params.get("client_secret", ""))
    except ClientRefused as refusal:
        return JSONResponse({"error": refusal.error, "error_description": refusal.description}, 401)
    return JSONResponse(
        {
            "access_token": grant.access_token,
            "token_type": "bearer",
            "expires_in": grant.expires_in,
            "scope": grant.scope,
        }
    )


def _answer(
    instance: Instance, method: str, path: str, params: Mapping[str, str], token: str | None
) -> dict[str, Any]:
    """The body of an answer of the REST API."""
    try:
        _check_token(instance, token)
        instance.usage.count_call()
        handler, permission, found = _handler(method, path)
        if permission and permission not in instance.api_permissions:
            raise RestError("603", "Access denied")
        return succeeded(handler(instance, {**params, **found}))
    except (RestError, LimitReached) as problem:
        if problem.code not in NOT_COUNTED:
            instance.usage.count_error(problem.code)
        return refused(RestError(problem.code, problem.message))


def _bulk_answer(
    instance: Instance,
    token: str | None,
    exports: Exports,
    method: str,
    path: str,
    params: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    """The body of an answer of the bulk API, which is wrapped as that of the REST API."""
    try:
        _admit(instance, token, PEOPLE)
        given = json.loads(body or b"{}")
        return succeeded(exports.answer(method, path, params, given if isinstance(given, dict) else {}))
    except json.JSONDecodeError:
        return refused(RestError("609", "Invalid JSON"))
    except (RestError, LimitReached) as problem:
        if problem.code not in NOT_COUNTED:
            instance.usage.count_error(problem.code)
        return refused(RestError(problem.code, problem.message))


def _file(exports: Exports, job_id: str, instance: Instance, span: str | None, token: str | None) -> Response:
    """The file of an export, or the part of it that was asked for; plain text where there is none."""
    try:
        _admit(instance, token, PEOPLE)
        job = exports.find(job_id)
    except (RestError, LimitReached) as problem:
        return JSONResponse(refused(RestError(problem.code, problem.message)))
    if job.status != "Completed":
        return PlainTextResponse("The requested resource is not available", 404)
    if found := re.fullmatch(r"bytes=(\d+)-(\d*)", span or ""):
        stop = int(found[2]) + 1 if found[2] else len(job.content)
        part = job.content[int(found[1]) : stop]
        told = f"bytes {found[1]}-{int(found[1]) + len(part) - 1}/{len(job.content)}"
        headers = {"Accept-Ranges": "bytes", "Content-Range": told}
        return Response(part, 206, headers, media_type="text/csv")
    return Response(job.content, headers={"Accept-Ranges": "bytes"}, media_type="text/csv")


def _admit(instance: Instance, token: str | None, permission: str) -> None:
    """Lets a call in, and counts it. RestError, LimitReached where not."""
    _check_token(instance, token)
    instance.usage.count_call()
    if permission and permission not in instance.api_permissions:
        raise RestError("603", "Access denied")


def _check_token(instance: Instance, token: str | None) -> None:
    """A missing token has been 603 since August 2022; an empty one is still told apart here."""
    if token is None:
        raise RestError("603", "Access denied")
    if not token:
        raise RestError("600", "Access token is empty")
    state = instance.tokens.state_of(token)
    if state is TokenState.UNKNOWN:
        raise RestError("601", "Access token invalid")
    if state is TokenState.EXPIRED:
        raise RestError("602", "Access token expired")


def _handler(method: str, path: str) -> tuple[Handler, str, dict[str, str]]:
    """Who answers a path, and the permission it needs. RestError 610: unknown path, 605: unknown method."""
    plain = re.sub(r"/+", "/", path).strip("/")
    for pattern, permission, handler in HANDLERS:
        if match := re.fullmatch(rf"v1/{pattern}\.json", plain):
            if method != "GET":
                raise RestError("605", f"Request method '{method}' not supported")
            return handler, permission, match.groupdict()
    raise RestError("610", "Requested resource not found")
