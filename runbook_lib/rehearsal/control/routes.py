"""The control of the rehearsal under `/_rehearsal`: what a person or a test does to the imitation itself.

| path | method | does |
|---|---|---|
| `/_rehearsal` | GET | the card: addresses, user names and secrets of the world, for a person |
| `/_rehearsal/world` | GET | the same as JSON |
| `/_rehearsal/reset` | POST | starts the world anew: data, clock, faults, request log |
| `/_rehearsal/clock` | GET, POST `{"forward_seconds": n}` | the rehearsal's time; due sync cycles run |
| `/_rehearsal/faults` | GET, POST (see `Fault`), DELETE | faults that strike the next requests |
| `/_rehearsal/replies` | GET, POST (`ReplyRule`, one or a list), DELETE | answers by rule, word for word |
| `/_rehearsal/requests` | GET `[?path=prefix]`, DELETE | the request log |
| `/_rehearsal/sessions` | DELETE | ends every Salesforce session |
| `/_rehearsal/org` | POST `{switch: value}` | org-wide switches: see `switches.py`, and `licenses` |
| `/_rehearsal/change` | POST (see `ChangeDeclaration`) | a change of people in Marketo; tells how many |
| `/_rehearsal/rule` | POST `{"rule", "active"}` | switches a validation or duplicate rule of the org |
| `/_rehearsal/user` | POST `{"username", knob: value}` | one Salesforce user: see `controls.py` |
| `/_rehearsal/oauth_client` | POST `{"client_id", knob: value}` | one app that logs in by OAuth |

Reachable by a loopback host name only, and never from another site's page.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from runbook_lib.rehearsal.console.wording import Words
from runbook_lib.rehearsal.control.card import Controlled, card_of, card_page
from runbook_lib.rehearsal.fault_injection import fault_from_json
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.controls import turn_oauth_client, turn_rule, turn_switches, turn_user
from runbook_lib.rehearsal.reply_rules import rules_from_json
from runbook_lib.rehearsal.salesforce.hosts import is_loopback
from runbook_lib.rehearsal.world import change_of

NOT_STORED = {"Cache-Control": "no-store"}
"""For answers with secrets in them: even made-up ones are not left in a browser's cache."""

Endpoint = Callable[[Request], Awaitable[Response]]


class RefusedControl(Exception):
    """A request to the control that cannot be done as asked."""


def routes(server: Controlled) -> list[Route]:
    """Every route of the control."""
    control = _Control(server)
    table: list[tuple[str, str, Endpoint]] = [
        ("", "GET", control.card),
        ("/world", "GET", control.world),
        ("/reset", "POST", control.reset),
        ("/clock", "GET", control.read_clock),
        ("/clock", "POST", control.forward_clock),
        ("/faults", "GET", control.list_faults),
        ("/faults", "POST", control.add_fault),
        ("/faults", "DELETE", control.clear_faults),
        ("/replies", "GET", control.list_replies),
        ("/replies", "POST", control.add_replies),
        ("/replies", "DELETE", control.clear_replies),
        ("/requests", "GET", control.list_requests),
        ("/requests", "DELETE", control.clear_requests),
        ("/sessions", "DELETE", control.end_sessions),
        ("/org", "POST", control.turning(turn_switches)),
        ("/change", "POST", control.change_people),
        ("/rule", "POST", control.turning(turn_rule)),
        ("/user", "POST", control.turning(turn_user)),
        ("/oauth_client", "POST", control.turning(turn_oauth_client)),
    ]
    return [
        Route(f"/_rehearsal{path}", _guarded(endpoint), methods=[method]) for path, method, endpoint in table
    ]


def is_from_here(headers: Any) -> bool:
    """Whether a request names this machine as host and, if a page made it, as the page's origin too.

    A web page elsewhere can post to 127.0.0.1, and can call itself by a name that resolves to it; neither may
    reset a rehearsal or read its secrets.
    """
    origin = headers.get("origin")
    origin_is_here = origin is None or is_loopback(urlsplit(origin).netloc)
    return is_loopback(headers.get("host", "")) and origin_is_here


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if not is_from_here(request.headers):
            return JSONResponse({"error": "The control answers this machine only."}, 403)
        try:
            return await endpoint(request)
        except RefusedControl as refused:
            return JSONResponse({"error": str(refused)}, 400)

    return guarded


