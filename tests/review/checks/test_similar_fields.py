"""Fields of Lead and Contact that mean the same under two names, told before the mappings close."""

from __future__ import annotations

from dataclasses import replace

from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Field, Snapshot
from tests.review.checks.one_check import finding


def with_fields(snapshot: Snapshot, *fields: Field) -> Snapshot:
    """The snapshot in which the sync user sees these fields, too."""
    assert isinstance(snapshot.visible, dict)
    visible = dict(snapshot.visible)
    for field in fields:
        visible[field.object] = (*visible[field.object], field)
    return replace(snapshot, visible=visible)


def test_two_names_for_one_thing_are_told(snapshot: Snapshot) -> None:
    """The same label under two names is a pair that Marketo leaves apart; other fields are not named."""
    seen = with_fields(
        snapshot,
        Field("Lead", "LinkedIn__c", "LinkedIn Profile", "url", length=255, custom=True),
        Field("Contact", "LinkedIn_URL__c", "LinkedIn Profile", "url", length=255, custom=True),
        Field("Contact", "Shoe_Size__c", "Shoe Size", "double", custom=True),
    )
    found = finding(seen, "similar_fields")
    assert found.status is Status.WARN and found.step == "06_field_mappings"
    assert "LinkedIn__c / LinkedIn_URL__c" in str(found.what) and "Shoe" not in str(found.what)
