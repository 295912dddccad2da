"""When the sync user's password expires, read over HTTPS from the policy that holds for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from runbook_lib.rehearsal.org.controls import turn_switches
from runbook_lib.rehearsal.salesforce.soap.metadata import OPERATIONS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.model.org_settings import PasswordPolicy
from runbook_lib.survey.probes.org.password_policy import EXPIRATION, MOST_CALLS
from runbook_lib.survey.snapshot import Part, SyncUser, Unknown
from tests.survey.conftest import Live, reach

PROFILES = 60


@pytest.fixture(scope="module")
def server() -> Iterator[RehearsalServer]:
    """One world for the file."""
    with RehearsalServer("clean", people=20) as started:
        yield started


@pytest.fixture
def org(server: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Its org, without policies of profiles."""
    turn_switches(server.org, {"profile_password_days": {}, "passwords_expire": "NinetyDays"})
    yield from reach(server, monkeypatch)


def policy_of(org: Live) -> object:
    """What a look tells, at no more calls than foretold."""
    org.forget()
    seen = org.see(Part.SYNC_USER, Part.PASSWORD_POLICY)
    assert isinstance(seen.sync_user, SyncUser)
    assert org.calls() <= forecast_calls([Part.SYNC_USER, Part.PASSWORD_POLICY])
    return seen.password_policy


@pytest.mark.parametrize(("word", "days"), EXPIRATION.items())
def test_the_policy_of_the_org_is_read(org: Live, word: str, days: int) -> None:
    """Each choice of Setup as days; a profile that has a policy of its own says nothing of other profiles."""
    org.turn(passwords_expire=word, profile_password_days={"System Administrator": 30})
    assert policy_of(org) == PasswordPolicy(days)


def test_the_policy_of_the_profile_overrides_it(org: Live) -> None:
    """Whatever other profiles have; its own name is written in lower case there."""
    profile = org.server.world.sync_user.profile
    org.turn(passwords_expire="Never", profile_password_days={"System Administrator": 365, profile: 30})
    assert policy_of(org) == PasswordPolicy(30, of_profile=True)
    org.turn(passwords_expire="ThirtyDays", profile_password_days={profile: 0})
    assert policy_of(org) == PasswordPolicy(0, of_profile=True)


def test_a_policy_that_cannot_be_read_is_unknown(org: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that nobody knows, an empty answer and a refusal each say why; none is a number of days."""
    org.turn(passwords_expire="Fortnight")
    found = policy_of(org)
    assert isinstance(found, Unknown) and "Fortnight" in found.reason and found.message("fix")
    monkeypatch.setitem(OPERATIONS, "readMetadata", lambda *_: "<result/>")
    assert isinstance(policy_of(org), Unknown)
    monkeypatch.delitem(OPERATIONS, "listMetadata")
    refused = policy_of(org)
    assert isinstance(refused, Unknown) and refused.reason


def test_policies_of_many_profiles_cost_a_bounded_number_of_calls(
    org: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are read, and theirs is not among them: it cannot be told, and it is not the org's."""
    names = "".join(f"<result><fullName>P{number}</fullName></result>" for number in range(PROFILES))
    monkeypatch.setitem(OPERATIONS, "listMetadata", lambda *_: names)
    found = policy_of(org)
    assert isinstance(found, Unknown) and str(PROFILES) in found.reason
    assert org.calls() <= 4 + MOST_CALLS


def test_nobody_asks_where_a_permission_keeps_it_from_expiring(ready: Live) -> None:
    """No policy is read, and no call is spent on it."""
    ready.forget()
    without = ready.see(Part.SYNC_USER, Part.SYSTEM_PERMISSIONS)
    calls = ready.calls()
    ready.forget()
    seen = ready.see(Part.SYNC_USER, Part.SYSTEM_PERMISSIONS, Part.PASSWORD_POLICY)
    assert seen.password_policy is None and ready.calls() == calls
    assert replace(seen, taken_at=without.taken_at) == without
