"""A server over real HTTPS on loopback whose every answer a test scripts."""

from __future__ import annotations

import ssl
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme

HOSTS = ("127.0.0.1", "login.salesforce.com", "acme.my.salesforce.com", "123-abc-456.mktorest.com")


@dataclass(frozen=True)
class Answer:
    """What the server answers; without a status it closes the connection instead."""

    status: int | None = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


class ScriptedServer:
    """HTTPS on loopback. Answers come from ``answers`` in turn; ``asked`` holds what arrived."""

    def __init__(self, folder: Path) -> None:
        self.answers: deque[Answer] = deque()
        self.asked: list[Asked] = []
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*HOSTS).configure_cert(tls)
        self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._http.server_port}"

    def script(self, *answers: int | str | tuple[Any, ...] | None) -> None:
        """Forgets what was; the next requests get these answers.

        A status, a body (with status 200), a tuple of status, body and headers, or ``None``: no answer.
        """
        self.asked.clear()
        self.answers = deque(_answer(answer) for answer in answers)

    def __enter__(self) -> ScriptedServer:
        Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def _answer(told: int | str | tuple[Any, ...] | None) -> Answer:
    match told:
        case tuple():
            return Answer(*told)
        case str():
            return Answer(200, told)
        case _:
            return Answer(told)


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name that http.server looks for
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            server.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = server.answers.popleft() if server.answers else Answer(599, "not scripted")
            if answer.status is None:
                self.close_connection = True
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PATCH = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing: a test reads ``asked``."""

    return Handler
