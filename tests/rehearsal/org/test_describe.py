"""Our describes against recorded ones of real orgs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.schema.field_describe import FIELD_KEYS, describe_field
from runbook_lib.rehearsal.org.schema.standard_objects import standard_catalog
from runbook_lib.rehearsal.world import load_world

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "describes"
OBJECTS = ("Lead", "Contact", "Account", "Opportunity", "Event", "Case", "OpportunityContactRole")
NOT_COMPARED = {"label", "picklistValues", "inlineHelpText"}
"""Words that each org chooses for itself."""
EXCEPTIONS = {
    ("Event", "WhatId", "referenceTo"),  # ours lists the objects the rehearsal has
    ("Event", "OwnerId", "referenceTo"),
}
NEWER_KEYS = {"associateEntityType", "associateParentEntity", "sobjectDescribeOption"}
"""Top-level keys that describes before v53 lack."""


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """An org without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


def recorded(object_name: str) -> dict[str, Any]:
    """A recorded describe; the test is skipped where the recordings are not there."""
    path = RECORDED / f"cumulusci_{object_name}.describe.json"
    if not path.exists():
        pytest.skip("the recorded describes are not beside this checkout")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_a_field_has_57_keys_in_alphabetical_order() -> None:
    """Every field of every object has exactly the 57 keys of a describe, in alphabetical order."""
    assert len(FIELD_KEYS) == 57
    for sobject in standard_catalog():
        for field in sobject.fields.values():
            assert tuple(field) == FIELD_KEYS, (sobject.name, field["name"])


@pytest.mark.parametrize("object_name", OBJECTS)
def test_fields_are_as_recorded(org: Org, object_name: str) -> None:
    """A field that the recording has is here too, with equal keys, types of values, and values."""
    ours = {
        field["name"]: field
        for field in org.describe(org.user_id(org.world.admin_username), object_name)["fields"]
    }
    differences = []
    for theirs in recorded(object_name)["fields"]:
        name = theirs["name"]
        if name not in ours and not theirs["custom"] and name.endswith("__c"):
            continue  # fields that the recording project added by hand
        assert set(ours[name]) == set(theirs)
        for key in FIELD_KEYS:
            if key in NOT_COMPARED or (object_name, name, key) in EXCEPTIONS:
                continue
            if ours[name][key] != theirs[key] or type(ours[name][key]) is not type(theirs[key]):
                differences.append((name, key, ours[name][key], theirs[key]))
    assert not differences


@pytest.mark.parametrize("object_name", OBJECTS)
def test_the_object_has_the_keys_of_a_describe(org: Org, object_name: str) -> None:
    """The keys around the fields, and the types of their values, are those of a recorded describe."""
    ours, theirs = org.describe(org.user_id(org.world.admin_username), object_name), recorded(object_name)
    assert set(ours) - NEWER_KEYS == set(theirs) - NEWER_KEYS
    nullable = {"listviewable", "lookupLayoutable"}
    for key in set(ours) & set(theirs) - nullable:
        assert type(ours[key]) is type(theirs[key]), key
    assert ours["keyPrefix"] == theirs["keyPrefix"]
    assert (
        set(ours["childRelationships"][0]) == set(theirs["childRelationships"][0])
        if theirs["childRelationships"] and ours["childRelationships"]
        else True
    )


def test_addresses_carry_the_version_that_was_asked_for(org: Org) -> None:
    """The URLs inside a describe are those of the API version of the call."""
    lead = org.describe(org.user_id(org.world.admin_username), "lead", "59.0")
    assert lead["urls"]["describe"] == "/services/data/v59.0/sobjects/Lead/describe"
    assert lead["recordTypeInfos"][0]["urls"]["layout"].startswith("/services/data/v59.0/")


def test_a_global_entry_has_the_recorded_keys(org: Org) -> None:
    """An entry of the global describe has the keys of a recorded one, and no Tooling object is among them."""
    entries = org.describe_global(org.user_id(org.world.admin_username))["sobjects"]
    names = [entry["name"] for entry in entries]
    assert "Lead" in names and "CustomField" not in names
    path = RECORDED / "cumulusci_Global.describe.json"
    if not path.exists():
        pytest.skip("the recorded describes are not beside this checkout")
    theirs = json.loads(path.read_text(encoding="utf-8"))["sobjects"][0]
    lead = next(entry for entry in entries if entry["name"] == "Lead")
    assert set(lead) == set(theirs)


def test_flags_follow_the_type() -> None:
    """What can be filtered, grouped and counted follows from a field's type."""
    long_text = describe_field("A__c", "textarea", length=32_000)
    assert (long_text["filterable"], long_text["groupable"], long_text["aggregatable"]) == (
        False,
        False,
        False,
    )
    number = describe_field("B__c", "double", precision=10)
    assert (number["filterable"], number["groupable"], number["aggregatable"]) == (True, False, True)
    box = describe_field("C__c", "boolean")
    assert (box["aggregatable"], box["groupable"], box["nillable"]) == (False, True, False)
