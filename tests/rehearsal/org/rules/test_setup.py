"""Users, permission sets and permissions under Salesforce's rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.login.session import LoginHost
from runbook_lib.rehearsal.world import load_world


@pytest.fixture
def org() -> Iterator[Org]:
    """World clean without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


@pytest.fixture
def admin(org: Org) -> str:
    """The administrator's id."""
    return org.user_id(org.world.admin_username)


@pytest.fixture
def marketo_set(org: Org, admin: str) -> str:
    """An empty permission set."""
    return org.create(admin, "PermissionSet", {"Name": "Marketo_Sync", "Label": "Marketo Sync"})


def profile(org: Org, name: str) -> str:
    """The id of a profile."""
    return str(org.database.sql('SELECT "Id" FROM org."Profile" WHERE "Name" = $1', [name])[0][0])


def new_user(org: Org, **changes: Any) -> dict[str, Any]:
    """What a new user needs."""
    return {
        "Username": "new@acme.example",
        "LastName": "New",
        "Email": "new@acme.example",
        "Alias": "new",
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "de_DE",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de",
        "ProfileId": profile(org, "Standard User"),
    } | changes


def refused(code: str) -> Any:
    """Expect a fault of that code."""
    return pytest.raises(OrgFault, match=f"^{code}:")


def test_a_new_user_can_log_in_once_he_has_a_password(org: Org, admin: str) -> None:
    """A user made by the API holds the permission set of its profile, and logs in with password and token."""
    user = org.create(admin, "User", new_user(org))
    held = org.query(
        admin,
        f"SELECT PermissionSet.IsOwnedByProfile FROM PermissionSetAssignment WHERE AssigneeId = '{user}'",
    ).rows
    assert [row["PermissionSet"]["IsOwnedByProfile"] for row in held] == [True]
    org.set_password(admin, user, "Secret-Word-9")
    token = org.credential("new@acme.example").security_token
    session = org.log_in("new@acme.example", "Secret-Word-9" + token, LoginHost.PRODUCTION, 64.0, "127.0.0.1")
    assert session.user_id == user


def test_users_are_checked(org: Org, admin: str) -> None:
    """Usernames are unique e-mail forms, required fields are required, and profiles exist."""
    with refused("DUPLICATE_USERNAME"):
        org.create(admin, "User", new_user(org, Username="ADMIN@acme.example"))
    with refused("INVALID_EMAIL_ADDRESS"):
        org.create(admin, "User", new_user(org, Username="new"))
    with refused("STRING_TOO_LONG"):
        org.create(admin, "User", new_user(org, Alias="muchtoolong"))
    with refused("REQUIRED_FIELD_MISSING"):
        org.create(admin, "User", {"Username": "new@acme.example"})
    with refused("INVALID_CROSS_REFERENCE_KEY"):
        org.create(admin, "User", new_user(org, ProfileId="00e000000000000"))


def test_licenses_run_out(org: Org, admin: str) -> None:
    """With no license left an active user cannot be made; an inactive one can."""
    used = org.query(admin, "SELECT UsedLicenses FROM UserLicense WHERE Name = 'Salesforce'").rows[0][
        "UsedLicenses"
    ]
    assert used == 5
    org.database.sql('UPDATE org."UserLicense" SET "TotalLicenses" = 5')
    with refused("LICENSE_LIMIT_EXCEEDED"):
        org.create(admin, "User", new_user(org))
    user = org.create(admin, "User", new_user(org, IsActive=False))
    with refused("LICENSE_LIMIT_EXCEEDED"):
        org.update(admin, "User", user, {"IsActive": True})


def test_another_profile_brings_its_own_permission_set(org: Org, admin: str) -> None:
    """A changed profile changes what the user holds."""
    user = org.user_id("sofia.rossi@acme.example")
    org.update(admin, "User", user, {"ProfileId": profile(org, "System Administrator")})
    assert org.permissions.has(user, "ModifyAllData")
    org.update(admin, "User", user, {"ProfileId": profile(org, "Minimum Access - Marketo")})
    assert not org.permissions.has(user, "ApiEnabled")


