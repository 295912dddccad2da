"""Logging in, and every way to be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import LoginFault, LoginHost, Org, OrgFault, OrgSession
from runbook_lib.rehearsal.org.login.desk import UNKNOWN_STATUS
from runbook_lib.rehearsal.world import load_world

Set = Callable[[Org], None]


@pytest.fixture
def org() -> Iterator[Org]:
    """World clean without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


def log_in(
    org: Org,
    given: str | None = None,
    host: LoginHost = LoginHost.PRODUCTION,
    version: float = 64.0,
    api_type: str = "SOAP Partner",
) -> OrgSession:
    """The administrator logs in, rightly unless told otherwise."""
    admin = org.world.admin
    return org.log_in(
        admin.username,
        admin.password + admin.security_token if given is None else given,
        host,
        version,
        "127.0.0.1",
        api_type,
    )


def statuses(org: Org) -> list[str]:
    """LoginHistory.Status of every attempt."""
    return [row[0] for row in org.database.sql('SELECT "Status" FROM org."LoginHistory" ORDER BY "Id"')]


def test_a_right_login_opens_a_session(org: Org) -> None:
    """Password and token give a session, a LoginHistory row and a last login."""
    session = log_in(org)
    assert org.session(session.session_id).user_id == org.user_id(org.world.admin_username)
    assert statuses(org) == ["Success"]
    assert org.database.sql('SELECT "LastLoginDate" FROM org."User" WHERE "Id" = $1', [session.user_id])[0][0]


def lock(org: Org) -> None:
    """The user is locked out."""
    org.lock(org.world.admin_username)


def freeze(org: Org) -> None:
    """The user is frozen."""
    org.freeze(org.world.admin_username)


def deactivate(org: Org) -> None:
    """The user is inactive."""
    org.deactivate(org.world.admin_username)


def close_api(org: Org) -> None:
    """The org has no API."""
    org.switches.api = False


def close_soap(org: Org) -> None:
    """SOAP login() is off."""
    org.switches.soap_login = False


def keep_networks(org: Org) -> None:
    """The profile allows another network alone."""
    org.switches.profile_networks["System Administrator"] = ["203.0.113.0/24"]


def keep_hours(org: Org) -> None:
    """The profile allows no hour."""
    org.switches.profile_hours["System Administrator"] = (0, 0)


def keep_my_domain(org: Org) -> None:
    """Logins go to My Domain alone."""
    org.switches.my_domain_only = True


def take_api_from_user(org: Org) -> None:
    """Nobody has API Enabled."""
    org.database.sql('UPDATE org."PermissionSet" SET "PermissionsApiEnabled" = false')


def want_any_api_auth(org: Org) -> None:
    """Use Any API Auth is needed, and nobody has it."""
    org.switches.use_any_api_auth_enforced = True
    org.database.sql('UPDATE org."PermissionSet" SET "PermissionsUseAnyApiAuth" = false')


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (lock, "PASSWORD_LOCKOUT", "Password lockout"),
        (freeze, "INVALID_LOGIN", "User is frozen"),
        (deactivate, "INVALID_LOGIN", "User is inactive"),
        (close_api, "API_DISABLED_FOR_ORG", UNKNOWN_STATUS),
        (close_soap, "INVALID_OPERATION", UNKNOWN_STATUS),
        (keep_networks, "LOGIN_DURING_RESTRICTED_DOMAIN", "Restricted IP"),
        (keep_hours, "LOGIN_DURING_RESTRICTED_TIME", "Restricted time"),
        (keep_my_domain, "LOGIN_DURING_RESTRICTED_DOMAIN", "Restricted domain"),
        (take_api_from_user, "API_CURRENTLY_DISABLED", UNKNOWN_STATUS),
        (want_any_api_auth, "INSUFFICIENT_ACCESS", UNKNOWN_STATUS),
    ],
)
def test_each_fault_has_its_code_and_its_history(org: Org, fault: Set, code: str, status: str) -> None:
    """A fault set on the running org is met by the next login, and LoginHistory tells why in Salesforce's own
    words; where nobody knows these, it tells nothing."""
    fault(org)
    with pytest.raises(LoginFault) as refused:
        log_in(org)
    assert refused.value.code == code
    assert statuses(org) == ([status] if status != UNKNOWN_STATUS else [])


