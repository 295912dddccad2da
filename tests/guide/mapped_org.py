"""An org whose pairs of Lead and Contact fields fit, lose values, clash, look alike or are fixed."""

from __future__ import annotations

from dataclasses import replace

from runbook_lib.survey.snapshot import Field, Snapshot
from tests.org_by_hand import a_field, small_org

PICKLIST = {"type": "picklist", "length": 255, "restricted_picklist": True}
FIELDS = (
    a_field("Lead.Region__c", length=80),
    a_field("Contact.Region__c", length=80),
    a_field("Lead.Segment__c", picklist=("SMB", "Enterprise"), **PICKLIST),
    a_field("Contact.Segment__c", picklist=("Enterprise", "Other"), **PICKLIST),
    a_field("Lead.Budget__c", type="double", precision=18, scale=2),
    a_field("Contact.Budget__c", length=40, calculated=True),
    a_field("Lead.LinkedIn__c", length=255),
    replace(a_field("Contact.LinkedIn_URL__c", length=255), label="LinkedIn__c"),
    a_field("Lead.Alone__c", length=10),
    a_field("Contact.Shoe__c", length=10),
    a_field("Lead.City", custom=False, length=40),
    a_field("Contact.MailingCity", custom=False, length=40),
)  # fmt: skip


def org_with(*fields: Field) -> Snapshot:
    """An org in which the sync user sees these fields."""
    visible = {name: tuple(field for field in fields if field.object == name) for name in ("Lead", "Contact")}
    return small_org(visible=visible, present=visible)
