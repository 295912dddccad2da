"""The org around the sync as it is read over HTTPS: rules, sharing, and the sync user's account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.model.org_settings import AccountHealth, Rule, Surroundings
from runbook_lib.survey.model.unknown import Absent, Unknown
from runbook_lib.survey.snapshot import Part
from tests.survey.conftest import Live, reach


def test_rules_triggers_and_sharing_are_read(messy: Live) -> None:
    """Active rules and triggers of Lead and Contact are there, inactive ones are not."""
    around = messy.see(Part.SURROUNDINGS).surroundings
    assert isinstance(around, Surroundings)
    assert isinstance(around.validation_rules, tuple)
    assert [str(rule) for rule in around.validation_rules] == [
        "Lead: Phone_or_Email_needed",
        "Lead: Real_last_name",
    ]
    assert around.triggers == (Rule("Contact", "ContactRollup"), Rule("Lead", "LeadRouter"))
    assert around.flows == (Rule("Lead", "Lead: welcome task"),)
    assert around.sees_all == ()
    assert isinstance(around.sharing, dict) and around.sharing["Lead"] == "None"


def test_login_ranges_and_hours_come_from_the_profile(messy: Live) -> None:
    """The profile's metadata tells first and last address of each range, and hours per weekday."""
    messy.turn(profile_hours={"Marketing Integration": (6, 22)})
    account = messy.see(Part.ACCOUNT).account
    assert isinstance(account, AccountHealth)
    assert isinstance(account.networks, tuple) and "127.0.0.0–127.255.255.255" in account.networks
    assert isinstance(account.hours, dict) and account.hours["sunday"] == "06:00–22:00"
    assert account.password_changed.startswith("2019-03-04")


@pytest.mark.parametrize("profile", ["Read Only", "Contract Manager", "Custom: Marketing (EMEA)"])
def test_a_profile_is_asked_for_by_its_name_in_the_metadata(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    """Ranges and hours of a standard profile, and of one with special characters, are read: neither has its
    label as its name in the Metadata API."""
    world = load_world("messy")
    old = world.sync_user.profile
    profiles = tuple(
        replace(declared, name=profile) if declared.name == old else declared for declared in world.profiles
    )
    users = tuple(replace(user, profile=profile) if user.profile == old else user for user in world.users)
    for live in reach(start_rehearsal(replace(world, profiles=profiles, users=users)), monkeypatch):
        live.turn(profile_hours={profile: (6, 22)}, profile_networks={profile: ["127.0.0.0/8"]})
        account = live.see(Part.ACCOUNT).account
        assert isinstance(account, AccountHealth)
        assert isinstance(account.hours, dict) and account.hours["sunday"] == "06:00–22:00"
        assert account.networks == ("127.0.0.0–127.255.255.255",)


def test_a_profile_of_which_nothing_is_told_is_unknown(messy: Live) -> None:
    """An empty answer where every user has a profile is no "there are no ranges and no hours"."""
    messy.server.org.database.sql('UPDATE org."Profile" SET "FullName" = NULL')
    found = messy.see(Part.ACCOUNT).account
    assert isinstance(found, AccountHealth) and found.password_changed
    assert isinstance(found.networks, Unknown) and isinstance(found.hours, Unknown)
    assert "profile" in found.hours.reason and found.hours.message("fix")


def test_flows_are_found_whatever_the_object_is_called(messy: Live) -> None:
    """A flow of an object that was renamed is one all the same: the object's API name tells it."""
    rows = messy.systems.admin().query("SELECT TriggerObjectOrEventLabel FROM FlowDefinitionView")
    assert [row["TriggerObjectOrEventLabel"] for row in rows] == ["Prospect"]
    around = messy.see(Part.SURROUNDINGS).surroundings
    assert isinstance(around, Surroundings) and around.flows == (Rule("Lead", "Lead: welcome task"),)


def test_each_part_costs_what_is_foretold(messy: Live) -> None:
    """Neither part costs more calls than the forecast says."""
    for part in (Part.SURROUNDINGS, Part.ACCOUNT):
        messy.forget()
        messy.see(part)
        assert messy.calls() <= forecast_calls([part])


def test_a_user_who_is_not_there_has_no_account(messy: Live) -> None:
    """Where nobody has that username, the account is absent; rules are told all the same."""
    messy.expect(sync_username="nobody@acme.example")
    seen = messy.see(Part.ACCOUNT, Part.SURROUNDINGS)
    assert isinstance(seen.account, Absent)
    assert isinstance(seen.surroundings, Surroundings) and not isinstance(seen.surroundings.triggers, Unknown)
