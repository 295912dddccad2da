"""Who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world


@pytest.fixture
def org() -> Iterator[Org]:
    """World clean without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


def grant(org: Org, **objects: str) -> str:
    """A permission set for the sync user with read on these objects; gives its id."""
    admin, sync = (org.user_id(name) for name in (org.world.admin_username, org.world.sync_username))
    set_id = org.create(admin, "PermissionSet", {"Name": "Marketo_Sync", "Label": "Marketo Sync"})
    for name in objects:
        org.create(
            admin, "ObjectPermissions", {"ParentId": set_id, "SobjectType": name, "PermissionsRead": True}
        )
    org.create(admin, "PermissionSetAssignment", {"AssigneeId": sync, "PermissionSetId": set_id})
    return set_id


def visible(org: Org, object_name: str) -> set[str]:
    """The fields the sync user sees."""
    return {field["name"] for field in org.visible_fields(org.user_id(org.world.sync_username), object_name)}


def hide(org: Org, field: str) -> None:
    """Take a field away from the sync user's profile."""
    org.database.sql('DELETE FROM org."FieldPermissions" WHERE "Field" = $1', [field])


def test_an_object_needs_a_permission(org: Org) -> None:
    """Without object permission an object is unknown, in describe, global describe and SOQL alike."""
    sync = org.user_id(org.world.sync_username)
    for ask in (lambda: org.describe(sync, "Lead"), lambda: org.query(sync, "SELECT Id FROM Lead")):
        with pytest.raises(OrgFault, match="INVALID_TYPE"):
            ask()
    assert "Lead" not in {sobject["name"] for sobject in org.describe_global(sync)["sobjects"]}
    grant(org, Lead="r")
    assert "Lead" in {sobject["name"] for sobject in org.describe_global(sync)["sobjects"]}
    assert org.query(sync, "SELECT COUNT() FROM Lead").total == 0


def test_a_hidden_field_is_as_if_it_were_not_there(org: Org) -> None:
    """A field without FieldPermissions is absent from describe and 'No such column' in SOQL."""
    grant(org, Lead="r")
    assert "Region__c" in visible(org, "Lead")
    hide(org, "Lead.Region__c")
    assert "Region__c" not in visible(org, "Lead")
    sync = org.user_id(org.world.sync_username)
    for soql in (
        "SELECT Region__c FROM Lead",
        "SELECT Id FROM Lead WHERE Region__c = 'EMEA'",
        "SELECT COUNT(Region__c) FROM Lead",
        "SELECT Id FROM Lead ORDER BY Region__c",
    ):
        with pytest.raises(OrgFault, match="No such column 'Region__c'"):
            org.query(sync, soql)


def test_a_field_that_cannot_be_hidden_stays(org: Org) -> None:
    """Fields that are not permissionable are seen by everyone who may read the object."""
    grant(org, Lead="r")
    org.database.sql('DELETE FROM org."FieldPermissions"')
    assert {"Id", "LastName", "Company", "Status", "OwnerId"} <= visible(org, "Lead")
    assert not {"Email", "Phone", "Region__c"} & visible(org, "Lead")


def test_an_address_goes_as_a_whole(org: Org) -> None:
    """The parts of an address are seen exactly when the address is."""
    grant(org, Lead="r")
    assert {"Address", "Street", "City", "PostalCode"} <= visible(org, "Lead")
    hide(org, "Lead.Address")
    assert not {"Address", "Street", "City", "PostalCode"} & visible(org, "Lead")


def test_what_is_seen_is_the_union(org: Org) -> None:
    """A field hidden by the profile is seen when one assigned permission set grants it."""
    set_id = grant(org, Lead="r")
    hide(org, "Lead.Region__c")
    org.create(
        org.user_id(org.world.admin_username),
        "FieldPermissions",
        {"ParentId": set_id, "SobjectType": "Lead", "Field": "Lead.Region__c", "PermissionsRead": True},
    )
    assert "Region__c" in visible(org, "Lead")
    field = next(
        field
        for field in org.visible_fields(org.user_id(org.world.sync_username), "Lead")
        if field["name"] == "Region__c"
    )
    assert (field["updateable"], field["createable"]) == (False, False)


@pytest.mark.parametrize("scope", ["object", "everywhere"])
def test_view_all_fields_overrides(org: Org, scope: str) -> None:
    """View All Fields, on the object or for all objects, shows every field."""
    set_id = grant(org, Lead="r")
    org.database.sql('DELETE FROM org."FieldPermissions"')
    table, column = (
        ("ObjectPermissions", "PermissionsViewAllFields")
        if scope == "object"
        else ("PermissionSet", "PermissionsViewAllFieldsGlobal")
    )
    key = "ParentId" if scope == "object" else "Id"
    org.database.sql(f'UPDATE org."{table}" SET "{column}" = true WHERE "{key}" = $1', [set_id])
    assert {"Email", "Region__c", "Street"} <= visible(org, "Lead")


