"""The knobs of the control: each leads to its own login fault, and nonsense is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceGeneralError

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import UserDeclaration

LogIn = Callable[[UserDeclaration], Salesforce]


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: every test turns back what it turned."""
    return shared_rehearsal


def turn(server: RehearsalServer, what: str, knobs: dict[str, Any]) -> requests.Response:
    """Post knobs to the control."""
    return requests.post(
        f"{server.url}/_rehearsal/{what}", json=knobs, verify=str(server.ca_file), timeout=10
    )


@pytest.mark.parametrize(
    ("what", "knobs", "back", "code", "part"),
    [
        ("user", {"is_active": False}, {"is_active": True}, "INVALID_LOGIN", "Invalid username"),
        ("user", {"is_frozen": True}, {"is_frozen": False}, "INVALID_LOGIN", "Invalid username"),
        ("user", {"is_locked": True}, {"is_locked": False}, "PASSWORD_LOCKOUT", "locked out"),
        ("org", {"soap_login": False}, {"soap_login": True}, "INVALID_OPERATION", "disabled by default"),
        ("org", {"api": False}, {"api": True}, "API_DISABLED_FOR_ORG", "not enabled"),
        (
            "org",
            {"my_domain_only": True},
            {"my_domain_only": False},
            "LOGIN_DURING_RESTRICTED_DOMAIN",
            "cannot log in from current domain",
        ),
        (
            "org",
            {"profile_networks": {"System Administrator": ["203.0.113.0/24"]}},
            {"profile_networks": {}},
            "LOGIN_DURING_RESTRICTED_DOMAIN",
            "cannot log in from current domain",
        ),
    ],
)
def test_each_knob_is_a_fault(
    rehearsal_server: RehearsalServer,
    salesforce_as: LogIn,
    what: str,
    knobs: dict[str, Any],
    back: dict[str, Any],
    code: str,
    part: str,
) -> None:
    """A knob that is turned gives its own fault at the next login, and turned back the login works."""
    admin = rehearsal_server.world.admin
    whose = {"username": admin.username} if what == "user" else {}
    assert turn(rehearsal_server, what, {**whose, **knobs}).status_code == 204
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        salesforce_as(admin)
    assert refused.value.code == code
    assert part in refused.value.auth_message
    assert turn(rehearsal_server, what, {**whose, **back}).status_code == 204
    salesforce_as(admin)


def test_changed_token_asks_for_the_token(rehearsal_server: RehearsalServer, salesforce_as: LogIn) -> None:
    """A token that was reset elsewhere makes the old one useless, in the words that ask for a token."""
    admin = rehearsal_server.world.admin
    knobs = {"username": admin.username, "security_token": "reset-elsewhere"}
    turn(rehearsal_server, "user", knobs).raise_for_status()
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        salesforce_as(admin)
    assert refused.value.code == "LOGIN_MUST_USE_SECURITY_TOKEN"
    turn(rehearsal_server, "user", {**knobs, "security_token": admin.security_token}).raise_for_status()


def test_expired_password_fails_after_login(rehearsal_server: RehearsalServer, salesforce_as: LogIn) -> None:
    """With an expired password the login succeeds and the first call fails."""
    username = rehearsal_server.world.admin.username
    turn(rehearsal_server, "user", {"username": username, "password_expired": True}).raise_for_status()
    salesforce = salesforce_as(rehearsal_server.world.admin)
    with pytest.raises(SalesforceGeneralError, match="INVALID_OPERATION_WITH_EXPIRED_PASSWORD"):
        salesforce.limits()
    turn(rehearsal_server, "user", {"username": username, "password_expired": False}).raise_for_status()


@pytest.mark.parametrize(
    ("what", "knobs", "why"),
    [
        ("org", {"gravity": False}, "no knob named 'gravity'"),
        ("org", {"soap_login": "no"}, "soap_login must be a bool"),
        ("user", {"username": "nobody@acme.example", "is_frozen": True}, "no user named"),
        ("user", {"is_frozen": True}, "no user named"),
        ("user", {"username": "admin@acme.example", "is_tired": True}, "no knob named 'is_tired'"),
    ],
)
def test_bad_knobs_are_refused(
    rehearsal_server: RehearsalServer, what: str, knobs: dict[str, Any], why: str
) -> None:
    """An unknown knob, a value of another type or an unknown user changes nothing and is named."""
    answer = turn(rehearsal_server, what, knobs)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert rehearsal_server.org.switches.soap_login is True
