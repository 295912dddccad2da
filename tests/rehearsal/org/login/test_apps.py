"""Logins by OAuth: an app gets in as its Run As user, or is refused in the words of a live org."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import LoginHost, Org
from runbook_lib.rehearsal.org.controls import turn_oauth_client
from runbook_lib.rehearsal.org.faults import OAuthFault, OrgFault
from runbook_lib.rehearsal.org.login.apps import AppAttempt
from runbook_lib.rehearsal.world import load_world

ADMIN_APP = "3MVG9Rehearsal.Runbook.Admin.0002"


@pytest.fixture(scope="module")
def modern() -> Iterator[Org]:
    """The org of world modern."""
    org = Org(load_world("modern"), Clock(), people=0)
    yield org
    org.database.close()


@pytest.fixture(autouse=True)
def apps_as_declared(modern: Org) -> Iterator[None]:
    """Each test begins with the apps that the world declares."""
    yield
    modern.apps.clients = {client.client_id: client for client in modern.world.oauth_clients}
    modern.switches.profile_networks = {}
    modern.database.sql('UPDATE org."User" SET "IsActive" = true')


def attempt(org: Org, host: LoginHost = LoginHost.MY_DOMAIN, **changes: Any) -> AppAttempt:
    """The admin app's request for a token."""
    asked = AppAttempt(ADMIN_APP, org.apps.clients[ADMIN_APP].client_secret, host, "203.0.113.9")
    return replace(asked, **changes)


def refused(org: Org, asked: AppAttempt) -> tuple[str, str]:
    """Code and text of the refusal."""
    with pytest.raises(OAuthFault) as fault:
        org.apps.by_client(asked)
    return fault.value.error, fault.value.description


def test_an_app_gets_in_as_its_run_as_user(modern: Org) -> None:
    """Without a password, as the user whom the policy names, with the app in the login history."""
    session = modern.apps.by_client(attempt(modern))
    assert session.username == modern.world.admin_username
    assert session.scopes == ("api",)
    rows = modern.query(session.user_id, "SELECT Application, LoginType, Status FROM LoginHistory").rows
    assert {"Runbook for the administrator"} == {row["Application"] for row in rows}


@pytest.mark.parametrize("host", [LoginHost.PRODUCTION, LoginHost.SANDBOX])
def test_client_credentials_work_at_my_domain_only(modern: Org, host: LoginHost) -> None:
    """The hosts that all orgs share refuse this flow."""
    assert refused(modern, attempt(modern, host)) == ("invalid_grant", "request not supported on this domain")


@pytest.mark.parametrize(
    ("knobs", "refusal"),
    [
        ({"run_as": ""}, ("invalid_grant", "no client credentials user enabled")),
        ({"is_installed": False}, ("invalid_client", "app must be installed into org")),
        ({"client_secret": "another"}, ("invalid_client", "invalid client credentials")),
        ({"flows": ["password"]}, ("unauthorized_client", "client credentials flow not enabled")),
        ({"scopes": ["full"]}, ("invalid_grant", "no valid scopes defined")),
        (
            {"approved_users": ["sofia.rossi@acme.example"]},
            ("invalid_app_access", "user is not admin approved to access this app"),
        ),
    ],
)
def test_an_app_is_refused_in_the_words_of_a_live_org(
    modern: Org, knobs: dict[str, Any], refusal: tuple[str, str]
) -> None:
    """Each mistake an admin can make with the app has Salesforce's own code and text."""
    asked = attempt(modern)
    turn_oauth_client(modern, {"client_id": ADMIN_APP, **knobs})
    assert refused(modern, asked) == refusal


def test_an_unknown_consumer_key_is_refused(modern: Org) -> None:
    """A key that no app of the org has."""
    assert refused(modern, attempt(modern, client_id="3MVG9x"))[0] == "invalid_client_id"


def test_login_ip_ranges_hold_for_apps_too(modern: Org) -> None:
    """A profile's ranges shut its users' apps out as well."""
    modern.switches.profile_networks = {"System Administrator": ["198.51.100.0/24"]}
    assert refused(modern, attempt(modern)) == ("invalid_grant", "ip restricted")


def test_an_inactive_run_as_user_opens_nothing(modern: Org) -> None:
    """The app speaks for a user who must be let in."""
    modern.deactivate(modern.world.admin_username)
    assert refused(modern, attempt(modern))[0] == "invalid_grant"


def test_a_token_without_the_scope_api_opens_no_api(modern: Org) -> None:
    """The session exists, and every call of the REST API is refused."""
    turn_oauth_client(modern, {"client_id": ADMIN_APP, "scopes": ["id"]})
    session = modern.apps.by_client(attempt(modern))
    with pytest.raises(OrgFault, match="not valid for use with the REST API"):
        modern.session(session.session_id)


def test_a_refresh_token_opens_a_session_until_it_is_revoked(modern: Org) -> None:
    """The token that a login in the browser left; another one is refused in the recorded words."""
    turn_oauth_client(
        modern, {"client_id": ADMIN_APP, "flows": ["refresh_token"], "refresh_token": "5Aep861x"}
    )
    asked = attempt(modern, LoginHost.PRODUCTION)
    assert modern.apps.by_refresh_token(asked, "5Aep861x").username == modern.world.admin_username
    with pytest.raises(OAuthFault, match="expired access/refresh token"):
        modern.apps.by_refresh_token(asked, "5Aep861y")


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "x"}, {"client_id": ADMIN_APP, "color": "red"}, {"client_id": ADMIN_APP, "flows": 1}],
)
def test_a_knob_that_is_none_is_refused(modern: Org, wrong: dict[str, Any]) -> None:
    """Unknown apps, unknown attributes and other types change nothing."""
    with pytest.raises(ValueError, match="there are|must be"):
        turn_oauth_client(modern, wrong)
