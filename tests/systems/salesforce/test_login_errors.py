"""The promise of the login table: over HTTPS each fault has its own message and fix, after one login."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from runbook_lib.errors import LoginRefused
from runbook_lib.rehearsal.org.controls import turn_switches, turn_user
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.login import Account, explain, gather_evidence, log_in
from runbook_lib.systems.salesforce.login_errors import refuse
from runbook_lib.systems.salesforce.login_reasons import REASONS
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.systems.salesforce.writer import SalesforceWriter
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

ALLOWED = "Api_Only"
ELSEWHERE = ["203.0.113.0/24"]


@dataclass(frozen=True)
class Case:
    """What is wrong, and the reason that must be told."""

    reason: str
    user: dict[str, Any] | None = None
    switches: dict[str, Any] | None = None
    secrets: dict[str, str] | None = None
    environment: str = "production"


CASES = {
    "wrong password": Case("WRONG_PASSWORD", secrets={"SYNC_PASSWORD": "wrong"}),
    "missing token": Case("LOGIN_MUST_USE_SECURITY_TOKEN", secrets={"SYNC_TOKEN": ""}),
    "expired password": Case("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", user={"password_expired": True}),
    "locked": Case("PASSWORD_LOCKOUT", user={"is_locked": True}),
    "frozen": Case("USER_FROZEN", user={"is_frozen": True}),
    "inactive": Case("USER_INACTIVE", user={"is_active": False}),
    "API off for the org": Case("API_DISABLED_FOR_ORG", switches={"api": False}),
    "SOAP login off": Case("SOAP_LOGIN_OFF", switches={"soap_login": False}),
    "no Use Any API Auth": Case("INSUFFICIENT_ACCESS", switches={"use_any_api_auth_enforced": True}),
    "wrong host": Case("WRONG_HOST_FOR_PRODUCTION", environment="sandbox"),
    "IP range": Case(
        "LOGIN_DURING_RESTRICTED_DOMAIN",
        switches={"profile_networks": {"Minimum Access - Marketo": ELSEWHERE}},
    ),
    "login hours": Case(
        "LOGIN_DURING_RESTRICTED_TIME", switches={"profile_hours": {"Minimum Access - Marketo": (0, 0)}}
    ),
    "My Domain only": Case("LOGIN_HOST_PREVENTED", switches={"my_domain_only": True}),
}


@dataclass
class Scene:
    """A rehearsal with the admin logged in."""

    server: RehearsalServer
    transport: Transport
    connect: Callable[[str], Connection]
    admin: SalesforceReader

    def refuse_sync_user(self, environment: str = "production") -> LoginRefused:
        """Logs the sync user in, expects a refusal, and gives it as the admin's session explains it."""
        connection = self.connect(environment)
        before = self.count_logins()
        calls = len(self.transport.log)
        with pytest.raises(LoginRefused) as fault:
            log_in(self.transport, connection, Account.SYNC, Vault(connection))
        assert [call.method for call in self.transport.log[calls:]] == ["POST"]
        deadline = time.monotonic() + 60  # the rehearsal notes a request after it has answered
        while self.count_logins() == before and time.monotonic() < deadline:
            time.sleep(0.005)
        assert self.count_logins() == before + 1
        return explain(fault.value, gather_evidence(self.admin, connection))

    def count_logins(self) -> int:
        """Login calls that have arrived at the rehearsal."""
        return sum(entry.path.startswith("/services/Soap/u/") for entry in self.server.log.entries())


@pytest.fixture(scope="module")
def server() -> Iterator[RehearsalServer]:
    """World clean, small; one for all tests of this module, each of which leaves it as it was."""
    with RehearsalServer("clean", people=20) as started:
        org, world = started.org, started.world
        admin = org.user_id(world.admin.username)
        values = {"Name": ALLOWED, "Label": ALLOWED, "PermissionsApiEnabled": True}
        given = {
            "PermissionSetId": org.create(admin, "PermissionSet", values),
            "AssigneeId": org.user_id(world.sync_user.username),
        }
        org.create(admin, "PermissionSetAssignment", given)
        yield started


