"""The knobs of the control: each leads to its own login fault, and nonsense is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceGeneralError

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declarations import UserDeclaration
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.controls import turn_switches, turn_user
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world

LogIn = Callable[[UserDeclaration], Salesforce]


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: every test turns back what it turned."""
    return shared_rehearsal


def turn(server: RehearsalServer, what: str, knobs: dict[str, Any]) -> requests.Response:
    """Post knobs to the control."""
    return requests.post(
        f"{server.url}/_rehearsal/{what}", json=knobs, verify=str(server.ca_file), timeout=60
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
        ("user", {"username": "admin@acme.example", "without_permission": "Fly"}, "no knob named 'Fly'"),
        ("org", {"licenses": "few"}, "licenses must be a int"),
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


@pytest.fixture
def org() -> Iterator[Org]:
    """World clean without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


def new_user(org: Org, username: str) -> str:
    """A second user of the sync user's profile, made by the administrator."""
    admin = org.user_id(org.world.admin_username)
    named = f"SELECT ProfileId FROM User WHERE Username = '{org.world.sync_username}'"
    values = {
        "Username": username,
        "LastName": "Sync",
        "Email": username,
        "Alias": "sync2",
        "ProfileId": org.query(admin, named).rows[0]["ProfileId"],
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "de_DE",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de",
    }
    return org.create(admin, "User", values)


def test_no_user_without_a_license(org: Org) -> None:
    """With as many licenses as active users no user can be made; with one more he can."""
    used = org.database.sql('SELECT max("UsedLicenses") FROM org."UserLicense"')[0][0]
    turn_switches(org, {"licenses": used})
    with pytest.raises(OrgFault, match="LICENSE_LIMIT_EXCEEDED"):
        new_user(org, "second.sync@acme.example")
    turn_switches(org, {"licenses": used + 1})
    assert new_user(org, "second.sync@acme.example").startswith("005")


def test_a_username_of_another_org_is_taken(org: Org) -> None:
    """A username that a user of another org has is refused, though no query finds it here."""
    turn_switches(org, {"usernames_elsewhere": ["Marketo@acme.example"]})
    with pytest.raises(OrgFault, match="DUPLICATE_USERNAME"):
        new_user(org, "marketo@acme.example")
    assert new_user(org, "marketo.sync.2@acme.example").startswith("005")


def test_an_administrator_may_lack_a_permission(org: Org) -> None:
    """Who lost Customize Application makes no field, and keeps everything else."""
    admin = org.world.admin_username
    field = {"type": "Text", "label": "Color", "length": 20}
    turn_user(org, {"username": admin, "without_permission": "CustomizeApplication"})
    with pytest.raises(OrgFault, match="INSUFFICIENT_ACCESS.*Customize Application"):
        org.create_custom_field(org.user_id(admin), "Lead.Color__c", field)
    assert org.permissions.has(org.user_id(admin), "ViewSetup")
