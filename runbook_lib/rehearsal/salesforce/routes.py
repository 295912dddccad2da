"""Salesforce's paths as starlette routes: HTTP in, plain functions in a worker thread, HTTP out."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OAuthFault
from runbook_lib.rehearsal.salesforce import oauth
from runbook_lib.rehearsal.salesforce.rest.api import RestRequest, answer_rest_api
from runbook_lib.rehearsal.salesforce.rest.resource import RestAnswer, Salesforce, not_imitated
from runbook_lib.rehearsal.salesforce.soap.login import Doorbell, answer_login_api
from runbook_lib.rehearsal.salesforce.soap.metadata import answer_metadata_api

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def routes(org: Org) -> list[Route]:
    """Every route of the org."""
    endpoints = _Endpoints(Salesforce(org))
    return [
        Route("/services/Soap/{flavour:str}/{rest:path}", endpoints.soap, methods=["POST"]),
        Route("/services/oauth2/token", endpoints.token, methods=["POST"]),
        Route("/services/oauth2/userinfo", endpoints.user_info, methods=["GET", "POST"]),
        Route("/services/oauth2/revoke", endpoints.revoke, methods=["GET", "POST"]),
        Route("/id/{org_id}/{user_id}", endpoints.identity, methods=["GET", "POST"]),
        Route("/services/data", endpoints.rest, methods=METHODS),
        Route("/services/data/{rest:path}", endpoints.rest, methods=METHODS),
    ]


class _Endpoints:
    """The HTTP side of each API."""

    def __init__(self, salesforce: Salesforce) -> None:
        self._salesforce = salesforce
        self._org = salesforce.org

    async def rest(self, request: Request) -> Response:
        rest_request = RestRequest(
            method=request.method,
            path=request.scope["path"],
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=await request.body(),
            uri_length=request.scope["rehearsal.uri_length"],
        )
        return _response(await run_in_threadpool(answer_rest_api, self._salesforce, rest_request))

    async def soap(self, request: Request) -> Response:
        flavour, version = request.path_params["flavour"], request.path_params["rest"].partition("/")[0]
        body = await request.body()
        if flavour == "m":
            status, xml = await run_in_threadpool(answer_metadata_api, self._org, body)
        elif flavour in ("u", "c"):
            door = Doorbell(flavour, version, _host(request), _source_ip(request))
            status, xml = await run_in_threadpool(answer_login_api, self._org, door, body)
        else:
            return not_served(request)
        return Response(xml, status, media_type="text/xml")

    async def token(self, request: Request) -> Response:
        form = dict(urllib.parse.parse_qsl((await request.body()).decode(), keep_blank_values=True))
        asked = oauth.with_basic_header(form, request.headers.get("authorization", ""))
        status, body = await run_in_threadpool(
            oauth.token, self._org, asked, _host(request), _source_ip(request)
        )
        return JSONResponse(body, status)

    async def user_info(self, request: Request) -> Response:
        return await self._bearer(request, oauth.user_info)

    async def identity(self, request: Request) -> Response:
        return await self._bearer(request, oauth.identity)

    async def revoke(self, request: Request) -> Response:
        form = dict(urllib.parse.parse_qsl((await request.body()).decode())) | dict(request.query_params)
        await run_in_threadpool(self._org.log_out, form.get("token", ""))
        return Response(status_code=200)

    async def _bearer(self, request: Request, tell: Callable[[Org, str, str], dict[str, Any]]) -> Response:
        """Who the bearer of a token is."""
        session_id = re.sub(r"^\w+\s+", "", request.headers.get("authorization", ""))
        try:
            identity = await run_in_threadpool(tell, self._org, session_id, _host(request))
        except OAuthFault as fault:  # one word of plain text: recorded
            return PlainTextResponse(fault.error, 403, media_type="text/html")
        return JSONResponse(identity)


def not_served(request: Request) -> Response:
    """501 for a path that nobody imitates, with a body that says so."""
    return _response(not_imitated(request.method, request.scope["path"]))


def _response(answer: RestAnswer) -> Response:
    media_type = None if answer.body is None else answer.media_type
    return Response(answer.as_bytes(), answer.status, dict(answer.headers), media_type)


def _host(request: Request) -> str:
    return request.headers.get("host", "127.0.0.1")


def _source_ip(request: Request) -> str:
    return request.client.host if request.client else "127.0.0.1"
