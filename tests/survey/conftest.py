"""A running rehearsal as the survey sees it: the road's own readers, and a count of the calls they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from hypothesis import settings

from runbook_lib.errors import SalesforceRefused
from runbook_lib.rehearsal.org.controls import turn_switches, turn_user
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, load_world
from runbook_lib.survey.collect import Systems, collect
from runbook_lib.survey.requirements import OBJECT_DEPENDENCIES, OBJECT_PERMISSIONS, SYSTEM_PERMISSIONS
from runbook_lib.survey.snapshot import Expected, Part, Snapshot
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.marketo.client import MarketoReader
from runbook_lib.systems.salesforce.client import QueryAnswer, SalesforceReader
from runbook_lib.systems.salesforce.errors import refusal
from runbook_lib.systems.salesforce.login import Account, log_in
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

# The first example also pays for lazy imports: a deadline per example would measure those.
settings.register_profile("survey", deadline=None)
settings.load_profile("survey")


class ReaderOfStrictOrg(SalesforceReader):
    """A reader of an org that refuses some queries: ``refuses`` tells the code and the text of a refusal."""

    refuses: Callable[[str], tuple[str, str] | None] = staticmethod(lambda _: None)

    def composite_queries(self, queries: Sequence[str]) -> list[QueryAnswer | SalesforceRefused]:
        """The answers, and refusals where the org has one."""
        told = {query: self.refuses(query) for query in queries}
        answers = iter(super().composite_queries([query for query in queries if told[query] is None]))
        return [
            next(answers) if (fault := told[query]) is None else refusal(*fault, "composite")
            for query in queries
        ]


def strict_reader(live: Live, refuses: Callable[[str], tuple[str, str] | None]) -> SalesforceReader:
    """The admin's reader of an org that refuses what ``refuses`` says."""
    reader = ReaderOfStrictOrg(live.transport, live.systems.admin().session)
    reader.refuses = refuses
    return reader


@dataclass
class Live:
    """The rehearsal, the readers that the road uses, and what is asked of them."""

    server: RehearsalServer
    systems: Systems
    transport: Transport
    _calls_before: int = 0

    def see(self, *parts: Part) -> Snapshot:
        """A look at ``parts``, with logins of its own."""
        return collect(self.systems, parts, datetime.now(UTC))

    def calls(self) -> int:
        """Salesforce calls since the last ``forget``, logins included, as the transport counts them."""
        return self.transport.calls["salesforce"] - self._calls_before

    def calls_in_log(self) -> int:
        """The same as the rehearsal's request log has it; a request is logged a moment after its answer."""
        deadline = monotonic() + 120
        while (logged := self._logged("/services/")) < self.calls() and monotonic() < deadline:
            pass
        return logged

    def logins(self) -> int:
        """Login calls since the last ``forget``."""
        self.calls_in_log()
        return self._logged("/services/Soap/u/")

    def forget(self) -> None:
        """Counts from here."""
        self.calls_in_log()
        self.server.log.clear()
        self._calls_before = self.transport.calls["salesforce"]

    def _logged(self, start: str) -> int:
        return sum(entry.path.startswith(start) for entry in self.server.log.entries())

    def turn(self, **switches: Any) -> None:
        """Turns switches of the org."""
        turn_switches(self.server.org, switches)

    def turn_sync_user(self, **knobs: Any) -> None:
        """Turns what the sync user logs in with, or his state."""
        turn_user(self.server.org, {"username": self.server.world.sync_user.username, **knobs})

    def expect(self, **values: Any) -> None:
        """Changes what connection.toml says."""
        self.systems = replace(self.systems, expected=replace(self.systems.expected, **values))


@pytest.fixture
def live(rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """World "clean", with its secrets in the environment."""
    yield from reach(rehearsal_server, monkeypatch)


def ready_world() -> World:
    """World "clean" as it is after steps 01 and 02: the sync user's profile has what the sync needs."""
    world = load_world("clean")
    names = tuple(permission.column.removeprefix("Permissions") for permission in SYSTEM_PERMISSIONS)
    profile = next(profile for profile in world.profiles if profile.name == world.sync_user.profile)
    prepared = replace(
        profile,
        permissions=(*(profile.permissions or ()), *names, "ViewSetup"),
        objects=dict.fromkeys((*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES), "crud"),
    )
    return replace(
        world, profiles=tuple(prepared if declared is profile else declared for declared in world.profiles)
    )


@pytest.fixture(scope="session")
def ready_server() -> Iterator[RehearsalServer]:
    """A rehearsal of that world."""
    with RehearsalServer(ready_world(), people=200) as server:
        yield server


@pytest.fixture
def ready(ready_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A rehearsal in which the sync user can log in and read. Shared: a test leaves it as it found it."""
    yield from reach(ready_server, monkeypatch)


@pytest.fixture
def blocked(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    """World "blocked"."""
    yield from reach(start_rehearsal("blocked"), monkeypatch)


@pytest.fixture
def messy(start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """World "messy"."""
    yield from reach(start_rehearsal("messy"), monkeypatch)


def reach(server: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The road's own readers over that rehearsal."""
    world = server.world
    for name, value in world.secrets().items():
        monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", value)
    connection = Connection.model_validate(
        {
            "name": "acme",
            "salesforce": {
                "environment": "production",
                "admin_username": world.admin.username,
                "sync_username": world.sync_user.username,
            },
            "marketo": {"munchkin_id": world.marketo.munchkin_id, "client_id": world.marketo.client_id},
            "rehearsal": {"world": world.name, "url": server.url, "ca_file": str(server.ca_file)},
        }
    )
    vault = Vault(connection)
    expected = Expected(
        "acme",
        "production",
        world.admin.username,
        world.sync_user.username,
        world.marketo.munchkin_id,
        "basic",
    )

    def forward(seconds: float) -> None:
        server.clock.forward(seconds)

    with Transport(connection, pause=forward) as transport:

        def reader(account: Account) -> SalesforceReader:
            return SalesforceReader(transport, log_in(transport, connection, account, vault))

        systems = Systems(
            expected,
            lambda: reader(Account.ADMIN),
            lambda: reader(Account.SYNC),
            lambda: MarketoReader(transport, connection, vault),
        )
        yield Live(server, systems, transport)
