"""What Marketo asks of an org, as its pages say."""

from __future__ import annotations

import pytest

from runbook_lib.survey.requirements import (
    MARKETO_FIELDS,
    OBJECT_PERMISSIONS,
    RECOMMENDED_FIELDS,
    SYSTEM_PERMISSIONS,
    marketo_field,
)


def test_three_recommended_and_thirteen_optional_fields() -> None:
    """Sixteen fields, each once, all with Marketo's prefix and a custom field's ending."""
    assert len(RECOMMENDED_FIELDS) == 3 and len(MARKETO_FIELDS) == 16
    assert len({field.name for field in MARKETO_FIELDS}) == 16
    assert all(field.name.startswith("mkto71_") and field.name.endswith("__c") for field in MARKETO_FIELDS)


@pytest.mark.parametrize(
    ("name", "metadata"),
    [
        ("mkto71_Lead_Score__c", {"label": "Score", "type": "Number", "precision": 10, "scale": 0}),
        ("mkto71_Acquisition_Date__c", {"label": "Acquisition Date", "type": "DateTime"}),
        ("mkto71_Acquisition_Program__c", {"label": "Acquisition Program", "type": "Text", "length": 255}),
        (
            "mkto71_Acquisition_Program_Id__c",
            {"label": "Acquisition Program Id", "type": "Number", "precision": 18, "scale": 0},
        ),
        (
            "mkto71_Inferred_State_Region__c",
            {"label": "Inferred State Region", "type": "Text", "length": 255},
        ),
    ],
)
def test_the_specification_is_marketo_s(name: str, metadata: dict[str, object]) -> None:
    """Type and size as in the tables of Marketo's page, in the words of the Metadata API."""
    assert marketo_field(name).metadata() == metadata | {"required": False}


def test_wordings_are_those_of_setup() -> None:
    """Length in Setup counts the digits before the point."""
    assert marketo_field("mkto71_Lead_Score__c").wording == "Number(10, 0)"
    assert marketo_field("mkto71_Acquisition_Date__c").wording == "Date/Time"
    assert marketo_field("mkto71_Original_Referrer__c").wording == "Text(255)"


def test_an_unknown_field_is_refused() -> None:
    """A name that Marketo does not know raises, and is not guessed."""
    with pytest.raises(KeyError):
        marketo_field("mkto71_Shoe_Size__c")


def test_eight_permissions_and_five_objects() -> None:
    """As many as Marketo's page lists; only the password that never expires is advice."""
    assert len(SYSTEM_PERMISSIONS) == 8 and len(OBJECT_PERMISSIONS) == 5
    assert [str(permission.label) for permission in SYSTEM_PERMISSIONS if permission.advised] == [
        "Password Never Expires"
    ]
