"""What tests of every floor share: a running rehearsal, and the way a client reaches it.

`rehearsal_server` is world "clean" with 200 people, as good as new for every test that asks for it. One
server serves them all; only the world is made anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, settings
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceLogin, metadata

from runbook_lib.rehearsal.declarations import UserDeclaration
from runbook_lib.rehearsal.server import RehearsalServer
from tests.postgres_server import PostgresServer, postgres_server

PEOPLE = 200

os.environ["LC_ALL"] = "C.UTF-8"  # whoever runs the tests: without a workspace the command line says English

# Seconds on the clock say nothing where other tests run beside: no example has a deadline or may be too slow.
settings.register_profile("runbook", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("runbook")


MEMORY, ROOM = Path("/dev/shm"), 2_000_000_000  # noqa: S108 - pytest makes a folder of its own in it
if "PYTEST_DEBUG_TEMPROOT" not in os.environ and MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM:
    # Every entry of a journal waits for the disk, which says nothing here: no test cuts the power.
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


class LoopbackAdapter(HTTPAdapter):
    """Sends every request to the rehearsal, whatever host it names, and checks that host's certificate."""

    def __init__(self, server: RehearsalServer) -> None:
        self._port = urlsplit(server.url).port
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Keep the Host header that the client meant."""
        assert request.url is not None
        request.headers["Host"] = urlsplit(request.url).netloc
        return super().send(request, *args, **kwargs)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        """Connect to loopback, but expect the certificate of the host that was asked for."""
        host, keys = super().build_connection_pool_key_attributes(request, verify, cert)
        pool: dict[str, Any] = dict(keys)
        pool["assert_hostname"] = pool["server_hostname"] = host["host"]
        return {"scheme": "https", "host": "127.0.0.1", "port": self._port}, pool


class Stage:
    """The one server of a test session, which remembers how its world stood when it was set."""

    def __init__(self, server: RehearsalServer) -> None:
        self.server = server
        self._as_set = self._trace()

    def reset(self) -> None:
        """Makes the world anew; forgets faults, reply rules and requests too."""
        self.server.reset()
        self._as_set = self._trace()

    def set(self) -> None:
        """Makes the world anew where anybody can have changed it: a reset takes its time."""
        clock_is_right = self.server.clock.now() - datetime.now(UTC) < timedelta(seconds=1)
        if self._trace() != self._as_set or not clock_is_right:
            self.reset()
        self.server.faults.clear()
        self.server.replies.clear()
        self.server.log.clear()
        self._as_set = self._trace()

    def _trace(self) -> tuple[object, int, int]:
        """What no test can change the world without: which database it is, its writes, and requests; a
        test that clears the log hides none of them."""
        harmless = sum(entry.path == "/services/data" for entry in self.server.log.entries())
        return self.server.org.database, self.server.org.database.writes, self.server.log.sequence - harmless


@pytest.fixture(autouse=True)
def forgetful_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a form was given lives as long as the process; a test's secrets must not outlive the test."""
    monkeypatch.setattr("runbook_lib.systems.secrets.sources._given", {})


@pytest.fixture(scope="session", autouse=True)
def wsdl_parsed_once() -> Iterator[None]:
    """The WSDL inside simple-salesforce is parsed once for all sessions that the tests open, not by each of
    them: a third of a second of CPU that says nothing. What a client sends and reads stays the library's."""

    library: Any = metadata
    make = library.Client
    parsed: dict[str, Any] = {}

    def client(location: str, settings: Any) -> Any:
        made = make(parsed.get(location) or location, settings=settings)
        parsed[location] = made.wsdl
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "Client", client)
        yield


RECORDED = Path(__file__).parents[2] / "shared" / "data" / "recorded"
"""Replies of live systems; they are not part of the project."""


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], Any]:
    """Reads a recorded reply by its path; the test is skipped where there are none."""
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded replies are not there: {RECORDED}")
    return lambda path: json.loads((RECORDED / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The one server of the test session, started when first needed; use `rehearsal_server` instead."""
    with RehearsalServer("clean", people=PEOPLE) as server:
        yield Stage(server)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own, started when first needed."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def rehearsal_server(stage: Stage) -> RehearsalServer:
    """World "clean" with 200 people over HTTPS, untouched by other tests."""
    stage.set()
    return stage.server


@pytest.fixture(scope="module")
def shared_rehearsal(stage: Stage) -> RehearsalServer:
    """The same, made anew once per module: for modules whose tests only read or leave each other alone.

    Such a module overrides `rehearsal_server` with it, so that all its tests see this one world.
    """
    stage.reset()
    return stage.server


@pytest.fixture
def start_rehearsal() -> Iterator[Callable[..., RehearsalServer]]:
    """Starts further rehearsals with `RehearsalServer`'s own parameters; all are stopped after the test."""
    started: list[RehearsalServer] = []

    def start(*args: Any, **kwargs: Any) -> RehearsalServer:
        kwargs.setdefault("people", PEOPLE)
        server = RehearsalServer(*args, **kwargs).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def rehearsal_session(rehearsal_server: RehearsalServer) -> Iterator[requests.Session]:
    """A `requests.Session` for which *.salesforce.com and *.mktorest.com are the rehearsal."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(rehearsal_server.ca_file)
        session.mount("https://", LoopbackAdapter(rehearsal_server))
        yield session


@pytest.fixture
def salesforce_as(rehearsal_session: requests.Session) -> Callable[[UserDeclaration], Salesforce]:
    """Logs a user of the world in with simple-salesforce's own SOAP login, at login.salesforce.com."""

    def log_in(user: UserDeclaration) -> Salesforce:
        session_id, instance = SalesforceLogin(
            username=user.username,
            password=user.password,
            security_token=user.security_token,
            session=rehearsal_session,
        )
        return Salesforce(session_id=session_id, instance=instance, session=rehearsal_session)

    return log_in


@pytest.fixture
def admin_salesforce(
    rehearsal_server: RehearsalServer, salesforce_as: Callable[[UserDeclaration], Salesforce]
) -> Salesforce:
    """simple-salesforce, logged in as the administrator."""
    return salesforce_as(rehearsal_server.world.admin)
