"""What Salesforce enforces for users, profiles and permission sets beyond field types.

Source: Object Reference, User, PermissionSet, PermissionSetAssignment, ObjectPermissions, FieldPermissions;
dependencies as Setup shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .catalog import Catalog, SObject, system_permissions
from .database import Database
from .faults import OrgFault
from .founding import is_editable
from .values import EMAIL, bad_picklist_value

if TYPE_CHECKING:
    from .records import Records

Row = dict[str, Any]
LETTERS = {"r": "Read", "c": "Create", "e": "Edit", "d": "Delete"}
NEEDS = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
    "ViewAllFields": ("Read",),
}
"""Right of ObjectPermissions → the rights it depends on."""
SYSTEM = "0055g0000000001AAA"


class SetupRules:
    """The rules of setup objects, called before and after each write."""

    def __init__(self, database: Database, catalog: Catalog, records: Records) -> None:
        self._database = database
        self._catalog = catalog
        self._records = records

    # before and after -------------------------------------------------------------------------------
    def before_create(self, sobject: SObject, row: Row) -> Row:
        """The row to write; OrgFault when a rule forbids it."""
        match sobject.name:
            case "User":
                return self._new_user(row)
            case "PermissionSet":
                return self._new_permission_set(row)
            case "PermissionSetAssignment":
                self._check_assignment(row)
                return row | {"IsActive": True}
            case "ObjectPermissions":
                self._check_object_permission(row)
                self._check_new(sobject, row, "SobjectType")
            case "FieldPermissions":
                row = self._field_permission(row)
                self._check_new(sobject, row, "Field")
        return row

    def after_create(self, sobject: SObject, row: Row) -> None:
        """What follows from a new record."""
        if sobject.name == "User":
            user_id = row["Id"]
            self._records.insert(self._catalog["UserLogin"], {"UserId": user_id}, user_id)
            self._hold_profile(user_id, row["ProfileId"])
            self.count_licenses()

    def before_update(self, sobject: SObject, old: Row, changes: Row) -> Row:
        """The changes to write, nothing when the row goes away; OrgFault when a rule forbids them."""
        new = old | changes
        match sobject.name:
            case "User":
                self._check_user(new, own_id=old["Id"])
                if new["IsActive"] and (not old["IsActive"] or new["ProfileId"] != old["ProfileId"]):
                    self._check_license(new["ProfileId"])
            case "PermissionSet":
                if old["IsOwnedByProfile"]:
                    raise OrgFault(
                        400,
                        "INSUFFICIENT_ACCESS_OR_READONLY",
                        "You can't edit a permission set that is owned by a profile: edit the profile",
                    )
                self._check_dependencies(new)
            case "ObjectPermissions":
                self._check_object_permission(new)
            case "FieldPermissions":
                return self._field_permission_changes(old, changes)
            case "UserLogin":
                if changes.get("IsPasswordLocked") and not old["IsPasswordLocked"]:
                    raise OrgFault(
                        400,
                        "INVALID_FIELD_FOR_INSERT_UPDATE",
                        "IsPasswordLocked can only be changed to false",
                        ("IsPasswordLocked",),
                    )
        return changes

    def after_update(self, sobject: SObject, row: Row) -> None:
        """What follows from a changed record."""
        match sobject.name:
            case "User":
                self._drop_profile(row["Id"], row["ProfileId"])
                self._hold_profile(row["Id"], row["ProfileId"])
                self.count_licenses()
            case "Profile":
                held = {name: value for name, value in row.items() if name.startswith("Permissions")}
                for one in self._records.find("PermissionSet", ProfileId=row["Id"]):
                    self._records.write(self._catalog["PermissionSet"], one["Id"], held, SYSTEM)
            case "ObjectPermissions":
                rights = [row[f"Permissions{right}"] for right in ("Read", *NEEDS)]
                if not any(rights):
                    self._database.sql('DELETE FROM org."ObjectPermissions" WHERE "Id" = $1', [row["Id"]])

    def before_delete(self, sobject: SObject, row: Row) -> None:
        """OrgFault when a rule forbids deleting the record."""
        if sobject.name == "PermissionSet":
            if row["IsOwnedByProfile"] or self._records.find(
                "PermissionSetAssignment", PermissionSetId=row["Id"]
            ):
                raise OrgFault(
                    400,
                    "DELETE_FAILED",
                    "Your attempt to delete the permission set could not be "
                    "completed because it is assigned to users.",
                )
        if sobject.name == "PermissionSetAssignment":
            held = self._records.find("PermissionSet", Id=row["PermissionSetId"])
            if held and held[0]["IsOwnedByProfile"]:
                raise OrgFault(
                    400,
                    "INSUFFICIENT_ACCESS_OR_READONLY",
                    "You can't remove the permission set of the user's profile",
                )

    def after_delete(self, sobject: SObject, row: Row) -> None:
        """What goes away with a deleted record."""
        if sobject.name == "PermissionSet":
            for child in ("ObjectPermissions", "FieldPermissions"):
                self._database.sql(f'DELETE FROM org."{child}" WHERE "ParentId" = $1', [row["Id"]])

    # users ------------------------------------------------------------------------------------------
    def _new_user(self, row: Row) -> Row:
        self._check_user(row, own_id="")
        row.setdefault("CommunityNickname", str(row["Username"]).partition("@")[0][:40])
        row = row | {"UserType": "Standard"}
        if row["IsActive"]:
            self._check_license(row["ProfileId"])
        return row

    def _check_user(self, row: Row, *, own_id: str) -> None:
        username = str(row["Username"])
        if not EMAIL.match(username):
            raise OrgFault(
                400,
                "INVALID_EMAIL_ADDRESS",
                "Username: The username must be in the form of an email "
                "address (for example, john@acme.com).",
                ("Username",),
            )
        taken = self._database.sql(
            'SELECT "Id" FROM org."User" WHERE lower("Username") = lower($1) AND "Id" <> $2',
            [username, own_id],
        )
        if taken:
            raise OrgFault(
                400,
                "DUPLICATE_USERNAME",
                "Duplicate Username.<br>The username already exists in this or "
                "another Salesforce organization. Usernames must be unique across all Salesforce "
                "organizations. To resolve, use a different username (it doesn't need to match the "
                "user's email address).",
                ("Username",),
            )
        if not self._records.find("Profile", Id=row["ProfileId"]):
            raise OrgFault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ("ProfileId",))

    def _check_license(self, profile_id: str) -> None:
        left = self._database.sql(
            'SELECT l."TotalLicenses" - (SELECT count(*) FROM org."User" u JOIN org."Profile" q '
            'ON q."Id" = u."ProfileId" WHERE u."IsActive" AND q."UserLicenseId" = l."Id") '
            'FROM org."Profile" p JOIN org."UserLicense" l ON l."Id" = p."UserLicenseId" WHERE p."Id" = $1',
            [profile_id],
        )
        if left and left[0][0] <= 0:
            raise OrgFault(400, "LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded", ("ProfileId",))

    def count_licenses(self) -> None:
        """Bring UserLicense.UsedLicenses up to date."""
        self._database.sql(
            'UPDATE org."UserLicense" SET "UsedLicenses" = (SELECT count(*) FROM org."User" u JOIN org."Profile" p '
            'ON p."Id" = u."ProfileId" WHERE u."IsActive" AND p."UserLicenseId" = org."UserLicense"."Id")'
        )

    def _hold_profile(self, user_id: str, profile_id: str) -> None:
        own = self._records.find("PermissionSet", ProfileId=profile_id)[0]["Id"]
        if not self._records.find("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=own):
            self._records.insert(
                self._catalog["PermissionSetAssignment"],
                {"AssigneeId": user_id, "PermissionSetId": own, "IsActive": True},
                SYSTEM,
            )

    def _drop_profile(self, user_id: str, profile_id: str) -> None:
        """Take away the permission set of every profile but the present one."""
        self._database.sql(
            'DELETE FROM org."PermissionSetAssignment" WHERE "AssigneeId" = $1 AND "PermissionSetId" IN '
            '(SELECT "Id" FROM org."PermissionSet" WHERE "IsOwnedByProfile" AND "ProfileId" <> $2)',
            [user_id, profile_id],
        )

    # permission sets ----------------------------------------------------------------------------------
    def _new_permission_set(self, row: Row) -> Row:
        name = str(row["Name"])
        if not name.replace("_", "").isalnum() or not name[0].isalpha() or "__" in name or name.endswith("_"):
            raise OrgFault(
                400,
                "INVALID_API_NAME",
                "The Permission Set API Name can only contain underscores and "
                "alphanumeric characters. It must be unique, begin with a letter, not include spaces, "
                "not end with an underscore, and not contain two consecutive underscores.",
                ("Name",),
            )
        if self._database.sql('SELECT 1 FROM org."PermissionSet" WHERE lower("Name") = lower($1)', [name]):
            raise OrgFault(
                400,
                "DUPLICATE_DEVELOPER_NAME",
                f"The name you specified is already in use: {name}",
                ("Name",),
            )
        row = row | {"IsOwnedByProfile": False, "IsCustom": True, "Type": "Regular"}
        self._check_dependencies(row)
        return row

    def _check_dependencies(self, row: Mapping[str, Any]) -> None:
        """A system permission comes only together with those it depends on."""
        for permission in system_permissions():
            if not row.get(f"Permissions{permission.name}"):
                continue
            missing = [need for need in permission.requires if not self._is_met(row, need)]
            if missing:
                raise OrgFault(
                    400,
                    "FIELD_INTEGRITY_EXCEPTION",
                    f"Permission {permission.label} depends on permission(s): "
                    f"{', '.join(_in_words(need) for need in missing)}",
                    (f"Permissions{permission.name}",),
                )

    def _is_met(self, row: Mapping[str, Any], need: str) -> bool:
        object_name, _, letters = need.partition(":")
        if not letters:
            return bool(row.get(f"Permissions{need}"))
        held = self._records.find("ObjectPermissions", ParentId=row.get("Id", ""), SobjectType=object_name)
        return bool(held) and all(held[0][f"Permissions{LETTERS[letter]}"] for letter in letters)

    def _check_assignment(self, row: Row) -> None:
        for name, kind in (
            ("PermissionSetId", "PermissionSet"),
            ("PermissionSetGroupId", "PermissionSetGroup"),
            ("AssigneeId", "User"),
        ):
            if row.get(name) and not self._records.find(kind, Id=row[name]):
                raise OrgFault(
                    400, "INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {name}", (name,)
                )
        which = "PermissionSetId" if row.get("PermissionSetId") else "PermissionSetGroupId"
        if not row.get(which):
            raise OrgFault(
                400,
                "REQUIRED_FIELD_MISSING",
                "Required fields are missing: [PermissionSetId]",
                ("PermissionSetId",),
            )
        if self._records.find(
            "PermissionSetAssignment", **{"AssigneeId": row["AssigneeId"], which: row[which]}
        ):
            raise OrgFault(
                400,
                "DUPLICATE_VALUE",
                f"Duplicate PermissionSetAssignment. Assignee: "
                f"{row['AssigneeId']}; Permission Set: {row[which]}",
                ("PermissionSetId", "AssigneeId"),
            )

    # object and field permissions -----------------------------------------------------------------------
    def _check_new(self, sobject: SObject, row: Row, key: str) -> None:
        if self._records.find(sobject.name, **{"ParentId": row["ParentId"], key: row[key]}):
            raise OrgFault(
                400,
                "DUPLICATE_VALUE",
                f"duplicate value found: <unknown> duplicates value on record "
                f"with id: {row['ParentId']}: {row[key]}",
            )
        if not self._records.find("PermissionSet", Id=row["ParentId"]):
            raise OrgFault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ("ParentId",))

    def _check_object_permission(self, row: Row) -> None:
        target = self._catalog.find(str(row["SobjectType"]))
        if target is None or target.read != "object":
            raise bad_picklist_value("Sobject Type Name", str(row["SobjectType"]), "SobjectType")
        for right, needs in NEEDS.items():
            missing = [need for need in needs if not row.get(f"Permissions{need}")]
            if row.get(f"Permissions{right}") and missing:
                raise OrgFault(
                    400,
                    "FIELD_INTEGRITY_EXCEPTION",
                    f"Permission {right} {target.name} depends on permission(s): "
                    f"{', '.join(f'{need} {target.name}' for need in missing)}",
                    (f"Permissions{right}",),
                )

    def _field_permission(self, row: Row) -> Row:
        """A new row, the field under its true name."""
        object_name, _, field_name = str(row["Field"]).partition(".")
        sobject = self._catalog.find(object_name)
        known = {one.lower(): one for one in sobject.grantable_fields} if sobject else {}
        true_name = known.get(field_name.lower()) or known.get(f"{field_name}Id".lower())
        if sobject is None or true_name is None or str(row["SobjectType"]).lower() != sobject.name.lower():
            raise bad_picklist_value("Field Name", str(row["Field"]), "Field")
        row = row | {"SobjectType": sobject.name, "Field": f"{sobject.name}.{true_name}"}
        if not row.get("PermissionsRead"):
            raise OrgFault(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                "Read permission is required: a row of Field Permissions must grant at least Read",
                ("PermissionsRead",),
            )
        self._check_edit(sobject, true_name, row)
        return row

    def _check_edit(self, sobject: SObject, field_name: str, row: Mapping[str, Any]) -> None:
        if row.get("PermissionsEdit") and not is_editable(sobject, field_name):
            raise OrgFault(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                f"Edit permission is not allowed for the read-only field {row['Field']}",
                ("PermissionsEdit",),
            )

    def _field_permission_changes(self, old: Row, changes: Row) -> Row:
        """Both flags false takes the row away; edit needs read."""
        new = old | changes
        if not new["PermissionsRead"]:
            everywhere = self._records.find(
                "ObjectPermissions",
                ParentId=old["ParentId"],
                SobjectType=old["SobjectType"],
                PermissionsViewAllFields=True,
            )
            if new["PermissionsEdit"] or everywhere:
                raise OrgFault(
                    400,
                    "FIELD_INTEGRITY_EXCEPTION",
                    f"Read permission is required for the field {old['Field']}",
                    ("PermissionsRead",),
                )
            self._database.sql('DELETE FROM org."FieldPermissions" WHERE "Id" = $1', [old["Id"]])
            return {}
        self._check_edit(self._catalog[old["SobjectType"]], str(old["Field"]).partition(".")[2], new)
        return changes


def _in_words(need: str) -> str:
    """`Document:rc` → `Read Document, Create Document`."""
    object_name, _, letters = need.partition(":")
    if letters:
        return ", ".join(f"{LETTERS[letter]} {object_name}" for letter in letters)
    return next((one.label for one in system_permissions() if one.name == need), need)