def test_system_permissions_come_with_what_they_depend_on(org: Org, admin: str, marketo_set: str) -> None:
    """A permission is refused until those it depends on are there, system and object permissions alike."""
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        org.update(admin, "PermissionSet", marketo_set, {"PermissionsEditPublicTemplates": True})
    org.update(
        admin,
        "PermissionSet",
        marketo_set,
        {
            "PermissionsEditPublicTemplates": True,
            "PermissionsViewSetup": True,
            "PermissionsViewRoles": True,
        },
    )
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        org.update(admin, "PermissionSet", marketo_set, {"PermissionsEditHtmlTemplates": True})
    org.create(
        admin,
        "ObjectPermissions",
        {"ParentId": marketo_set, "SobjectType": "Document", "PermissionsRead": True},
    )
    org.update(admin, "PermissionSet", marketo_set, {"PermissionsEditHtmlTemplates": True})
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        org.update(admin, "PermissionSet", marketo_set, {"PermissionsEditPublicDocuments": True})


def test_leads_are_converted_by_who_may_create_accounts(org: Org, admin: str, marketo_set: str) -> None:
    """Convert Leads is refused without Create on Account, and Create is not taken away under it."""
    convert = {"PermissionsConvertLeads": True}
    with pytest.raises(OrgFault, match=r"ConvertLeads depends on permission\(s\): Create Account"):
        org.update(admin, "PermissionSet", marketo_set, convert)
    rights = {"PermissionsRead": True, "PermissionsCreate": True}
    account = org.create(
        admin, "ObjectPermissions", {"ParentId": marketo_set, "SobjectType": "Account", **rights}
    )
    org.update(admin, "PermissionSet", marketo_set, convert)
    with pytest.raises(OrgFault, match="Create Account"):
        org.update(admin, "ObjectPermissions", account, {"PermissionsCreate": False})


def test_permission_sets_have_names_of_their_own(org: Org, admin: str, marketo_set: str) -> None:
    """A second set of the same name, and a name that is none, are refused."""
    with refused("DUPLICATE_DEVELOPER_NAME"):
        org.create(admin, "PermissionSet", {"Name": "marketo_sync", "Label": "Again"})
    with refused("INVALID_API_NAME"):
        org.create(admin, "PermissionSet", {"Name": "Marketo Sync", "Label": "Again"})
    assert marketo_set.startswith("0PS")


def test_system_permissions_of_a_profile_are_set_on_the_profile(org: Org, admin: str) -> None:
    """The set behind a profile is closed; the profile passes on what it is given."""
    own = profile(org, "Minimum Access - Marketo")
    behind = org.database.sql('SELECT "Id" FROM org."PermissionSet" WHERE "ProfileId" = $1', [own])[0][0]
    with refused("INSUFFICIENT_ACCESS_OR_READONLY"):
        org.update(admin, "PermissionSet", behind, {"PermissionsApiEnabled": True})
    org.update(admin, "Profile", own, {"PermissionsApiEnabled": True})
    assert org.permissions.has(org.user_id(org.world.sync_username), "ApiEnabled")


def test_an_assignment_is_made_once(org: Org, admin: str, marketo_set: str) -> None:
    """A second assignment is a duplicate; deleting the first takes the permissions away."""
    sync = org.user_id(org.world.sync_username)
    wanted = {"AssigneeId": sync, "PermissionSetId": marketo_set}
    org.update(admin, "PermissionSet", marketo_set, {"PermissionsApiEnabled": True})
    assignment = org.create(admin, "PermissionSetAssignment", wanted)
    assert org.permissions.has(sync, "ApiEnabled")
    with refused("DUPLICATE_VALUE"):
        org.create(admin, "PermissionSetAssignment", wanted)
    with refused("DELETE_FAILED"):
        org.delete(admin, "PermissionSet", marketo_set)
    org.delete(admin, "PermissionSetAssignment", assignment)
    assert not org.permissions.has(sync, "ApiEnabled")
    org.delete(admin, "PermissionSet", marketo_set)


def object_permission(org: Org, parent: str, name: str, *rights: str) -> str:
    """Grant rights on an object."""
    admin = org.user_id(org.world.admin_username)
    granted = {f"Permissions{right}": True for right in rights}
    return org.create(admin, "ObjectPermissions", {"ParentId": parent, "SobjectType": name} | granted)


