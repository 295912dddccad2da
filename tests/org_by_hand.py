"""Snapshots made up by hand for the tests of the change and proof floors: a small org, ready to be
connected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from runbook_lib.change.decisions import FieldDecision, Visibility
from runbook_lib.survey.snapshot import (
    Absent,
    DuplicateCounts,
    Expected,
    Field,
    FieldGrant,
    Inventory,
    Lock,
    MarketoState,
    Organization,
    Parents,
    PersonField,
    Snapshot,
    SyncLogin,
    SyncUser,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXPECTED = Expected("acme", "production", "admin@acme.example", "sync@acme.example", "123-ABC-456", "basic")
ORG = Organization("00D5g000000AcmeEAC", "Acme Corporation", "Enterprise Edition", False, "NA224")
USER = SyncUser(
    "0055g0000000002AAA",
    "sync@acme.example",
    "Marketo Sync",
    "sync@acme.example",
    True,
    "00e1",
    "Marketo",
    "Standard",
    administers=False,
    license_key="SFDC",
    license_name="Salesforce",
)
MARKETO = MarketoState(
    "123-ABC-456", "api@acme.example", (PersonField("email", "Email", "email"),), Lock.FREE
)


def a_field(full_name: str, **more: Any) -> Field:
    """A text field that may be hidden; custom where its name says so."""
    object_name, name = full_name.split(".")
    given = {"custom": name.endswith("__c"), "permissionable": True, "updateable": True, **more}
    return Field(object_name, name, name, given.pop("type", "string"), **given)


def field_decisions(*full_names: str, choice: Visibility = Visibility.KEEP) -> dict[str, FieldDecision]:
    """The same decision about each of these fields, as decisions keep them."""
    decisions = {}
    for full_name in full_names:
        object_name, name = full_name.split(".")
        decisions[full_name] = FieldDecision(object_name, name, choice)
    return decisions


def visible(*full_names: str) -> dict[str, tuple[Field, ...]]:
    """Fields as the snapshot keeps them, per object."""
    objects: dict[str, tuple[Field, ...]] = {}
    for full_name in full_names:
        field = a_field(full_name)
        objects[field.object] = (*objects.get(field.object, ()), field)
    return objects


def grant(
    full_name: str, parent: str = "Marketo", *, profile: bool = True, others: int | None = 0
) -> FieldGrant:
    """A row of FieldPermissions; by default of a profile that only the sync user has."""
    return FieldGrant(f"01k-{full_name}-{parent}", full_name, f"0PS-{parent}", parent, profile, True, others)


def small_org(**parts: Any) -> Snapshot:
    """Everything was looked at and nothing is wrong; ``parts`` replace what a test is about."""
    seen = Snapshot(
        NOW,
        EXPECTED,
        organization=ORG,
        sync_user=USER,
        system_permissions={"PermissionsApiEnabled": False},
        permission_set=Absent("Marketo_Sync"),
        visible=visible("Lead.Email", "Lead.Region__c", "Contact.Email", "Contact.Region__c"),
        present=visible("Lead.Email", "Lead.Region__c", "Contact.Email", "Contact.Region__c"),
        grants=(grant("Lead.Region__c"), grant("Contact.Region__c")),
        parents=Parents(),
        records_seen={},
        custom_fields=(),
        conversion=(),
        sync_login=SyncLogin(USER.id, ORG.id, False, NOW),
        rows={"Lead": 900, "Contact": 400, "Account": 0, "Opportunity": 0, "Campaign": 0},
        marketo_calls=3,
        inventory=Inventory(
            {"Lead": 900, "Contact": 400, "Account": 0, "Opportunity": 0, "Campaign": 0},
            converted_leads=0,
            idle={"Lead": 0, "Contact": 0},
            without_role=0,
            currencies=(),
        ),
        duplicates=DuplicateCounts(
            1300, 10, {"lead": 3, "contact": 0, "across": 1}, {"lead": 6, "across": 2}
        ),
        marketo=MARKETO,
    )
    return replace(seen, **parts)