def test_groups_of_permission_sets_count(org: Org) -> None:
    """A permission set held by way of a group gives what it gives."""
    admin, sync = (org.user_id(name) for name in (org.world.admin_username, org.world.sync_username))
    held = org.query(admin, "SELECT Id FROM PermissionSet WHERE Name = 'Sales_Insights'").rows[0]["Id"]
    group = org.create(admin, "PermissionSetGroup", {"DeveloperName": "Sales", "MasterLabel": "Sales"})
    org.create(admin, "PermissionSetGroupComponent", {"PermissionSetGroupId": group, "PermissionSetId": held})
    with pytest.raises(OrgFault):
        visible(org, "Opportunity")
    org.create(admin, "PermissionSetAssignment", {"AssigneeId": sync, "PermissionSetGroupId": group})
    assert "StageName" in visible(org, "Opportunity")


def test_setup_objects_need_view_setup(org: Org) -> None:
    """Who may not look into Setup cannot query permissions, but everyone can read what he himself may do."""
    sync = org.user_id(org.world.sync_username)
    for name in ("FieldPermissions", "ObjectPermissions", "PermissionSet"):
        with pytest.raises(OrgFault, match="INVALID_TYPE"):
            org.query(sync, f"SELECT Id FROM {name}")
    own = org.query(
        sync, "SELECT PermissionsApiEnabled, PermissionsActivitiesAccess FROM UserPermissionAccess"
    ).rows
    assert [(row["PermissionsApiEnabled"], row["PermissionsActivitiesAccess"]) for row in own] == [
        (False, True)
    ]


def test_a_changed_permission_counts_at_once(org: Org) -> None:
    """What was granted or taken, by whatever way, holds for the next call."""
    grant(org, Lead="r")
    assert "Email" in visible(org, "Lead")
    hide(org, "Lead.Email")
    assert "Email" not in visible(org, "Lead")


def held_by_group(org: Org, *fields: str) -> tuple[str, str]:
    """A group with one set that shows these fields of Lead, given to the sync user; ids of set and group."""
    admin, sync = (org.user_id(name) for name in (org.world.admin_username, org.world.sync_username))
    set_id = org.create(admin, "PermissionSet", {"Name": "Stewards", "Label": "Stewards"})
    org.create(
        admin, "ObjectPermissions", {"ParentId": set_id, "SobjectType": "Lead", "PermissionsRead": True}
    )
    for field in fields:
        row = {"ParentId": set_id, "SobjectType": "Lead", "Field": field, "PermissionsRead": True}
        org.create(admin, "FieldPermissions", row)
    group = org.create(admin, "PermissionSetGroup", {"DeveloperName": "Data", "MasterLabel": "Data"})
    org.create(
        admin, "PermissionSetGroupComponent", {"PermissionSetGroupId": group, "PermissionSetId": set_id}
    )
    org.create(admin, "PermissionSetAssignment", {"AssigneeId": sync, "PermissionSetGroupId": group})
    return set_id, group


def rows_of(org: Org, soql: str) -> list[dict[str, object]]:
    """What the administrator is answered."""
    return [dict(row) for row in org.query(org.user_id(org.world.admin_username), soql).rows]


GRANTS = (
    "SELECT Id, ParentId FROM FieldPermissions WHERE Field = '{field}' AND ParentId IN "
    "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '{user}')"
)


def grants(org: Org, field: str) -> list[dict[str, object]]:
    """Every row that grants the sync user a field."""
    return rows_of(org, GRANTS.format(field=field, user=org.user_id(org.world.sync_username)))


def test_a_field_granted_three_ways_is_hidden_only_when_all_are_shut(org: Org) -> None:
    """Two permission sets and a profile show a field; it stays until the last of them is hidden."""
    admin = org.user_id(org.world.admin_username)
    first = grant(org, Lead="r")
    second, _ = held_by_group(org)
    org.create(
        admin,
        "PermissionSetAssignment",
        {"AssigneeId": org.user_id(org.world.sync_username), "PermissionSetId": second},
    )
    for parent in (first, second):
        row = {"ParentId": parent, "SobjectType": "Lead", "Field": "Lead.Region__c", "PermissionsRead": True}
        org.create(admin, "FieldPermissions", row)
    shut = [grant for grant in grants(org, "Lead.Region__c") if not _is_of_group(org, grant["ParentId"])]
    assert len(shut) == 3
    for row in shut:
        assert "Region__c" in visible(org, "Lead")
        none = {"PermissionsRead": False, "PermissionsEdit": False}
        org.update(admin, "FieldPermissions", str(row["Id"]), none)
    assert "Region__c" not in visible(org, "Lead")
    assert grants(org, "Lead.Region__c") == []