def test_object_permissions(org: Org, admin: str, marketo_set: str) -> None:
    """Rights depend on each other, tasks and events have none, and one object has one row."""
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        object_permission(org, marketo_set, "Lead", "Read", "Delete")
    for name in ("Task", "Event", "User", "Nope"):
        with refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"):
            object_permission(org, marketo_set, name, "Read")
    row = object_permission(org, marketo_set, "Lead", "Read", "Create", "Edit")
    with refused("DUPLICATE_VALUE"):
        object_permission(org, marketo_set, "Lead", "Read")
    org.update(
        admin,
        "ObjectPermissions",
        row,
        {"PermissionsRead": False, "PermissionsCreate": False, "PermissionsEdit": False},
    )
    with refused("NOT_FOUND"):
        org.read(admin, "ObjectPermissions", row)


def field_permission(org: Org, parent: str, field: str, *, edit: bool = False, read: bool = True) -> str:
    """Grant a field."""
    return org.create(
        org.user_id(org.world.admin_username),
        "FieldPermissions",
        {
            "ParentId": parent,
            "SobjectType": field.partition(".")[0],
            "Field": field,
            "PermissionsRead": read,
            "PermissionsEdit": edit,
        },
    )


def test_field_permissions(org: Org, admin: str, marketo_set: str) -> None:
    """Edit needs read, formulas are read-only, and parts of addresses are not eligible."""
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        field_permission(org, marketo_set, "Lead.Phone", edit=True, read=False)
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        field_permission(org, marketo_set, "Lead.Days_Since_Created__c", edit=True)
    for field in ("Lead.Street", "Lead.LastName", "Lead.Nope__c", "Nope.Phone"):
        with refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"):
            field_permission(org, marketo_set, field)
    row = field_permission(org, marketo_set, "Lead.Phone", edit=True)
    with refused("DUPLICATE_VALUE"):
        field_permission(org, marketo_set, "Lead.Phone")
    org.update(admin, "FieldPermissions", row, {"PermissionsEdit": False})
    org.update(admin, "FieldPermissions", row, {"PermissionsRead": False})
    assert (
        org.query(admin, f"SELECT COUNT() FROM FieldPermissions WHERE ParentId = '{marketo_set}'").total == 0
    )


def test_a_field_cannot_be_hidden_under_view_all_fields(org: Org, admin: str, marketo_set: str) -> None:
    """While View All Fields is on, the row of a field cannot be emptied."""
    object_permission(org, marketo_set, "Lead", "Read", "ViewAllFields")
    row = field_permission(org, marketo_set, "Lead.Phone")
    with refused("FIELD_INTEGRITY_EXCEPTION"):
        org.update(admin, "FieldPermissions", row, {"PermissionsRead": False})


def test_eligible_fields_are_in_the_picklist(org: Org, admin: str) -> None:
    """FieldPermissions.Field lists what can be granted: the address, not its parts."""
    field = next(field for field in org.visible_fields(admin, "FieldPermissions") if field["name"] == "Field")
    values = {value["value"] for value in field["picklistValues"]}
    assert {"Lead.Address", "Lead.Region__c", "Task.Description"} <= values
    assert not {"Lead.Street", "Lead.LastName", "Lead.Id"} & values


def test_a_lockout_can_only_be_lifted(org: Org, admin: str) -> None:
    """IsPasswordLocked can be set to false, never to true."""
    org.lock("sofia.rossi@acme.example")
    user = org.user_id("sofia.rossi@acme.example")
    row = org.query(admin, f"SELECT Id, IsPasswordLocked FROM UserLogin WHERE UserId = '{user}'").rows[0]
    assert row["IsPasswordLocked"] is True
    org.update(admin, "UserLogin", row["Id"], {"IsPasswordLocked": False})
    with refused("INVALID_FIELD_FOR_INSERT_UPDATE"):
        org.update(admin, "UserLogin", row["Id"], {"IsPasswordLocked": True})


def test_only_who_manages_may_write_setup(org: Org) -> None:
    """A standard user can make neither users nor permission sets."""
    seller = org.user_id("sofia.rossi@acme.example")
    with refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"):
        org.create(seller, "PermissionSet", {"Name": "Mine", "Label": "Mine"})
    with refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"):
        org.create(seller, "User", new_user(org))
