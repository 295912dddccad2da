"""The rehearsal as a running server: one world, played over HTTPS on loopback until it is stopped.

`RehearsalServer` is all that others need:

    with RehearsalServer("clean", people=200) as server:
        requests.get(server.url + "/services/data", verify=server.ca_file)
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runbook_lib.rehearsal import console, control
from runbook_lib.rehearsal.certificates import Certificates, issue_certificates
from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declared import NotImitated
from runbook_lib.rehearsal.fault_injection import FaultBook
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.listener import Listener
from runbook_lib.rehearsal.marketo import routes as marketo
from runbook_lib.rehearsal.middleware import Gateway, tidy_path
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import NOT_IMITATED
from runbook_lib.rehearsal.reply_rules import ReplyBook
from runbook_lib.rehearsal.request_log import RequestLog
from runbook_lib.rehearsal.salesforce import routes as salesforce
from runbook_lib.rehearsal.world import World, load_world

PAGES = ("/console", "/_rehearsal")
"""Paths that the plain-HTTP listener serves: pages for a person's browser, never an API."""


class RehearsalServer:
    """A world on two ports of 127.0.0.1: `url` (HTTPS, everything) and `page_url` (HTTP, pages only)."""

    def __init__(
        self,
        world: str | World = "clean",
        people: int | None = None,
        port: int = 0,
        schema_folder: Path | None = None,
    ) -> None:
        """Set the stage; nothing listens before `start`.

        `people` scales the world, `port` 0 takes any free port, `schema_folder` holds describe JSON files of
        a real org. ValueError for an unknown world, SchemaFault for a file that is not a describe.
        """
        self.world: World = load_world(world) if isinstance(world, str) else world
        self.log = RequestLog()
        self.faults = FaultBook()
        self.replies = ReplyBook()
        self._people = people
        self._schema_folder = schema_folder
        self._certificates: Certificates | None = None
        self._wanted_port = port
        self._listener: Listener | None = None
        self._pages: Listener | None = None
        self._set_the_stage()

    @property
    def url(self) -> str:
        """Base URL of everything, "https://127.0.0.1:PORT"; trust `ca_file` to reach it."""
        return f"https://127.0.0.1:{_running(self._listener).port}"

    @property
    def page_url(self) -> str:
        """Base URL of the console and the card, "http://127.0.0.1:PORT", free of certificate warnings."""
        return f"http://127.0.0.1:{_running(self._pages).port}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the certificate authority; gone after `stop`."""
        if self._certificates is None:
            raise RuntimeError("the rehearsal is not running")
        return self._certificates.ca_file

    def start(self) -> Self:
        """Open both ports. OSError when the wanted port is taken."""
        self._certificates = issue_certificates()
        gateway = Gateway(lambda: self._app, self.log, self.faults, self.replies)
        try:
            self._listener = Listener(gateway, self._wanted_port, self._certificates.leaf_file)
            self._listener.start()
            self._pages = Listener(_PagesOnly(gateway), 0, None)
            self._pages.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Close both ports and remove the certificate; does nothing when already stopped."""
        listeners = [listener for listener in (self._listener, self._pages) if listener is not None]
        for listener in listeners:
            listener.begin_to_stop()  # each looks only every tenth of a second whether it should
        for listener in listeners:
            listener.stop()
        self._listener = self._pages = None
        if self._certificates is not None:
            self._certificates.discard()
            self._certificates = None
            self._clear_the_stage()

    def reset(self) -> None:
        """Start the world anew on the same ports: data, sessions, clock, faults, rules and request log."""
        self._clear_the_stage()
        self._set_the_stage()
        self.faults.clear()
        self.replies.clear()
        self.log.clear()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _clear_the_stage(self) -> None:
        self.instance.stop()
        self.org.database.close()

    def _set_the_stage(self) -> None:
        self.clock = Clock()
        self.org = Org(self.world, self.clock, self._people, self._schema_folder)
        self.world = self.org.world  # a schema folder may name another organization
        self.instance = Instance(self.world, self.org, self.clock)
        routes = [
            *salesforce.routes(self.org),
            *marketo.routes(self.instance),
            *console.routes(self.instance),
            *control.routes(self),
        ]
        answers = {404: not_imitated, 405: not_imitated, NotImitated: not_imitated, Exception: _defect}
        app = Starlette(routes=routes, exception_handlers=answers)
        app.router.redirect_slashes = False
        self._app: ASGIApp = app


class _PagesOnly:
    """Lets only pages through, and only to a browser of this machine that asked for them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = tidy_path(scope["path"])
        request = Request(scope)
        if not any(path == page or path.startswith(f"{page}/") for page in PAGES):
            answer: ASGIApp = PlainTextResponse("Only pages are served here; the APIs are on HTTPS.", 404)
        elif not control.is_from_here(request.headers):
            answer = PlainTextResponse("The rehearsal answers this machine only.", 403)
        else:
            answer = self._app
        await answer(scope, receive, send)


async def not_imitated(request: Request, error: Exception) -> Response:
    """501 for whatever no owner imitates, in a shape that says so."""
    if isinstance(error, NotImitated):
        message = str(error)
    else:
        allowed = error.headers.get("Allow") if isinstance(error, HTTPException) and error.headers else None
        message = f"The rehearsal does not imitate {request.method} {request.scope['path']}."
        message += f" It knows {allowed} there." if allowed else ""
    if request.scope["path"].startswith(
        ("/rest/", "/bulk/", "/identity/")
    ):  # clients of Marketo read an object
        entry = {"code": NOT_IMITATED, "message": message}
        return JSONResponse({"requestId": "rehearsal", "success": False, "errors": [entry]}, 501)
    return JSONResponse([{"message": message, "errorCode": NOT_IMITATED}], 501)


async def _defect(request: Request, error: Exception) -> Response:
    """500 for a defect of the rehearsal, in Salesforce's words; its traceback goes to the error log."""
    message = "An unexpected error occurred. Please include this ErrorId if you contact support: rehearsal"
    return JSONResponse([{"message": message, "errorCode": "UNKNOWN_EXCEPTION"}], 500)


def _running(listener: Listener | None) -> Listener:
    if listener is None:
        raise RuntimeError("the rehearsal is not running")
    return listener
