"""The list of fields that must stay visible."""

from __future__ import annotations

from runbook_lib.survey.needed_fields import (
    is_needed,
    not_in_every_org,
    required,
    required_full_names,
    wanted,
)
from runbook_lib.survey.requirements import SYNCED_OBJECTS


def test_the_list_names_synced_objects() -> None:
    """Only objects that the sync reads have required or wanted fields."""
    assert set(required()) | set(wanted()) <= set(SYNCED_OBJECTS)


def test_exceptions_are_required_fields() -> None:
    """What not every org has is a required field elsewhere: an exception without a rule would be a slip."""
    for object_name, names in not_in_every_org().items():
        assert names <= required()[object_name]


def test_names_are_sorted_and_full() -> None:
    """Every required field comes once, by object and name."""
    names = list(required_full_names())
    assert names == sorted(set(names)) and "Lead.Email" in names


def test_marketo_s_own_fields_are_needed_on_any_object() -> None:
    """A field with Marketo's prefix is never hidden, in whatever case it is written."""
    assert is_needed("Contact", "MKTO71_Lead_Score__c")
    assert not is_needed("Contact", "Region__c")
