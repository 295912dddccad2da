"""How an org comes into being from a world: its tables, and its users with their permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.declarations import GroupDeclaration, PermissionDeclaration, UserDeclaration
from runbook_lib.rehearsal.org.ids import SYSTEM_USER, IdCounter, id18
from runbook_lib.rehearsal.org.rows.tables import insert
from runbook_lib.rehearsal.org.rules.groups import MUTING
from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.seed.grants import (
    granted_fields,
    object_rights,
    system_columns,
)
from runbook_lib.rehearsal.org.seed.rows import DAY_ONE, organization_row, profile_row, set_row, user_row
from runbook_lib.rehearsal.world import World

LICENSES = {
    "Salesforce": "SFDC",
    "Salesforce Platform": "AUL",
    "Identity": "PID_Identity",
    "Salesforce Integration": "PID_Integration",
}


class Founder:
    """Writes the rows of setup objects that a world declares."""

    def __init__(self, database: Database, catalog: Catalog, ids: IdCounter, world: World) -> None:
        self._database = database
        self._catalog = catalog
        self._ids = ids
        self._world = world
        self._profile_ids: dict[str, str] = {}
        self._set_ids: dict[str, str] = {}
        self._group_ids: dict[str, str] = {}
        self._license_ids: dict[str, str] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def seed(self, organization: Mapping[str, Any] | None) -> dict[str, str]:
        """Write everything; `organization` is a recorded Organization record. Gives username → user id."""
        self._organization(organization or {})
        self._licenses()
        for profile in self._world.profiles:
            self._profile(profile)
        for declared in self._world.permission_sets:
            self._set_ids[declared.name] = self._permission_set(
                declared, Name=declared.name, IsCustom=True, IsOwnedByProfile=False, Type="Regular"
            )
        for group in self._world.permission_set_groups:
            self._group(group)
        user_ids = {user.username: self._user(user) for user in self._world.users}
        for declared_row in self._world.setup:
            prefix = self._catalog[declared_row.object_name].key_prefix
            self._insert(declared_row.object_name, [{"Id": self._ids.next(prefix), **declared_row.values}])
        for object_name, rows in self._rows.items():
            insert(self._database, self._catalog[object_name], rows)
        return user_ids

    def _insert(self, object_name: str, rows: list[dict[str, Any]]) -> None:
        sobject = self._catalog[object_name]
        audit = {
            "CreatedDate": DAY_ONE,
            "CreatedById": SYSTEM_USER,
            "LastModifiedDate": DAY_ONE,
            "LastModifiedById": SYSTEM_USER,
            "SystemModstamp": DAY_ONE,
            "IsDeleted": False,
        }
        known = {key: value for key, value in audit.items() if sobject.find(key)}
        false = {field["name"]: False for field in sobject.stored_fields if field["type"] == "boolean"}
        self._rows.setdefault(object_name, []).extend(false | known | row for row in rows)

    def _organization(self, recorded: Mapping[str, Any]) -> None:
        row = organization_row(self._world)
        stored = {field["name"] for field in self._catalog["Organization"].stored_fields}
        audit = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
        row |= {key: value for key, value in recorded.items() if key in stored and key not in audit}
        row["Id"] = id18(str(row["Id"]))
        self._insert("Organization", [row])

    def _licenses(self) -> None:
        seats = {"TotalLicenses": self._world.switches.licenses, "UsedLicenses": 0, "Status": "Active"}
        for name, key in LICENSES.items():
            self._license_ids[name] = self._ids.next("100")
            named = {"Name": name, "MasterLabel": name, "LicenseDefinitionKey": key}
            self._insert("UserLicense", [{"Id": self._license_ids[name]} | named | seats])

    def _profile(self, declared: PermissionDeclaration) -> None:
        profile_id = self._profile_ids[declared.name] = self._ids.next("00e")
        keys = {"Id": profile_id, "UserLicenseId": self._license_ids[declared.license]}
        self._insert("Profile", [keys | profile_row(declared)])
        self._set_ids[f"profile:{declared.name}"] = self._permission_set(
            declared,
            Name=f"X{profile_id}",
            ProfileId=profile_id,
            IsOwnedByProfile=True,
            IsCustom=False,
            Type="Profile",
        )

    def _permission_set(self, declared: PermissionDeclaration, **columns: Any) -> str:
        set_id = self._ids.next("0PS")
        keys = {"Id": set_id, "LicenseId": self._license_ids[declared.license]}
        self._insert("PermissionSet", [keys | set_row(declared) | columns])
        self._grant(set_id, declared)
        return set_id

    def _grant(self, set_id: str, declared: PermissionDeclaration) -> None:
        self._insert(
            "ObjectPermissions",
            [
                {"Id": self._ids.next("110"), "ParentId": set_id, "SobjectType": name} | rights
                for name, rights in object_rights(self._catalog, declared)
            ],
        )
        self._insert(
            "FieldPermissions",
            [
                {
                    "Id": self._ids.next("01k"),
                    "ParentId": set_id,
                    "SobjectType": sobject.name,
                    "Field": f"{sobject.name}.{field}",
                    "PermissionsRead": True,
                    "PermissionsEdit": sobject.is_editable(field),
                }
                for sobject, field in granted_fields(self._catalog, declared)
            ],
        )

    def _user(self, declared: UserDeclaration) -> str:
        user_id = self._ids.next("005")
        keys = {"Id": user_id, "ProfileId": self._profile_ids[declared.profile]}
        self._insert("User", [keys | user_row(declared, self._world)])
        login = {"Id": self._ids.next("0Yw"), "UserId": user_id, "IsFrozen": declared.is_frozen}
        self._insert("UserLogin", [login])
        for held in (f"profile:{declared.profile}", *declared.permission_sets):
            self._assign(user_id, PermissionSetId=self._set_ids[held])
        for group in declared.permission_set_groups:
            self._assign(user_id, PermissionSetGroupId=self._group_ids[group])
        return user_id

    def _assign(self, user_id: str, **held: str) -> None:
        row = {"Id": self._ids.next("0Pa"), "AssigneeId": user_id, "IsActive": True}
        self._insert("PermissionSetAssignment", [row | held])

    def _group(self, declared: GroupDeclaration) -> None:
        group_id = self._group_ids[declared.name] = self._ids.next("0PG")
        row = {"Id": group_id, "DeveloperName": declared.name, "MasterLabel": declared.label}
        self._insert("PermissionSetGroup", [row | {"Status": "Updated"}])
        parts = [self._set_ids[name] for name in declared.permission_sets]
        if declared.muting is not None:
            parts.append(self._muting_set(declared.muting))
        for part in parts:
            row = {"PermissionSetGroupId": group_id, "PermissionSetId": part}
            self._insert("PermissionSetGroupComponent", [{"Id": self._ids.next("0PM")} | row])

    def _muting_set(self, declared: PermissionDeclaration) -> str:
        set_id = self._ids.next(MUTING)
        row = {"Id": set_id, "DeveloperName": declared.name, "MasterLabel": declared.label or declared.name}
        self._insert("MutingPermissionSet", [row | system_columns(declared)])
        self._grant(set_id, declared)
        return set_id
