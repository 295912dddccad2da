"""Salesforce fields are found in Marketo however it spells them, and nothing else is taken for them."""

from __future__ import annotations

import pytest

from runbook_lib.rehearsal.instance.field_types import CrmField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.habits import SPELLINGS, Habits
from runbook_lib.review.fields.marketo_names import MarketoNames, Spelling, is_own, strangers

PACKAGED = ("npsp__Average_Gift__c", "DSCORGPKG__Email_Invalid__c", "rkpi2__rkCompanyId__c")


@pytest.mark.parametrize("habit", SPELLINGS)
def test_fields_of_packages_are_found(habit: str) -> None:
    """Fields with a namespace are found in either spelling, and it is said which one it is."""
    book = FieldBook(habits=Habits(spelling=habit))
    made = book.learn([
        CrmField(object_name, name, f"{object_name} {name}", "string", 40, 0, True)
        for name in (*PACKAGED, "Region__c") for object_name in ("Lead", "Account")
    ])  # fmt: skip
    names = MarketoNames.of(field.rest_name for field in made)
    assert {names.spelling(name) for name in PACKAGED} == {Spelling(habit)}
    assert len(names.named("Region__c")) == 2
    assert strangers([field.rest_name for field in made], (*PACKAGED, "Region__c")) == []


@pytest.mark.parametrize(
    ("marketo", "field"),
    [
        ("Region__c", "Region__c"),
        ("region_c", "Region__c"),
        ("Region__c_contact", "Region__c"),
        ("MiddleName_lead", "MiddleName"),
        ("Tier__c_account_2", "Tier__c"),
        ("rkpi2__rkCompanyId__c_account", "rkpi2__rkCompanyId__c"),
        ("npsp_Average_Gift_c", "npsp__Average_Gift__c"),
    ],
)
def test_a_name_is_recognized(marketo: str, field: str) -> None:
    """As in Salesforce, with single underscores, and with the endings that names get when they clash."""
    assert MarketoNames.of([marketo]).named(field) == (marketo,)
    assert strangers([marketo], [field]) == []


@pytest.mark.parametrize(
    ("marketo", "field"),
    [("Name_of_Dog__c", "Name"), ("Site_Visit__c", "Site"), ("Region__c_old", "Region__c")],
)
def test_a_name_that_only_begins_alike_is_a_stranger(marketo: str, field: str) -> None:
    """A standard field does not cover whatever begins with its name."""
    assert MarketoNames.of([marketo]).named(field) == ()
    assert strangers([marketo], [field]) == [marketo]


def test_which_fields_keep_their_name() -> None:
    """Custom fields do; standard ones and Marketo's own go into fields that are there."""
    assert [is_own(name) for name in ("Region__c", "mkto71_Lead_Score__c", "Email")] == [True, False, False]
