"""After Sync Fields whatever opens more to the sync user is named in a consent; before it nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from runbook_lib.change.plan import Change, ChangeKind, Plan
from runbook_lib.change.plans.opening import agreed_by, not_agreed, with_consent_to_open
from runbook_lib.text import say
from tests.org_by_hand import NOW, ORG, small_org

SEEN = frozenset(field.full_name for field in small_org().visible_fields())
READ, NO_READ = {"read": True, "edit": False}, {"read": False}
OPENS = [
    (ChangeKind.GRANT_FIELD, "Lead.Secret__c", {}, "Lead.Secret__c"),
    (ChangeKind.SHOW_FIELD, "Lead.Secret__c", {}, "Lead.Secret__c"),
    (ChangeKind.CREATE_FIELD, "Contact.mkto71_New__c", {}, "Contact.mkto71_New__c"),
    (ChangeKind.GRANT_OBJECT, "Opportunity", NO_READ, "Opportunity.*"),
]


def plan_of(step: str, *changes: tuple[ChangeKind, str, dict[str, bool]]) -> Plan:
    """A plan of these changes."""
    made = tuple(Change(kind, target, before, READ, say("So.")) for kind, target, before in changes)
    return Plan(step, ORG.id, ORG.name, "123-ABC-456", NOW, changes=made)


@pytest.mark.parametrize(("kind", "target", "before", "named"), OPENS)
@pytest.mark.parametrize("step", ["01_marketo_fields", "02_sync_user", "04_field_visibility"])
def test_what_opens_is_named(
    step: str, kind: ChangeKind, target: str, before: dict[str, bool], named: str
) -> None:
    """Each kind of change that opens something needs a consent in each step, and what it names is agreed."""
    plan = with_consent_to_open(plan_of(step, (kind, target, before)), small_org(), SEEN)
    assert plan.needs_approval and named in str(plan.consents[0].text)
    assert agreed_by(plan) == {named}


@pytest.mark.parametrize(("kind", "target", "before", "named"), OPENS)
def test_before_05_nothing_is_asked(
    kind: ChangeKind, target: str, before: dict[str, bool], named: str
) -> None:
    """Where Sync Fields was not begun, showing a field can be taken back."""
    plan = plan_of("04_field_visibility", (kind, target, before))
    assert with_consent_to_open(plan, small_org(), None) == plan


@pytest.mark.parametrize(
    ("kind", "target", "before"),
    [
        (ChangeKind.GRANT_FIELD, "Lead.Region__c", {}),  # he sees it already
        (ChangeKind.GRANT_FIELD, "Lead.Secret__c", {"read": True}),  # only editing is new
        (ChangeKind.GRANT_OBJECT, "Opportunity", {"read": True}),
        (ChangeKind.HIDE_FIELD, "Lead.Region__c", {}),
        (ChangeKind.GRANT_SYSTEM, "PermissionsApiEnabled", {}),
    ],
)
def test_what_opens_nothing_needs_none(kind: ChangeKind, target: str, before: dict[str, bool]) -> None:
    """Editing rights, hiding and what is seen already are no new fields."""
    plan = with_consent_to_open(plan_of("04_field_visibility", (kind, target, before)), small_org(), SEEN)
    assert not plan.needs_approval


def test_what_is_seen_and_was_never_agreed_to() -> None:
    """04 names it without any change; a field that it hides is not named."""
    agreed = SEEN - {"Lead.Region__c", "Contact.Region__c"}
    assert not_agreed(small_org(), agreed) == ("Contact.Region__c", "Lead.Region__c")
    hide: tuple[ChangeKind, str, dict[str, Any]] = (ChangeKind.HIDE_FIELD, "Lead.Region__c", {})
    plan = with_consent_to_open(plan_of("04_field_visibility", hide), small_org(), agreed)
    assert agreed_by(plan) == {"Contact.Region__c"}
