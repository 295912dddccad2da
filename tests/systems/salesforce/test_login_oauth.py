"""The admin gets in by OAuth where SOAP login is switched off, and is told the same about user and org."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from runbook_lib.errors import (
    ConnectionFileFault,
    LoginRefused,
    SalesforceRefused,
    SecretMissing,
    Unreachable,
)
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.connection import Connection, read_connection
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.login import Account, log_in
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

TOKEN = '{"access_token": "00D!oauth-token", "instance_url": "https://acme.my.salesforce.com"}'
USER = '{"user_id": "0055g0000000001", "organization_id": "00D5g000000Acme", "name": "Ada"}'


@pytest.fixture
def connect(
    rehearsal_server: RehearsalServer,
    a_connection: Callable[..., Connection],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Connection]:
    """A connection to the rehearsal; its arguments are further keys of [salesforce]."""
    world = rehearsal_server.world
    for name, value in world.secrets().items():
        monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", value)

    def make(**keys: str) -> Connection:
        users = {"admin_username": world.admin.username, "sync_username": world.sync_user.username}
        return a_connection(
            salesforce={"environment": "production", **users, **keys},
            rehearsal={
                "world": "clean",
                "url": rehearsal_server.url,
                "ca_file": str(rehearsal_server.ca_file),
            },
        )

    return make


@pytest.fixture
def by_oauth(
    transport: Transport, scripted_connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Logs the admin in by OAuth at the scripted server; its arguments are further keys of [salesforce]."""
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_ADMIN_PASSWORD", "pass&word")
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_ADMIN_TOKEN", "token")

    def log_in_now(**keys: str) -> Any:
        side = scripted_connection.salesforce.model_copy(update={"admin_client_id": "3MVG9", **keys})
        connection = scripted_connection.model_copy(update={"salesforce": side})
        return log_in(transport, connection, Account.ADMIN, Vault(connection))

    return log_in_now


def test_oauth_tells_what_soap_tells(connect: Callable[..., Connection]) -> None:
    """Both ways give the same session, apart from its id, and both can be worked with."""
    sessions = []
    for connection in (connect(), connect(admin_client_id="3MVG9")):
        with Transport(connection) as transport:
            session = log_in(transport, connection, Account.ADMIN, Vault(connection))
            assert SalesforceReader(transport, session).count("SELECT COUNT() FROM Lead") > 0
            sessions.append({**session.__dict__, "session_id": None})
    assert sessions[0] == sessions[1]


def test_the_admin_gets_in_where_soap_login_is_off(
    connect: Callable[..., Connection], rehearsal_server: RehearsalServer
) -> None:
    """The admin can look at an org whose SOAP login is off; the sync user still meets the fault."""
    rehearsal_server.org.switches.soap_login = False
    connection = connect(admin_client_id="3MVG9")
    with Transport(connection) as transport:
        assert log_in(transport, connection, Account.ADMIN, Vault(connection)).org_name == "Acme Corporation"
        with pytest.raises(LoginRefused, match="SOAP"):
            log_in(transport, connection, Account.SYNC, Vault(connection))


def test_the_password_flow_sends_what_it_needs(by_oauth: Callable[..., Any], scripted: Any) -> None:
    """Client, username, password with token, in the body; a secret only where there is one."""
    scripted.script(TOKEN, USER, '{"records": [{"Name": "Acme"}]}', '{"records": []}')
    session = by_oauth()
    assert (session.org_name, session.profile_id, session.sandbox) == ("Acme", "", False)
    assert len(session.user_id) == len(session.org_id) == 18
    asked = scripted.asked[0]
    assert (asked.method, asked.target) == ("POST", "/services/oauth2/token")
    assert parse_qs(asked.body) == {
        "grant_type": ["password"], "client_id": ["3MVG9"], "username": ["admin@acme.example"],
        "password": ["pass&wordtoken"],
    }  # fmt: skip


def test_client_credentials_need_no_password(
    by_oauth: Callable[..., Any], scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow sends the client's secret and nothing of the admin; without the secret, nothing is sent."""
    with pytest.raises(SecretMissing, match="client_secret"):
        by_oauth(admin_flow="client_credentials")
    assert scripted.asked == []
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_ADMIN_CLIENT_SECRET", "hush-hush")
    scripted.script(TOKEN, USER, '{"records": []}', '{"records": []}')
    by_oauth(admin_flow="client_credentials")
    assert parse_qs(scripted.asked[0].body) == {
        "grant_type": ["client_credentials"], "client_id": ["3MVG9"], "client_secret": ["hush-hush"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ((400, '{"error":"invalid_grant","error_description":"no"}'), LoginRefused, "invalid_grant"),
        ((400, '{"error":"invalid_client_id"}'), LoginRefused, "invalid_client_id"),
        ((200, "<html>"), LoginRefused, "HTTP_200"),
        ((302, "", {"Location": "https://acme.my.salesforce.com/"}), LoginRefused, "HTTP_302"),
        ((503, "<html>"), Unreachable, "503"),
        (None, Unreachable, None),
    ],
)  # fmt: skip
def test_a_refusal_is_told_and_never_tried_again(
    by_oauth: Callable[..., Any], scripted: Any, answer: Any, error: Any, code: str | None
) -> None:
    """Each answer that is no token is an error with its fix, after exactly one call."""
    scripted.script(answer, TOKEN)
    with pytest.raises(error) as fault:
        by_oauth()
    assert fault.value.code == code
    assert fault.value.fix
    assert len(scripted.asked) == 1


def test_a_token_that_may_not_look_is_told(by_oauth: Callable[..., Any], scripted: Any) -> None:
    """A token whose user may not use the API is a refusal with Salesforce's code."""
    scripted.script(TOKEN, (403, '[{"errorCode":"API_DISABLED_FOR_ORG","message":"x"}]'))
    with pytest.raises(SalesforceRefused) as fault:
        by_oauth()
    assert fault.value.code == "API_DISABLED_FOR_ORG"


def test_client_credentials_want_my_domain(tmp_path: Any) -> None:
    """The flow works at the org's own host only, and the file says so before anything is called."""
    path = tmp_path / "connection.toml"
    path.write_text(
        'name = "a"\n[salesforce]\nenvironment = "production"\n'
        'admin_username = "a@b"\nsync_username = "c@d"\n'
        'admin_client_id = "x"\nadmin_flow = "client_credentials"\n'
        '[marketo]\nmunchkin_id = "123-ABC-456"\nclient_id = "x"\n'
    )
    with pytest.raises(ConnectionFileFault, match="my_domain"):
        read_connection(path)
