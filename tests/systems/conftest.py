"""What the tests of the systems floor share: a connection, and a server whose every answer a test scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport
from tests.scripted_server import ScriptedServer


@pytest.fixture(scope="session")
def a_connection() -> Callable[..., Connection]:
    """Makes a valid connection; its arguments replace whole tables or keys of the top level."""

    def make(**changes: Any) -> Connection:
        data: dict[str, Any] = {
            "name": "acme",
            "salesforce": {
                "environment": "production",
                "admin_username": "admin@acme.example",
                "sync_username": "marketo@acme.example",
            },
            "marketo": {"munchkin_id": "123-ABC-456", "client_id": "client"},
        }
        return Connection.model_validate(data | changes)

    return make


@pytest.fixture(scope="session")
def scripted_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedServer]:
    """One scripted server for all tests; call its ``script`` first."""
    with ScriptedServer(tmp_path_factory.mktemp("tls")) as server:
        yield server


@pytest.fixture
def scripted(scripted_server: ScriptedServer) -> ScriptedServer:
    """The scripted server with nothing scripted."""
    scripted_server.script()
    return scripted_server


@pytest.fixture
def scripted_connection(scripted: ScriptedServer, a_connection: Callable[..., Connection]) -> Connection:
    """A connection whose rehearsal is the scripted server."""
    return a_connection(
        rehearsal={"world": "scripted", "url": scripted.url, "ca_file": str(scripted.ca_file)}
    )


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that the transport was asked to wait, instead of waiting."""
    return []


@pytest.fixture
def transport(scripted_connection: Connection, pauses: list[float]) -> Iterator[Transport]:
    """A transport to the scripted server that does not really wait."""
    with Transport(scripted_connection, pause=pauses.append) as made:
        yield made
