"""What Salesforce enforces for permission sets and what they grant.

Source: Object Reference, PermissionSet, PermissionSetAssignment, ObjectPermissions, FieldPermissions;
dependencies as Setup shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.rows.values import bad_picklist_value
from runbook_lib.rehearsal.org.rules.dependencies import Dependencies
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject

SALES_OBJECTS = ("Account", "Campaign", "Contact", "Lead", "Opportunity")
SHUT_TO = {"SFDC": (), "AUL": ("Campaign", "Lead", "Opportunity")}
"""Key of a user license → objects that nobody with it may have; all sales objects where none is named."""


_ENDS_OF_ASSIGNMENT = {
    "PermissionSetId": "PermissionSet",
    "PermissionSetGroupId": "PermissionSetGroup",
    "AssigneeId": "User",
}


class PermissionRules:
    """The rules of permission sets, assignments, object permissions and field permissions."""

    def __init__(self, database: Database, catalog: Catalog, rows: RowStore) -> None:
        self._database = database
        self._catalog = catalog
        self._rows = rows
        self.dependencies = Dependencies(rows)

    def new_permission_set(self, row: Row) -> Row:
        """A new set made whole; OrgFault when its name or its permissions will not do."""
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
        self.dependencies.check_system(row)
        return row

    def _check_ends(self, row: Row) -> None:
        for name, kind in _ENDS_OF_ASSIGNMENT.items():
            if row.get(name) and not self._rows.find(kind, Id=row[name]):
                raise OrgFault(
                    400, "INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {name}", (name,)
                )
        held = self._rows.find("PermissionSet", Id=row.get("PermissionSetId") or "")
        if held and held[0]["IsOwnedByProfile"]:
            raise OrgFault(
                400,
                "INVALID_CROSS_REFERENCE_KEY",
                "Invalid permission set: a permission set that is owned by a profile cannot be assigned",
                ("PermissionSetId",),
            )

    def check_assignment(self, row: Row) -> None:
        """OrgFault when an assignment leads nowhere or is there already."""
        self._check_ends(row)
        which = "PermissionSetId" if row.get("PermissionSetId") else "PermissionSetGroupId"
        if not row.get(which):
            raise OrgFault(
                400,
                "REQUIRED_FIELD_MISSING",
                "Required fields are missing: [PermissionSetId]",
                ("PermissionSetId",),
            )
        if self._rows.find("PermissionSetAssignment", **{"AssigneeId": row["AssigneeId"], which: row[which]}):
            raise OrgFault(
                400,
                "DUPLICATE_VALUE",
                f"Duplicate PermissionSetAssignment. Assignee: "
                f"{row['AssigneeId']}; Permission Set: {row[which]}",
                ("PermissionSetId", "AssigneeId"),
            )
        if row.get("PermissionSetId"):
            self._check_license(row)

    def _check_license(self, row: Row) -> None:
        """OrgFault when the assignee's license does not allow what the set holds. Recorded in field notes."""
        user = self._rows.find("User", Id=row["AssigneeId"])[0]
        profile = self._rows.find("Profile", Id=user["ProfileId"])[0]
        license_ = self._rows.find("UserLicense", Id=profile["UserLicenseId"])[0]["LicenseDefinitionKey"]
        for held in self._rows.find("ObjectPermissions", ParentId=row["PermissionSetId"]):
            if held["PermissionsRead"] and held["SobjectType"] in SHUT_TO.get(license_, SALES_OBJECTS):
                named = self._rows.find("PermissionSet", Id=row["PermissionSetId"])[0]["Label"]
                plural = self._catalog[held["SobjectType"]].describe["labelPlural"]
                raise OrgFault(
                    400,
                    "FIELD_INTEGRITY_EXCEPTION",
                    f"Can't assign permission set {named} to user {user['Name']}.  The user license doesn't "
                    f"allow the permission: Read {plural}",
                    ("PermissionSetId",),
                )

    # object and field permissions -----------------------------------------------------------------------
    def check_new(self, sobject: SObject, row: Row, key: str) -> None:
        """OrgFault when the parent has such a row already, or there is no such parent."""
        if self._rows.find(sobject.name, **{"ParentId": row["ParentId"], key: row[key]}):
            raise OrgFault(
                400,
                "DUPLICATE_VALUE",
                f"duplicate value found: <unknown> duplicates value on record "
                f"with id: {row['ParentId']}: {row[key]}",
            )
        if not self._rows.find("PermissionSet", Id=row["ParentId"]):
            raise OrgFault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ("ParentId",))

    def check_object_permission(self, row: Row) -> None:
        """OrgFault when the object takes no permissions, or a right lacks those it depends on."""
        target = self._catalog.find(str(row["SobjectType"]))
        if target is None or target.read != "object":
            raise bad_picklist_value("Sobject Type Name", str(row["SobjectType"]), "SobjectType")
        self.dependencies.check_object(row)

    def field_permission(self, row: Row) -> Row:
        """A new row, the field under its true name."""
        object_name, _, field_name = str(row["Field"]).partition(".")
        sobject = self._catalog.find(object_name)
        known = {field.lower(): field for field in sobject.grantable_fields} if sobject else {}
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
        if row.get("PermissionsEdit") and not sobject.is_editable(field_name):
            raise OrgFault(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                f"Edit permission is not allowed for the read-only field {row['Field']}",
                ("PermissionsEdit",),
            )

    def check_hidden(self, row: Row) -> None:
        """OrgFault when the parent of a field permission shows all fields of the object, or of every one."""
        of_object = self._rows.find(
            "ObjectPermissions",
            ParentId=row["ParentId"],
            SobjectType=row["SobjectType"],
            PermissionsViewAllFields=True,
        )
        of_all = self._rows.find("PermissionSet", Id=row["ParentId"], PermissionsViewAllFieldsGlobal=True)
        if of_object or of_all:
            raise _read_is_required(row)

    def field_permission_changes(self, old: Row, changes: Row) -> Row:
        """Both flags false takes the row away; edit needs read."""
        new = old | changes
        if not new["PermissionsRead"]:
            if new["PermissionsEdit"]:
                raise _read_is_required(old)
            self.check_hidden(old)
            self._database.sql('DELETE FROM org."FieldPermissions" WHERE "Id" = $1', [old["Id"]])
            return {}
        self._check_edit(self._catalog[old["SobjectType"]], str(old["Field"]).partition(".")[2], new)
        return changes


def _read_is_required(row: Row) -> OrgFault:
    message = f"Read permission is required for the field {row['Field']}"
    return OrgFault(400, "FIELD_INTEGRITY_EXCEPTION", message, ("PermissionsRead",))