@pytest.fixture
def scene(
    server: RehearsalServer, a_connection: Callable[..., Connection], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """World clean; the sync user may use the API. Afterward switches and user are as they were."""
    world = server.world
    for name, value in world.secrets().items():
        monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", value)

    def connect(environment: str) -> Connection:
        users = {"admin_username": world.admin.username, "sync_username": world.sync_user.username}
        return a_connection(
            salesforce={"environment": environment, **users},
            rehearsal={"world": world.name, "url": server.url, "ca_file": str(server.ca_file)},
        )

    switches = asdict(server.org.switches)
    connection = connect("production")
    with Transport(connection) as transport:
        session = log_in(transport, connection, Account.ADMIN, Vault(connection))
        reader = SalesforceReader(transport, session)
        yield Scene(server, transport, connect, reader)
    turn_switches(server.org, switches)
    good = {"is_locked": False, "is_frozen": False, "is_active": True, "password_expired": False}
    turn_user(server.org, {"username": world.sync_user.username, **good})


@pytest.mark.parametrize("name", CASES)
def test_each_login_fault_has_its_own_message_and_fix(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The reason is told that holds, with its own fix, and exactly one login call was made."""
    case = CASES[name]
    for secret, value in (case.secrets or {}).items():
        monkeypatch.setenv(f"RUNBOOK_ACME_SALESFORCE_{secret}", value)
    turn_user(scene.server.org, {"username": scene.server.world.sync_user.username, **(case.user or {})})
    turn_switches(scene.server.org, case.switches or {})
    told = scene.refuse_sync_user(case.environment)
    assert told.what == REASONS[case.reason].what
    assert told.fix == REASONS[case.reason].fix
    assert str(told.fix)


def test_the_messages_and_fixes_of_the_table_differ() -> None:
    """No two of these faults are told with the same message or the same fix."""
    reasons = [REASONS[case.reason] for case in CASES.values()]
    assert len({str(reason.what) for reason in reasons}) == len(CASES)
    assert len({str(reason.fix) for reason in reasons}) == len(CASES)


def test_a_user_who_may_not_use_the_api_is_told_so(scene: Scene) -> None:
    """Without API Enabled in any of the user's permission sets, that is the reason told."""
    (allowed,) = scene.admin.query(soql("SELECT Id FROM PermissionSet WHERE Name = {name}", name=ALLOWED))
    writer = SalesforceWriter(scene.admin)
    writer.update("PermissionSet", allowed["Id"], {"PermissionsApiEnabled": False})
    told = scene.refuse_sync_user()
    writer.update("PermissionSet", allowed["Id"], {"PermissionsApiEnabled": True})
    assert told.what == REASONS["API_OFF_FOR_USER"].what


def test_an_unknown_user_is_told_so(scene: Scene, a_connection: Callable[..., Connection]) -> None:
    """A username that this org does not have, such as that of a sandbox, is named as the reason."""
    connection = scene.connect("production")
    side = connection.salesforce.model_copy(update={"sync_username": "marketo.sync@acme.example.uat"})
    elsewhere = connection.model_copy(update={"salesforce": side})
    with pytest.raises(LoginRefused) as fault:
        log_in(scene.transport, elsewhere, Account.SYNC, Vault(elsewhere))
    told = explain(fault.value, gather_evidence(scene.admin, elsewhere))
    assert told.what == REASONS["UNKNOWN_USER"].what


def test_evidence_that_cannot_be_had_says_so(scene: Scene) -> None:
    """Where the admin's session has ended, nothing is guessed: the fault stays as it was."""
    scene.server.org.expire_sessions()
    turn_user(scene.server.org, {"username": scene.server.world.sync_user.username, "is_frozen": True})
    assert scene.refuse_sync_user().what == REASONS["INVALID_LOGIN @ login.salesforce.com"].what


@pytest.mark.parametrize(
    ("code", "host", "named"),
    [
        ("LOGIN_DURING_RESTRICTED_DOMAIN", "login.salesforce.com", "my_domain"),
        ("LOGIN_DURING_RESTRICTED_DOMAIN", "acme.my.salesforce.com", "Login IP Ranges"),
        ("INVALID_LOGIN", "login.salesforce.com", 'environment = "sandbox"'),
        ("INVALID_LOGIN", "test.salesforce.com", 'environment = "production"'),
        ("INVALID_LOGIN", "acme.my.salesforce.com", "environment and my_domain"),
    ],
)
def test_the_host_is_among_the_reasons(code: str, host: str, named: str) -> None:
    """Where nobody can look further, as for the admin's own login, the fix begins with the host asked."""
    assert named in str(refuse(code, "told", f"admin@acme.example @ {host}").fix)
