"""The door every request comes through: tidy the path, strike with a fault, note it in the log."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.rehearsal.fault_injection import Fault, FaultBook, FaultKind, faulty_answer
from runbook_lib.rehearsal.request_log import RequestLog

LOST = {FaultKind.LOST_CONNECTION_BEFORE_WRITE, FaultKind.LOST_CONNECTION_AFTER_WRITE}
CONTROL = "/_rehearsal"


def tidy_path(path: str) -> str:
    """The path without doubled and trailing slashes: real clients send both, and both systems accept them."""
    return "/" + re.sub(r"/+", "/", path).strip("/")


class Gateway:
    """An ASGI application in front of the one that plays the world at the moment."""

    def __init__(self, current: Callable[[], ASGIApp], log: RequestLog, faults: FaultBook) -> None:
        """`current` gives the application to pass requests to; it changes when the world is reset."""
        self._current = current
        self._log = log
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        path = tidy_path(scope["path"])
        scope = {**scope, "path": path, "raw_path": path.encode(), "rehearsal.uri_length": _uri_length(scope)}
        fault = None if path.startswith(CONTROL) else self._faults.take(scope["method"], path)
        note = self._note(scope, fault)
        is_noted = False

        async def note_and_send(message: Message) -> None:
            nonlocal is_noted
            if message["type"] == "http.response.start":
                is_noted = True
                note(message["status"])
            await send(message)

        try:
            await self._answer(scope, receive, note_and_send, fault)
        finally:
            if not is_noted:
                note(0)

    def _note(self, scope: Scope, fault: Fault | None) -> Callable[[int], None]:
        """Writes the request into the log, before the client can see the answer."""
        began = time.perf_counter()
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        where = (scope["method"], host, scope["path"])

        def note(status: int) -> None:
            milliseconds = (time.perf_counter() - began) * 1000
            self._log.add(where, status, milliseconds, fault.kind.value if fault else "")

        return note

    async def _answer(self, scope: Scope, receive: Receive, send: Send, fault: Fault | None) -> None:
        if fault is None:
            await self._current()(scope, receive, send)
        elif fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            await self._current()(scope, receive, send)
        elif fault.kind in LOST:
            if fault.kind is FaultKind.LOST_CONNECTION_AFTER_WRITE:
                await self._current()(scope, receive, _say_nothing)
            await _drop(scope, receive)
        else:
            await _read_all(receive)
            await faulty_answer(fault.kind, scope["path"])(scope, receive, send)


def _uri_length(scope: Scope) -> int:
    """Bytes of the request target as sent; Salesforce refuses more than 16,384."""
    query: bytes = scope["query_string"]
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return len(raw) + (1 + len(query) if query else 0)


async def _say_nothing(message: Message) -> None:
    """A `send` whose words never reach the client."""


async def _read_all(receive: Receive) -> None:
    """Take the whole request in, as a server does that refuses it: unread bodies break some clients."""
    message: dict[str, Any] = {"more_body": True}
    while message.get("more_body"):
        message = dict(await receive())


async def _drop(scope: Scope, receive: Receive) -> None:
    """Cut the TCP connection off and wait until it is gone, so that nothing is answered after all."""
    scope["rehearsal.cut"]()
    while (await receive())["type"] != "http.disconnect":
        pass
