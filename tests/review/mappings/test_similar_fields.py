"""Fields that mean the same under different names are found; others are left apart."""

from __future__ import annotations

import pytest

from runbook_lib.review.mappings.similar_fields import counterparts, likeness
from runbook_lib.survey.snapshot import Field

PERSONAS = ("Champion", "Decision Maker", "User", "Blocker")


def field(full_name: str, label: str, picklist: tuple[str, ...] = ()) -> Field:
    """A custom field."""
    object_name, name = full_name.split(".")
    return Field(object_name, name, label, "picklist" if picklist else "string", picklist=picklist)


@pytest.mark.parametrize(
    ("lead", "contact"),
    [
        (field("Lead.LinkedIn__c", "LinkedIn Profile URL"), field("Contact.LI__c", "LinkedIn Profile URL")),
        (field("Lead.Product_Interest__c", "Interest"), field("Contact.Product_Interests__c", "Wants")),
        (
            field("Lead.Buyer_Persona__c", "Buyer Persona", PERSONAS),
            field("Contact.Role__c", "Type", PERSONAS),
        ),
        (field("Lead.Cell__c", "Private mobile phone"), field("Contact.Mob__c", "mobile phone private")),
    ],
)
def test_by_label_by_name_by_values(lead: Field, contact: Field) -> None:
    """The same label, nearly the same name, or the very same values make a pair."""
    assert counterparts([lead], [contact]) == [(lead, contact)]


def test_what_differs_stays_apart() -> None:
    """Different words and values are no pair, nor are short lists that are equal by chance."""
    score, number = field("Lead.Score__c", "Score"), field("Contact.Customer_Number__c", "Customer Number")
    yes, no = field("Lead.A__c", "Paid", ("Yes", "No")), field("Contact.B__c", "Member", ("Yes", "No"))
    assert counterparts([score, yes], [number, no]) == []


def test_each_field_is_named_once_and_the_best_first() -> None:
    """Where two contact fields are alike, the lead field goes with the one that is most alike."""
    lead = field("Lead.Region_Code__c", "Region Code")
    best, second = field("Contact.Region_Codes__c", "Code"), field("Contact.Region_Cod__c", "x")
    assert likeness(lead, best) > likeness(lead, second) >= 90
    assert counterparts([lead], [second, best]) == [(lead, best)]