def _is_of_group(org: Org, set_id: object) -> bool:
    return rows_of(org, f"SELECT Type FROM PermissionSet WHERE Id = '{set_id}'")[0]["Type"] == "Group"


def test_a_group_stands_in_queries_as_a_permission_set_of_its_own(org: Org) -> None:
    """The set of a group holds the sum of its parts, follows them at once, and is edited by nobody."""
    admin = org.user_id(org.world.admin_username)
    hide(org, "Lead.Region__c")
    set_id, group = held_by_group(org, "Lead.Region__c")
    found = grants(org, "Lead.Region__c")
    assert [_is_of_group(org, grant["ParentId"]) for grant in found] == [True]
    assert "Region__c" in visible(org, "Lead")
    none = {"PermissionsRead": False, "PermissionsEdit": False}
    with pytest.raises(OrgFault, match="permission set group"):
        org.update(admin, "FieldPermissions", str(found[0]["Id"]), none)
    part = rows_of(
        org, f"SELECT Id FROM FieldPermissions WHERE ParentId = '{set_id}' AND Field = 'Lead.Region__c'"
    )
    org.update(admin, "FieldPermissions", str(part[0]["Id"]), none)
    assert "Region__c" not in visible(org, "Lead")
    org.delete(admin, "PermissionSetGroup", group)
    with pytest.raises(OrgFault, match="INVALID_TYPE"):
        visible(org, "Lead")


@pytest.mark.parametrize("scope", ["object", "everywhere"])
@pytest.mark.parametrize("way", ["update", "delete"])
def test_what_view_all_fields_shows_cannot_be_hidden(org: Org, scope: str, way: str) -> None:
    """While its parent shows all fields, no field permission is taken away: FIELD_INTEGRITY_EXCEPTION."""
    admin = org.user_id(org.world.admin_username)
    set_id = grant(org, Lead="r")
    row = {"ParentId": set_id, "SobjectType": "Lead", "Field": "Lead.Region__c", "PermissionsRead": True}
    row_id = org.create(admin, "FieldPermissions", row)
    table, column, key = (
        ("ObjectPermissions", "PermissionsViewAllFields", "ParentId")
        if scope == "object"
        else ("PermissionSet", "PermissionsViewAllFieldsGlobal", "Id")
    )
    org.database.sql(f'UPDATE org."{table}" SET "{column}" = true WHERE "{key}" = $1', [set_id])
    with pytest.raises(OrgFault, match="FIELD_INTEGRITY_EXCEPTION: Read permission is required"):
        if way == "delete":
            org.delete(admin, "FieldPermissions", row_id)
        else:
            org.update(
                admin, "FieldPermissions", row_id, {"PermissionsRead": False, "PermissionsEdit": False}
            )


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        ("Lead.Street", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Lead.LastName", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Lead.Region__c", "DUPLICATE_VALUE"),
    ],
)
def test_field_permissions_that_cannot_be_made(org: Org, field: str, refused: str) -> None:
    """A part of an address, a field that cannot be hidden, and a row that is there already are refused."""
    admin = org.user_id(org.world.admin_username)
    set_id = grant(org, Lead="r")
    row = {"ParentId": set_id, "SobjectType": "Lead", "PermissionsRead": True}
    org.create(admin, "FieldPermissions", row | {"Field": "Lead.Region__c"})
    with pytest.raises(OrgFault, match=refused):
        org.create(admin, "FieldPermissions", row | {"Field": field})


def test_rights_are_asked_again_after_a_write_to_their_tables_only(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else is written costs no question; what may change a right does, in any writing, and what
    was taken back."""
    asked: list[str] = []
    inner = org.database.sql

    def counted(text: str, *params: Any) -> list[tuple[Any, ...]]:
        asked.extend([text] if "PermissionsViewAllData" in text else [])
        return inner(text, *params)

    monkeypatch.setattr(org.database, "sql", counted)
    sync, change = org.user_id(org.world.sync_username), '"PermissionsViewAllData" = {} WHERE true'
    assert not org.permissions.has(sync, "ViewAllData") and len(asked) <= 1
    org.database.sql('UPDATE org."User" SET "LastLoginDate" = now()')
    assert not org.permissions.has(sync, "ViewAllData") and len(asked) <= 1
    with org.database.transaction() as transaction:
        org.database.sql(f"UPDATE org.PermissionSet SET {change.format('true')}")
        assert org.permissions.has(sync, "ViewAllData")
        transaction.give_up()
    assert not org.permissions.has(sync, "ViewAllData")
    with org.database.cursor() as cursor:
        cursor.execute(f'UPDATE org."PermissionSet" SET {change.format("true")}')
    assert org.permissions.has(sync, "ViewAllData")
