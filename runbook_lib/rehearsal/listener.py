"""One port of the rehearsal: a uvicorn server in a daemon thread that starts, stops and drops connections."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

START_DEADLINE = 10.0
"""Seconds after which a server that has not opened its port counts as broken."""

LONGEST_REQUEST_HEAD = 1_000_000
"""Bytes of request line and headers that are read; Salesforce's own limit of 16,384 lies far below."""

Address = tuple[str, int]


class OpenConnections:
    """The transports of one listener by client address, so that a fault can cut a connection off."""

    def __init__(self) -> None:
        self._transports: dict[Address, asyncio.Transport] = {}

    def add(self, address: Address, transport: asyncio.Transport) -> None:
        """Remember a connection that was just made."""
        self._transports[address] = transport

    def remove(self, address: Address) -> None:
        """Forget a connection that is gone."""
        self._transports.pop(address, None)

    def cut(self, address: Address) -> None:
        """Drop the TCP connection to `address` at once, without an answer. Call on the listener's loop."""
        transport = self._transports.get(address)
        if transport is not None:
            transport.abort()


def _protocol_for(connections: OpenConnections) -> type[H11Protocol]:
    """uvicorn builds protocols from a class, so the register of connections is bound into one."""

    class RegisteredConnection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                connections.add(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.client is not None:
                connections.remove(self.client)

        def shutdown(self) -> None:
            """Drop idle connections when the server stops: a polite TLS goodbye waits for the client."""
            if self.cycle is None or self.cycle.response_complete:
                self.transport.abort()
            else:
                super().shutdown()

    return RegisteredConnection


def _open_port(port: int) -> socket.socket:
    """A listening socket on loopback.

    It names its protocol because asyncio switches TCP_NODELAY on only for sockets that do; without it every
    answer waits 40 ms for the client's delayed acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


class Listener:
    """Serves one application on 127.0.0.1. Nothing here ever listens on another address."""

    def __init__(self, app: ASGIApp, port: int, certificate: Path | None) -> None:
        """`certificate`: PEM file with key and chain, None serves plain HTTP; `port` 0 takes any free one."""
        self._connections = OpenConnections()
        self._app = app
        self._wanted_port = port
        self._certificate = certificate
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        """Open the port and return once it accepts connections. OSError when the port is taken."""
        listening = _open_port(self._wanted_port)
        self.port = listening.getsockname()[1]
        self._server = uvicorn.Server(self._config())
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [listening]},
            name=f"rehearsal-{self.port}",
            daemon=True,
        )
        self._thread.start()
        self._wait_until_started()

    def begin_to_stop(self) -> None:
        """Close the port and every connection, some time soon."""
        if self._server is not None:
            self._server.should_exit = True

    def stop(self) -> None:
        """Close the port and every connection; returns when the thread has ended."""
        self.begin_to_stop()
        if self._server is None or self._thread is None:
            return
        self._thread.join(timeout=START_DEADLINE)
        self._server = None
        self._thread = None

    def _wait_until_started(self) -> None:
        assert self._server is not None and self._thread is not None
        deadline = time.monotonic() + START_DEADLINE
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError(f"the rehearsal did not open port {self.port}")
            time.sleep(0.005)

    def _config(self) -> uvicorn.Config:
        certificate: dict[str, Any] = {}
        if self._certificate is not None:
            certificate = {"ssl_certfile": self._certificate, "ssl_keyfile": self._certificate}
        return uvicorn.Config(
            self._with_cut,
            http=_protocol_for(self._connections),
            ws="none",
            interface="asgi3",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=LONGEST_REQUEST_HEAD,
            **certificate,
        )

    async def _with_cut(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lend each request the means to cut its own connection off."""
        scope["rehearsal.cut"] = lambda: self._connections.cut(tuple(scope["client"]))
        await self._app(scope, receive, send)
