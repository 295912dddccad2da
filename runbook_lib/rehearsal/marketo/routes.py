"""The instance over HTTP: identity and the REST API.

Everything below /rest answers with HTTP 200 and says in its body whether it succeeded; only identity uses
HTTP status codes. A token is taken from the Authorization header alone.
Sources: Marketo REST API, "Authentication", "Error Codes", "Lead Database" (long URIs).
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from runbook_lib.rehearsal.declared import NotImitated, unread, unread_header
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.tokens import ClientRefused, TokenState
from runbook_lib.rehearsal.instance.usage import NOT_COUNTED, LimitReached
from runbook_lib.rehearsal.marketo.endpoints import (
    EVERYWHERE,
    ONLY_IN_MARKETO_BULK,
    PEOPLE,
    find_endpoint,
    refuse_documented,
)
from runbook_lib.rehearsal.marketo.envelope import RestError, refused, succeeded
from runbook_lib.rehearsal.marketo.exports import JOB, ROOT, Exports

LONGEST_URI, LARGEST_BODY = 8_192, 1_048_576
"""Bytes; Marketo answers 414 and 413 above them. Source: Marketo REST API, "Error Codes"."""
IDENTITY_PARAMETERS = ("grant_type", "client_id", "client_secret", "partner_id")
EXPORT_KEYS = ("fields", "format", "columnHeaderNames", "filter")
EXPORT_PARAMETERS = ("status", "batchSize", "nextPageToken")


def routes(instance: Instance) -> list[Route]:
    """The routes of identity and the REST API."""
    exports = Exports(instance)

    async def identity(request: Request, body: bytes) -> Response:
        params = dict(request.query_params) | _form(request, body)
        _refuse_unread(params, IDENTITY_PARAMETERS, request.url.path)
        return _grant(instance, params)

    async def rest(request: Request, body: bytes) -> Response:
        form = _form(request, body)
        if body and not form:
            raise NotImitated(f"a JSON body of {request.url.path}")
        params = dict(request.query_params) | form
        method = "GET" if request.method == "POST" and params.get("_method") == "GET" else request.method
        path, token = request.path_params["path"], _bearer(request)
        return JSONResponse(await run_in_threadpool(_answer, instance, method, path, params, token))

    async def bulk(request: Request, body: bytes) -> Response:
        path, token = request.path_params["path"].strip("/"), _bearer(request)
        params = dict(request.query_params)
        if file := re.fullmatch(JOB + r"/file\.json", path):
            _refuse_unread(params, (), request.url.path)
            return await run_in_threadpool(
                _file, exports, file["id"], instance, request.headers.get("range"), token
            )
        is_list = path == f"{ROOT}.json"
        _refuse_unread(params, EXPORT_PARAMETERS if is_list else (), request.url.path)
        given = (exports, request.method, path, params, body)
        return JSONResponse(await run_in_threadpool(_bulk_answer, instance, token, *given))

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route("/bulk/{path:path}", _limited(bulk, ("range",)), methods=methods),
        Route("/identity/oauth/token", _limited(identity), methods=["GET", "POST"]),
        Route("/identity/oauth/token/", _limited(identity), methods=["GET", "POST"]),
        Route("/rest/{path:path}", _limited(rest), methods=methods),
    ]


def _limited(
    answer: Callable[[Request, bytes], Awaitable[Response]], headers: tuple[str, ...] = ()
) -> Callable[[Request], Awaitable[Response]]:
    """The door of every endpoint: what is too long, and headers that nobody reads, get no further."""

    async def limited(request: Request) -> Response:
        body = await request.body()
        if len(request.url.path) + len(request.scope["query_string"]) > LONGEST_URI:
            return PlainTextResponse("Request-URI Too Long", 414)
        if len(body) > LARGEST_BODY:
            return PlainTextResponse("Request Entity Too Large", 413)
        if (header := unread_header(request.headers.keys(), headers)) is not None:
            raise NotImitated(f"the header {header} of {request.url.path}")
        return await answer(request, body)

    return limited


def _refuse_unread(names: Iterable[str], read: tuple[str, ...], where: str) -> None:
    if (name := unread(names, (*read, *EVERYWHERE))) is not None:
        raise NotImitated(f"the parameter {name} of {where}")


def _form(request: Request, body: bytes) -> dict[str, str]:
    """The fields of a form in the body."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


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
        endpoint, in_path = find_endpoint(method, path)
        if endpoint.permission and endpoint.permission not in instance.api_permissions:
            raise RestError("603", "Access denied")
        _refuse_unread(params, endpoint.parameters, f"/rest/{path}")
        return succeeded(endpoint.answer(instance, {**params, **in_path}))
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
        refuse_documented(ONLY_IN_MARKETO_BULK, method, "/bulk/", path)
        given = json.loads(body or b"{}")
        keys = EXPORT_KEYS if path == f"{ROOT}/create.json" else ()
        if (key := unread(given, keys)) is not None:
            raise NotImitated(f"{key} in the body of /bulk/{path}")
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
    if match := re.fullmatch(r"bytes=(\d+)-(\d*)", span or ""):
        stop = int(match[2]) + 1 if match[2] else len(job.content)
        part = job.content[int(match[1]) : stop]
        content_range = f"bytes {match[1]}-{int(match[1]) + len(part) - 1}/{len(job.content)}"
        headers = {"Accept-Ranges": "bytes", "Content-Range": content_range}
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