class _Control:
    """One method per route."""

    def __init__(self, server: Controlled) -> None:
        self._server = server

    async def card(self, request: Request) -> Response:
        accepted = request.headers.get("accept-language", "")[:2].lower()
        words = Words(request.query_params.get("lang", accepted))
        page = card_page(self._server, words)
        return HTMLResponse(page, headers=NOT_STORED)

    async def world(self, request: Request) -> Response:
        return JSONResponse(card_of(self._server), headers=NOT_STORED)

    async def reset(self, request: Request) -> Response:
        await run_in_threadpool(self._server.reset)
        return JSONResponse({"world": self._server.world.name, "now": self._now()})

    async def read_clock(self, request: Request) -> Response:
        return JSONResponse({"now": self._now()})

    async def forward_clock(self, request: Request) -> Response:
        data = await _json_object(request)
        try:
            self._server.clock.forward(float(data["forward_seconds"]))
        except (KeyError, TypeError, ValueError) as wrong:
            raise RefusedControl(f'expected {{"forward_seconds": a number from 0 up}}: {wrong}') from wrong
        await run_in_threadpool(self._server.instance.catch_up)
        return JSONResponse({"now": self._now()})

    async def list_faults(self, request: Request) -> Response:
        return JSONResponse(self._server.faults.as_json())

    async def add_fault(self, request: Request) -> Response:
        try:
            self._server.faults.add(fault_from_json(await _json_object(request)))
        except ValueError as wrong:
            raise RefusedControl(str(wrong)) from wrong
        return JSONResponse(self._server.faults.as_json(), 201)

    async def clear_faults(self, request: Request) -> Response:
        self._server.faults.clear()
        return Response(status_code=204)

    async def list_replies(self, request: Request) -> Response:
        return JSONResponse(self._server.replies.as_json())

    async def add_replies(self, request: Request) -> Response:
        try:
            self._server.replies.add(*rules_from_json(await _json(request)))
        except ValueError as wrong:
            raise RefusedControl(str(wrong)) from wrong
        return JSONResponse(self._server.replies.as_json(), 201)

    async def clear_replies(self, request: Request) -> Response:
        self._server.replies.clear()
        return Response(status_code=204)

    async def list_requests(self, request: Request) -> Response:
        prefix = request.query_params.get("path", "")
        return JSONResponse(
            [entry for entry in self._server.log.as_json() if entry["path"].startswith(prefix)]
        )

    async def clear_requests(self, request: Request) -> Response:
        self._server.log.clear()
        return Response(status_code=204)

    async def end_sessions(self, request: Request) -> Response:
        await run_in_threadpool(self._server.org.expire_sessions)
        return Response(status_code=204)

    async def set_switches(self, request: Request) -> Response:
        data = await _json_object(request)
        await run_in_threadpool(_turn, turn_switches, self._server.org, data)
        return Response(status_code=204)

    async def change_people(self, request: Request) -> Response:
        data = await _json_object(request)
        try:
            change = change_of(data)
            people = await run_in_threadpool(self._server.instance.changes.make, change)
        except (TypeError, ValueError) as wrong:
            raise RefusedControl(str(wrong)) from wrong
        return JSONResponse({"people": people})

    def turning(self, turn: Callable[[Org, dict[str, Any]], None]) -> Endpoint:
        """The endpoint that turns knobs of the org."""

        async def turned(request: Request) -> Response:
            data = await _json_object(request)
            await run_in_threadpool(_turn, turn, self._server.org, data)
            return Response(status_code=204)

        return turned

    def _now(self) -> str:
        return self._server.clock.now().isoformat()


def _turn(turn: Callable[[Org, dict[str, Any]], None], org: Org, data: dict[str, Any]) -> None:
    try:
        turn(org, data)
    except ValueError as wrong:
        raise RefusedControl(str(wrong)) from wrong


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError as wrong:
        raise RefusedControl(f"the body is not JSON: {wrong}") from wrong


async def _json_object(request: Request) -> dict[str, Any]:
    data = await _json(request)
    if not isinstance(data, dict):
        raise RefusedControl("the body must be a JSON object")
    return data