def test_a_wrong_password_and_a_missing_token_differ(org: Org) -> None:
    """Salesforce asks for the token only when the password was right."""
    for given, code in (
        ("wrong", "INVALID_LOGIN"),
        (org.world.admin.password, "LOGIN_MUST_USE_SECURITY_TOKEN"),
    ):
        with pytest.raises(LoginFault) as refused:
            log_in(org, given)
        assert refused.value.code == code
    assert statuses(org) == ["Invalid password", "Failed: API security token required"]


def test_a_trusted_network_needs_no_token(org: Org) -> None:
    """From a trusted network the password alone opens; a right token does no harm."""
    org.switches.trusted_networks.append("127.0.0.0/8")
    log_in(org, org.world.admin.password)
    log_in(org)
    assert statuses(org) == ["Success", "Success"]


def test_too_many_failures_lock_the_user_out(org: Org) -> None:
    """After the tenth wrong password even the right one is refused."""
    for _ in range(org.switches.failures_before_lockout):
        with pytest.raises(LoginFault, match="INVALID_LOGIN"):
            log_in(org, "wrong")
    with pytest.raises(LoginFault, match="PASSWORD_LOCKOUT"):
        log_in(org)


@pytest.mark.parametrize("host", [LoginHost.SANDBOX, LoginHost.OTHER_DOMAIN])
def test_the_wrong_host_knows_no_such_user(org: Org, host: LoginHost) -> None:
    """A production user is unknown at the sandbox host, and leaves no trace there."""
    with pytest.raises(LoginFault, match="INVALID_LOGIN"):
        log_in(org, host=host)
    assert statuses(org) == []


def test_an_unknown_user_leaves_no_history(org: Org) -> None:
    """A wrong username has no LoginHistory row."""
    with pytest.raises(LoginFault, match="INVALID_LOGIN"):
        org.log_in("nobody@acme.example", "x", LoginHost.PRODUCTION, 59.0, "127.0.0.1")
    assert statuses(org) == []


@pytest.mark.parametrize(
    ("version", "code"), [(65.0, "INVALID_OPERATION"), (30.0, "UNSUPPORTED_API_VERSION")]
)
def test_soap_login_ends_with_version_64(org: Org, version: float, code: str) -> None:
    """SOAP login() is not part of API versions above 64, nor of retired ones."""
    with pytest.raises(LoginFault, match=code):
        log_in(org, version=version)


def test_an_expired_password_logs_in_and_can_do_nothing(org: Org) -> None:
    """Login succeeds and says so; every other call fails until a password is set."""
    org.expire_password(org.world.admin_username)
    session = log_in(org)
    assert session.password_expired
    with pytest.raises(OrgFault, match="INVALID_OPERATION_WITH_EXPIRED_PASSWORD"):
        org.session(session.session_id)
    org.set_password(session.user_id, session.user_id, "Another-Password-1")
    assert not log_in(org, "Another-Password-1" + org.world.admin.security_token).password_expired


def test_sessions_end(org: Org) -> None:
    """A session is over when it was idle too long, when all are ended, and when it never was."""
    session = log_in(org)
    org.clock.forward(session.seconds_valid + 1)
    for session_id in (session.session_id, "00D!none"):
        with pytest.raises(OrgFault) as refused:
            org.session(session_id)
        assert (refused.value.status, refused.value.code) == (401, "INVALID_SESSION_ID")
    again = log_in(org)
    org.expire_sessions()
    with pytest.raises(OrgFault):
        org.session(again.session_id)


def test_losing_the_api_ends_what_a_session_can_do(org: Org) -> None:
    """Without API Enabled an open session is of no use."""
    session = log_in(org)
    take_api_from_user(org)
    with pytest.raises(OrgFault, match="API_DISABLED_FOR_ORG"):
        org.session(session.session_id)


def test_oauth_ignores_the_soap_switches(org: Org) -> None:
    """The OAuth password flow has its own switch."""
    org.switches.soap_login = False
    assert log_in(org, version=68.0, api_type="REST API").api_type == "REST API"
    org.switches.oauth_password_flow = False
    with pytest.raises(LoginFault):
        log_in(org, api_type="REST API")


def test_a_user_sees_only_his_own_history(org: Org) -> None:
    """LoginHistory shows a user without Manage Users his own rows alone."""
    log_in(org)
    other = org.user_id("sofia.rossi@acme.example")
    assert org.query(other, "SELECT COUNT() FROM LoginHistory").total == 0
    assert org.query(org.user_id(org.world.admin_username), "SELECT COUNT() FROM LoginHistory").total == 1
