"""Room for a new user: told where it is known, never guessed, and shut where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.plans import plan_for
from runbook_lib.errors import Blocked
from runbook_lib.review.checks import gate_findings
from runbook_lib.review.findings import Status
from runbook_lib.review.professional import PROFESSIONAL
from runbook_lib.review.user_profiles import suitable_profiles
from runbook_lib.survey.model.licenses import License, Profile, Seats
from runbook_lib.survey.snapshot import Absent, Snapshot, Unknown
from tests.org_by_hand import NOW, ORG, USER, small_org

STEP = "02_sync_user"
SMALL = Profile("00e1", "Minimum Access - Salesforce", "100a", False, False)
ADMIN = Profile("00e2", "Systemadministrator", "100a", True, True)
CHATTER = Profile("00e3", "Chatter Free User", "100b", False, False)
UNTOLD = Unknown("no right", "INSUFFICIENT_ACCESS")


def seats(used: int = 19) -> Seats:
    """Twenty Salesforce licenses, ``used`` of them in use, and licenses of another kind."""
    kinds = (
        License("100a", "Salesforce", "SFDC", 20, used),
        License("100b", "Chatter Free", "CSN_User", 9, 0),
    )
    return Seats(kinds, (SMALL, ADMIN, CHATTER))


def missing(**parts: object) -> Snapshot:
    """The sync user is not there."""
    return small_org(**{"sync_user": Absent("User"), "seats": seats(), **parts})


def setup(**values: Any) -> Decisions:
    """Decided: the sync user is to be made."""
    given: dict[str, Any] = {"create_user": True, "user_email": "a@acme.example", **values}
    return Decisions(SetupDecision(**given))


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({}, Status.OK),
        ({"seats": seats(20)}, Status.ERROR),
        ({"seats": Seats((), ())}, Status.ERROR),
        ({"seats": UNTOLD}, Status.UNKNOWN),
        ({"seats": replace(seats(), licenses=UNTOLD)}, Status.UNKNOWN),
        ({"seats": replace(seats(), profiles=UNTOLD, young=UNTOLD)}, Status.OK),
        ({"sync_user": UNTOLD}, Status.UNKNOWN),
        ({"sync_user": USER, "seats": UNTOLD}, Status.OK),
        ({"sync_user": replace(USER, is_active=False), "seats": seats(20)}, Status.ERROR),
        ({"seats": None}, Status.SKIP),
    ],
)
def test_a_license_is_needed_only_by_who_has_none(parts: dict[str, object], status: Status) -> None:
    """A user who is active has his; a missing or inactive one needs a free one; unknown is not free."""
    (found,) = [
        finding for finding in gate_findings(missing(**parts), STEP) if finding.check == "user_license"
    ]
    assert found.status is status


def test_the_plan_makes_him_with_the_orgs_defaults() -> None:
    """Language, locale and time zone are Organization's, and the profile goes by its Id."""
    organization = replace(ORG, language="de", locale="de_AT", time_zone="Europe/Vienna")
    plan = plan_for(STEP, missing(organization=organization), setup(), NOW)
    after = plan.changes[0].after
    assert (after["language"], after["locale"], after["time_zone"]) == ("de", "de_AT", "Europe/Vienna")
    assert (after["profile_id"], after["email_encoding"], plan.obstacles) == ("00e1", "UTF-8", ())


@pytest.mark.parametrize("fact", ["licenses", "profiles"])
def test_no_user_is_planned_from_half_a_list(fact: str) -> None:
    """Without the profiles or the licenses nobody can say whether a new user would fit: blocked, with why."""
    with pytest.raises(Blocked) as raised:
        plan_for(STEP, missing(seats=replace(seats(), **{fact: UNTOLD})), setup(profile=SMALL.name), NOW)
    assert raised.value.code == "INSUFFICIENT_ACCESS"


@pytest.mark.parametrize(
    ("parts", "profile", "told"),
    [
        ({}, "Gone", "Suitable: “Minimum Access - Salesforce”"),
        ({}, "Chatter Free User", "belongs to the license “Chatter Free”"),
        ({"seats": seats(20)}, SMALL.name, "20 of 20 are in use"),
        ({"organization": replace(ORG, edition=PROFESSIONAL)}, SMALL.name, "“Systemadministrator”"),
    ],
)
def test_a_profile_that_will_not_do(parts: dict[str, object], profile: str, told: str) -> None:
    """Each reason is told before anything is tried."""
    (obstacle,) = plan_for(STEP, missing(**parts), setup(profile=profile), NOW).obstacles
    assert told in str(obstacle)


def test_unread_licenses_shut_the_plan() -> None:
    """Nobody is made on the chance that a license is free."""
    with pytest.raises(Blocked):
        plan_for(STEP, missing(seats=UNTOLD), setup(), NOW)


def test_administrators_are_known_by_their_rights() -> None:
    """Salesforce translates the names of its own profiles: rights tell who administers."""
    kinds = (License("100a", "Salesforce", "SFDC", 20, 19),)
    assert suitable_profiles((SMALL, ADMIN, CHATTER), kinds, ORG.edition) == (SMALL,)
    assert suitable_profiles((SMALL, ADMIN, CHATTER), kinds, PROFESSIONAL) == (ADMIN,)
