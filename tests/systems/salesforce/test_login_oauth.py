"""The admin gets in by OAuth where SOAP login is switched off, and is told the same about user and org."""

from __future__ import annotations

import json
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
from runbook_lib.systems.salesforce.login_oauth_reasons import refused
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

TOKEN = '{"access_token": "00D!oauth-token", "instance_url": "https://acme.my.salesforce.com"}'
APP = "3MVG9Rehearsal.Admin.Client.0001"
"""The app of world clean."""
TOKEN_OF_ADA = TOKEN[:-1] + ', "id": "https://login.salesforce.com/id/00D5g000000Acme/0055g0000000001"}'
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
    for connection in (connect(), connect(admin_client_id=APP)):
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
    connection = connect(admin_client_id=APP)
    with Transport(connection) as transport:
        assert log_in(transport, connection, Account.ADMIN, Vault(connection)).org_name == "Acme Corporation"
        with pytest.raises(LoginRefused, match="SOAP"):
            log_in(transport, connection, Account.SYNC, Vault(connection))


def test_the_password_flow_sends_what_it_needs(by_oauth: Callable[..., Any], scripted: Any) -> None:
    """Client, username, password with token, in the body; a secret only where there is one."""
    scripted.script(TOKEN, USER, '{"records": [{"Name": "Acme", "IsSandbox": false}]}', '{"records": []}')
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
        ((302, "", {"Location": "https://acme.my.salesforce.com/"}), Unreachable, "REDIRECTED"),
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


def test_no_scope_is_needed_to_say_who_it_is(by_oauth: Callable[..., Any], scripted: Any) -> None:
    """Where the token's reply names org and user, userinfo is not asked: an app may have the scope api
    alone."""
    user = '{"records": [{"Username": "admin@acme.example", "Name": "Ada", "ProfileId": "00e1"}]}'
    scripted.script(TOKEN_OF_ADA, '{"records": [{"Name": "Acme", "IsSandbox": false}]}', user)
    session = by_oauth()
    assert (session.user_id[:15], session.org_id[:15]) == ("0055g0000000001", "00D5g000000Acme")
    assert [asked.target.split("?")[0] for asked in scripted.asked[1:]] == ["/services/data/v60.0/query/"] * 2


BOB = '{"records": [{"Username": "bob@acme.example", "Name": "Bob", "ProfileId": "00e1"}]}'
REFUSALS = [
    ("invalid_grant", "request not supported on this domain", "my_domain"),
    ("invalid_grant", "no client credentials user enabled", "Run As"),
    ("invalid_grant", "no valid scopes defined", "Manage user data via APIs"),
    ("invalid_grant", "ip restricted", "Login IP Ranges"),
    ("invalid_client", "app must be installed into org", "Connected Apps OAuth Usage"),
    ("app_not_found", "External client app is not installed in this org", "Connected Apps OAuth Usage"),
    ("invalid_app_access", "user is not admin approved to access this app", "App Policies"),
    ("invalid_client", "invalid client credentials", "Consumer Secret"),
    ("invalid_client_id", "client identifier invalid", "Consumer Key"),
    ("unauthorized_client", "client credentials flow not enabled", "Flow Enablement"),
    ("invalid_grant", "authentication failure", "login history"),
]


@pytest.mark.parametrize(("code", "told", "word"), REFUSALS)
def test_each_fault_of_the_app_has_its_own_fix(
    by_oauth: Callable[..., Any], scripted: Any, code: str, told: str, word: str
) -> None:
    """One code stands for many reasons: the description chooses the sentence, and no two share a fix."""
    scripted.script((400, json.dumps({"error": code, "error_description": told})))
    with pytest.raises(LoginRefused) as fault:
        by_oauth()
    assert word in str(fault.value.fix)
    assert fault.value.code == code


def test_no_fix_is_given_for_two_reasons() -> None:
    """Apart from the two wordings of an app that is not installed, every refusal has words of its own."""
    told = {str(refused(code, text, "x").what) for code, text, _ in REFUSALS}
    assert len(told) == len(REFUSALS) - 1


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ((TOKEN_OF_ADA[:-1] + ', "scope": "id"}',), "Manage user data via APIs"),
        (
            (TOKEN_OF_ADA, (401, '[{"errorCode": "INVALID_SESSION_ID", "message": "This session is not valid '
             'for use with the REST API"}]')),
            "Manage user data via APIs",
        ),
        ((TOKEN, (403, "Bad_OAuth_Token")), "identity URL service"),
        (
            (TOKEN_OF_ADA, '{"records": []}', BOB),
            "set “Run As”",
        ),
    ],
)  # fmt: skip
def test_a_token_that_is_no_use_says_what_to_mend(
    by_oauth: Callable[..., Any], scripted: Any, answers: tuple[Any, ...], word: str
) -> None:
    """A token without the scope, or of another user, is a refused login with its own fix."""
    scripted.script(*answers)
    with pytest.raises(LoginRefused) as fault:
        by_oauth()
    assert word in str(fault.value.fix)


@pytest.mark.parametrize(
    ("salesforce", "marketo", "word"),
    [
        ({"sync_client_id": "x"}, {"authentication": "oauth"}, "my_domain"),
        ({"sync_client_id": "x", "my_domain": "acme"}, {}, "authentication oauth"),
        ({"admin_flow": "client_credentials", "my_domain": "acme"}, {}, "admin_client_id"),
    ],
)
def test_half_a_client_is_refused_before_anything_is_called(
    a_connection: Callable[..., Connection], salesforce: Any, marketo: Any, word: str
) -> None:
    """A sync user's app needs My Domain, and proves nothing where Marketo logs in with a password."""
    users = {"environment": "production", "admin_username": "a@b", "sync_username": "c@d"}
    with pytest.raises(ValueError, match=word):
        a_connection(
            salesforce=users | salesforce,
            marketo={"munchkin_id": "123-ABC-456", "client_id": "x"} | marketo,
        )
