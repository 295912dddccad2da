"""When which rule of a setup object is asked; the rules are in users.py, permissions.py and groups.py."""

from __future__ import annotations

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.ids import SYSTEM_USER
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.rules.dependencies import NEEDS
from runbook_lib.rehearsal.org.rules.groups import CONCERNED, GroupRules
from runbook_lib.rehearsal.org.rules.permissions import PermissionRules
from runbook_lib.rehearsal.org.rules.users import UserRules
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.switches import Switches


class SetupRules:
    """Says for each setup object what has to hold, and what follows from a write."""

    def __init__(self, database: Database, catalog: Catalog, rows: RowStore, switches: Switches) -> None:
        self._database = database
        self._catalog = catalog
        self._rows = rows
        self.users = UserRules(database, catalog, rows, switches)
        self.groups = GroupRules(database, catalog, rows)
        self._permissions = PermissionRules(database, catalog, rows)

    # before and after -------------------------------------------------------------------------------
    def before_create(self, sobject: SObject, row: Row) -> Row:
        """The row to write; OrgFault when a rule forbids it."""
        match sobject.name:
            case "User":
                return self.users.new_user(row)
            case "PermissionSet":
                return self._permissions.new_permission_set(row)
            case "PermissionSetAssignment":
                self._permissions.check_assignment(row)
                if row.get("PermissionSetGroupId"):
                    row = row | {"PermissionSetId": self.groups.set_of(row["PermissionSetGroupId"])}
                return row | {"IsActive": True}
            case "ObjectPermissions":
                self.groups.check_not_of_group(row["ParentId"])
                self._permissions.check_object_permission(row)
                self._permissions.check_new(sobject, row, "SobjectType")
            case "FieldPermissions":
                self.groups.check_not_of_group(row["ParentId"])
                row = self._permissions.field_permission(row)
                self._permissions.check_new(sobject, row, "Field")
        return row

    def after_create(self, sobject: SObject, row: Row) -> None:
        """What follows from a new record."""
        if sobject.name == "User":
            user_id = row["Id"]
            self._rows.insert(self._catalog["UserLogin"], {"UserId": user_id}, user_id)
            self.users.hold_profile(user_id, row["ProfileId"])
            self.users.count_licenses()
        self._sum_up_groups(sobject)

    def before_update(self, sobject: SObject, old: Row, changes: Row) -> Row:
        """The changes to write, nothing when the row goes away; OrgFault when a rule forbids them."""
        new = old | changes
        match sobject.name:
            case "User":
                self.users.check_user(new, own_id=old["Id"])
                if new["IsActive"] and (not old["IsActive"] or new["ProfileId"] != old["ProfileId"]):
                    self.users.check_license(new["ProfileId"])
            case "PermissionSet":
                if old["IsOwnedByProfile"]:
                    raise OrgFault(
                        400,
                        "INSUFFICIENT_ACCESS_OR_READONLY",
                        "You can't edit a permission set that is owned by a profile: edit the profile",
                    )
                self.groups.check_not_of_group(old["Id"])
                self._permissions.dependencies.check_system(new)
            case "ObjectPermissions":
                self.groups.check_not_of_group(old["ParentId"])
                self._permissions.check_object_permission(new)
                self._permissions.dependencies.check_loss(old, new)
            case "FieldPermissions":
                self.groups.check_not_of_group(old["ParentId"])
                return self._permissions.field_permission_changes(old, changes)
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
                self.users.drop_profile(row["Id"], row["ProfileId"])
                self.users.hold_profile(row["Id"], row["ProfileId"])
                self.users.count_licenses()
            case "Profile":
                held = {name: value for name, value in row.items() if name.startswith("Permissions")}
                for permission_set in self._rows.find("PermissionSet", ProfileId=row["Id"]):
                    self._rows.write(self._catalog["PermissionSet"], permission_set["Id"], held, SYSTEM_USER)
            case "ObjectPermissions":
                rights = [row[f"Permissions{right}"] for right in ("Read", *NEEDS)]
                if not any(rights):
                    self._database.sql('DELETE FROM org."ObjectPermissions" WHERE "Id" = $1', [row["Id"]])
        self._sum_up_groups(sobject)

    def _sum_up_groups(self, sobject: SObject) -> None:
        if sobject.name in CONCERNED:
            self.groups.sum_up()

    def before_delete(self, sobject: SObject, row: Row) -> None:
        """OrgFault when a rule forbids deleting the record."""
        if sobject.name in ("ObjectPermissions", "FieldPermissions"):
            self.groups.check_not_of_group(row["ParentId"])
        if sobject.name == "ObjectPermissions":
            self._permissions.dependencies.check_loss(row, {})
        if sobject.name == "FieldPermissions":
            self._permissions.check_hidden(row)
        if sobject.name == "PermissionSet":
            if row["IsOwnedByProfile"] or self._rows.find(
                "PermissionSetAssignment", PermissionSetId=row["Id"]
            ):
                raise OrgFault(
                    400,
                    "DELETE_FAILED",
                    "Your attempt to delete the permission set could not be "
                    "completed because it is assigned to users.",
                )
        if sobject.name == "PermissionSetAssignment":
            held = self._rows.find("PermissionSet", Id=row["PermissionSetId"])
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
        if sobject.name == "PermissionSetGroup":
            self.groups.drop(row["Id"])
        self._sum_up_groups(sobject)
