"""The door every request comes through: tidy the path, answer by rule or by fault, note it in the log."""

from __future__ import annotations

import asyncio
import posixpath
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.rehearsal.fault_injection import Fault, FaultBook, FaultKind, faulty_answer
from runbook_lib.rehearsal.reply_rules import Asked, Reply, ReplyBook, ReplyRule, decoded, reply_of
from runbook_lib.rehearsal.request_log import RequestLog

LOST = {FaultKind.LOST_CONNECTION_BEFORE_WRITE, FaultKind.LOST_CONNECTION_AFTER_WRITE}
CONTROL = "/_rehearsal"


def tidy_path(path: str) -> str:
    """The path without doubled and trailing slashes and dots: real clients send them (node-marketo-rest asks
    for /rest/../bulk/…), and both systems accept them."""
    return "/" + posixpath.normpath(f"/{path}").strip("/")


class Gateway:
    """An ASGI application in front of the one that plays the world at the moment."""

    def __init__(
        self, current: Callable[[], ASGIApp], log: RequestLog, faults: FaultBook, replies: ReplyBook
    ) -> None:
        """`current` gives the application to pass requests to; it changes when the world is reset."""
        self._current = current
        self._log = log
        self._faults = faults
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        path = tidy_path(scope["path"])
        scope = {**scope, "path": path, "raw_path": path.encode(), "rehearsal.uri_length": _uri_length(scope)}
        rule, fault = None, None
        if not path.startswith(CONTROL):
            if self._replies:
                body = await _read_all(receive)
                receive = _again(body, receive)
                rule = self._replies.take(_asked(scope, body))
            fault = self._faults.take(scope["method"], path) if rule is None else None
        note = self._note(scope, "reply_rule" if rule else fault.kind.value if fault else "")
        is_noted = False

        async def note_and_send(message: Message) -> None:
            nonlocal is_noted
            if message["type"] == "http.response.start":
                is_noted = True
                note(message["status"])
            await send(message)

        try:
            if rule is not None:
                await self._answer_by_rule(scope, receive, note_and_send, rule)
            else:
                await self._answer(scope, receive, note_and_send, fault)
        finally:
            if not is_noted:
                note(0)

    def _note(self, scope: Scope, shaped_by: str) -> Callable[[int], None]:
        """Writes the request into the log, before the client can see the answer."""
        began = time.perf_counter()
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        where = (scope["method"], host, scope["path"])

        def note(status: int) -> None:
            milliseconds = (time.perf_counter() - began) * 1000
            self._log.add(where, status, milliseconds, shaped_by)

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

    async def _answer_by_rule(self, scope: Scope, receive: Receive, send: Send, rule: ReplyRule) -> None:
        own = None
        if rule.asks_the_world:
            heard = _Heard()
            await self._current()(scope, receive, heard.hear)
            own = heard.reply
        reply = reply_of(rule, own)
        length = str(len(reply.body)).encode()
        named = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
        headers = [(b"content-length", length), *named]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if rule.cut_after is None:
            await send({"type": "http.response.body", "body": reply.body})
            return
        await send({"type": "http.response.body", "body": reply.body[: rule.cut_after], "more_body": True})
        await _drop(scope, receive)


class _Heard:
    """A `send` that keeps what the rehearsal answers."""

    def __init__(self) -> None:
        self.reply = Reply(200, {}, b"")

    async def hear(self, message: Message) -> None:
        """Keep one message of the answer."""
        if message["type"] == "http.response.start":
            self.reply = Reply(message["status"], decoded(message["headers"]), b"")
        elif message["type"] == "http.response.body":
            body = self.reply.body + message.get("body", b"")
            self.reply = Reply(self.reply.status, self.reply.headers, body)


def _asked(scope: Scope, body: bytes) -> Asked:
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    query = unquote_plus(scope["query_string"].decode("latin-1"))
    return Asked(scope["method"], host, scope["path"], query, body.decode("utf-8", "replace"))


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, and then whatever else comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return first.pop() if first else await receive()

    return once_more


def _uri_length(scope: Scope) -> int:
    """Bytes of the request target as sent; Salesforce refuses more than 16,384."""
    query: bytes = scope["query_string"]
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return len(raw) + (1 + len(query) if query else 0)


async def _say_nothing(message: Message) -> None:
    """A `send` whose words never reach the client."""


async def _read_all(receive: Receive) -> bytes:
    """Take the whole request in, as a server does that refuses it: unread bodies break some clients."""
    message: dict[str, Any] = {"more_body": True}
    body = b""
    while message.get("more_body"):
        message = dict(await receive())
        body += message.get("body", b"")
    return body


async def _drop(scope: Scope, receive: Receive) -> None:
    """Cut the TCP connection off and wait until it is gone, so that nothing is answered after all."""
    scope["rehearsal.cut"]()
    while (await receive())["type"] != "http.disconnect":
        pass
