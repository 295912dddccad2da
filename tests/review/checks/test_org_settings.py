"""Checks of the org around the sync: each is green, tells what it found, or says that it cannot tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Field, Organization, Snapshot
from tests.review.checks.one_check import QUIET, REFUSED, finding, status_of


def test_private_records_are_told_unless_he_sees_them_all(snapshot: Snapshot) -> None:
    """A private object is a warning, View All Records makes it green, and a refusal is unknown."""
    private = replace(QUIET, sharing={"Lead": "None", "Account": "None"}, sees_all=("Account",))
    found = finding(replace(snapshot, surroundings=private), "private_sharing")
    assert found.status is Status.WARN and "Lead" in str(found.what) and "Account" not in str(found.what)
    for seen, status in ((("Account", "Lead"), Status.OK), (REFUSED, Status.UNKNOWN)):
        changed = replace(private, sees_all=seen)
        assert status_of(replace(snapshot, surroundings=changed), "private_sharing") is status
    unread = replace(private, sharing=REFUSED)
    assert status_of(replace(snapshot, surroundings=unread), "private_sharing") is Status.UNKNOWN


@pytest.mark.parametrize(
    ("edition", "status"),
    [
        ("Enterprise Edition", Status.OK),
        ("Developer Edition", Status.OK),
        ("Professional Edition", Status.WARN),
        ("Group Edition", Status.ERROR),
    ],
)
def test_the_edition_decides_about_the_road(snapshot: Snapshot, edition: str, status: Status) -> None:
    """Without the API there is no road, in Professional Edition there is another one."""
    organization = Organization("00D5g000000AcmeEAE", "Acme", edition, False, "NA224")
    assert status_of(replace(snapshot, organization=organization), "edition") is status


@pytest.mark.parametrize("name", ["IsPersonAccount", "CurrencyIsoCode", "MailingCountryCode"])
def test_a_feature_is_read_off_the_fields(snapshot: Snapshot, name: str) -> None:
    """Person accounts, several currencies and country lists are known by their fields."""
    assert status_of(replace(snapshot, present={"Lead": ()}), "org_features") is Status.OK
    present = {"Account": (Field("Account", name, name, "string"),)}
    assert status_of(replace(snapshot, present=present), "org_features") is Status.WARN


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.WARN),
        ({"defaulted": True}, Status.OK),
        ({"nillable": True}, Status.OK),
        ({"createable": False}, Status.OK),
        ({"type": "boolean"}, Status.OK),
        ({"custom": False}, Status.OK),
    ],
)
def test_a_field_that_demands_a_value(snapshot: Snapshot, changes: dict[str, object], status: Status) -> None:
    """A custom field without a default that must have a value is named; every other field is not."""
    field = Field("Lead", "Code__c", "Code", "string", custom=True, createable=True, nillable=False)
    present = {"Lead": (replace(field, **changes),)}  # type: ignore[arg-type]
    assert status_of(replace(snapshot, present=present), "required_fields") is status


def custom(name: str, *targets: str) -> tuple[Field, ...]:
    """The fields of a custom object with lookups to ``targets``."""
    return tuple(
        Field(name, f"Link{number}__c", "Link", "reference", refers_to=(target,))
        for number, target in enumerate(targets)
    )


@pytest.mark.parametrize(
    ("present", "unseen", "words"),
    [
        ({"Seat__c": custom("Seat__c", "Contact")}, (), ""),
        ({"Seat__c": custom("Seat__c", "Order__c"), "Order__c": custom("Order__c", "Account")}, (), ""),
        ({"Seat__c": custom("Seat__c", "Product2")}, (), "two levels: Seat__c."),
        ({"Seat__c": custom("Seat__c", "Contact")}, ("Seat__c",), "sync user: Seat__c."),
        (
            {
                "Seat__c": custom("Seat__c", "Order__c"),
                "Order__c": custom("Order__c", "Batch__c"),
                "Batch__c": custom("Batch__c", "Lead"),
            },
            (),
            "two levels: Seat__c.",
        ),
    ],
)
def test_a_custom_object_that_marketo_will_not_offer(
    snapshot: Snapshot, present: dict[str, tuple[Field, ...]], unseen: tuple[str, ...], words: str
) -> None:
    """Neither what the sync user may not read nor what hangs three levels below people and accounts."""
    chosen = replace(snapshot.expected, custom_objects=tuple(present))
    visible = {name: fields for name, fields in present.items() if name not in unseen}
    found = finding(replace(snapshot, expected=chosen, present=present, visible=visible), "custom_objects")
    assert found.status is (Status.WARN if words else Status.OK)
    assert words in str(found.what)
