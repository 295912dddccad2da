"""How an org comes into being from a world: its catalog, its tables, its people with permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.declarations import GroupDeclaration, PermissionDeclaration, UserDeclaration
from runbook_lib.rehearsal.org.declared_grants import (
    granted_fields,
    is_editable,
    object_rights,
    system_columns,
)
from runbook_lib.rehearsal.org.ids import SYSTEM_USER, IdCounter, id18
from runbook_lib.rehearsal.org.rows.tables import insert
from runbook_lib.rehearsal.org.rules.groups import MUTING
from runbook_lib.rehearsal.org.schema.catalog import MIRROR_ENDING, Catalog, SObject
from runbook_lib.rehearsal.org.schema.custom_field_types import (
    CustomField,
    describe_custom_field,
    metadata_of,
)
from runbook_lib.rehearsal.org.schema.features import rename, switch_on
from runbook_lib.rehearsal.org.schema.person_accounts import has_person_accounts, mirror_all
from runbook_lib.rehearsal.world import World

STANDARD_PROFILES = {
    "System Administrator": "Admin",
    "Standard User": "Standard",
    "Standard Platform User": "StandardAul",
    "Read Only": "ReadOnly",
    "Solution Manager": "SolutionManager",
    "Marketing User": "MarketingProfile",
    "Contract Manager": "ContractManager",
}
"""English label of a standard profile → its name in the Metadata API; the others have their label, with
special characters percent-encoded. Source: salesforce.stackexchange 113370."""
DAY_ONE = datetime(2019, 3, 4, 9, 0, 0)
"""When everything that a world declares was made."""
LICENSES = {
    "Salesforce": "SFDC",
    "Salesforce Platform": "AUL",
    "Identity": "PID_Identity",
    "Salesforce Integration": "PID_Integration",
}


def found_catalog(catalog: Catalog, world: World, ids: IdCounter, recorded: Iterable[str]) -> None:
    """Put the world's features, custom fields and labels into the catalog; with recorded objects, register
    their custom fields instead."""
    names = set(recorded)
    if not names:
        switch_on(catalog, world.organization.features)
    if not names:
        for declared in world.custom_fields:
            sobject = catalog[declared.object_name]
            field = describe_custom_field(declared.name, declared.metadata)
            sobject.fields[declared.name.lower()] = field
            register_custom_field(sobject, declared.name, declared.metadata, ids)
        rename(catalog, world.labels)
    if has_person_accounts(catalog):
        mirror_all(catalog)
        names |= {"Contact"} if names else set()
    for name in names:
        for field in catalog[name].fields.values():
            if field["custom"] and not field["name"].endswith(MIRROR_ENDING):
                register_custom_field(catalog[name], field["name"], metadata_of(field), ids)


def register_custom_field(sobject: SObject, name: str, metadata: Mapping[str, Any], ids: IdCounter) -> None:
    """Let Setup know a custom field that the describe already has."""
    sobject.custom_fields[name.lower()] = CustomField(
        ids.next("00N"), sobject.name, name, dict(metadata), DAY_ONE, SYSTEM_USER, DAY_ONE, SYSTEM_USER
    )


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

    def found(self, organization: Mapping[str, Any] | None) -> dict[str, str]:
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
        false = {one["name"]: False for one in sobject.stored_fields if one["type"] == "boolean"}
        self._rows.setdefault(object_name, []).extend(false | known | row for row in rows)

    def _organization(self, recorded: Mapping[str, Any]) -> None:
        declared = self._world.organization
        row = {
            "Id": id18(declared.id),
            "Name": declared.name,
            "OrganizationType": declared.edition,
            "InstanceName": declared.instance,
            "IsSandbox": declared.is_sandbox,
            "IsReadOnly": False,
            "LanguageLocaleKey": declared.language,
            "DefaultLocaleSidKey": declared.language,
            "TimeZoneSidKey": declared.time_zone,
            "Country": declared.country,
            "FiscalYearStartMonth": 1,
            "DefaultAccountAccess": "Edit",
            "DefaultContactAccess": "ControlledByParent",
            "DefaultOpportunityAccess": "Edit",
            "DefaultLeadAccess": "ReadEditTransfer",
            "DefaultCampaignAccess": "All",
            "PrimaryContact": "Ada Admin",
        } | {f"Default{name}Access": access for name, access in declared.default_access.items()}
        stored = {one["name"] for one in self._catalog["Organization"].stored_fields}
        audit = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
        row |= {key: value for key, value in recorded.items() if key in stored and key not in audit}
        row["Id"] = id18(str(row["Id"]))
        self._insert("Organization", [row])

    def _licenses(self) -> None:
        for name, key in LICENSES.items():
            self._license_ids[name] = self._ids.next("100")
            self._insert(
                "UserLicense",
                [
                    {
                        "Id": self._license_ids[name],
                        "Name": name,
                        "MasterLabel": name,
                        "LicenseDefinitionKey": key,
                        "TotalLicenses": self._world.switches.licenses,
                        "UsedLicenses": 0,
                        "Status": "Active",
                    }
                ],
            )

    def _profile(self, declared: PermissionDeclaration) -> None:
        profile_id = self._ids.next("00e")
        self._profile_ids[declared.name] = profile_id
        self._insert(
            "Profile",
            [
                {
                    "Id": profile_id,
                    "Name": declared.name,
                    "FullName": declared.full_name or metadata_name(declared.name),
                    "UserLicenseId": self._license_ids[declared.license],
                    "UserType": "Standard",
                }
                | system_columns(declared)
            ],
        )
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
        self._insert(
            "PermissionSet",
            [
                {
                    "Id": set_id,
                    "Label": declared.label or declared.name,
                    "LicenseId": self._license_ids[declared.license],
                    "HasActivationRequired": False,
                }
                | columns
                | system_columns(declared)
            ],
        )
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
                    "PermissionsEdit": is_editable(sobject, field),
                }
                for sobject, field in granted_fields(self._catalog, declared)
            ],
        )

    def _user(self, declared: UserDeclaration) -> str:
        user_id = self._ids.next("005")
        name = f"{declared.first_name} {declared.last_name}"
        organization = self._world.organization
        self._insert(
            "User",
            [
                {
                    "Id": user_id,
                    "Username": declared.username,
                    "Email": declared.username,
                    "Name": name,
                    "FirstName": declared.first_name,
                    "LastName": declared.last_name,
                    "IsActive": declared.is_active,
                    "UserPermissionsMarketingUser": declared.marketing_user,
                    "Alias": (declared.first_name[:1] + declared.last_name[:4]).lower(),
                    "CommunityNickname": name.replace(" ", "."),
                    "ProfileId": self._profile_ids[declared.profile],
                    "TimeZoneSidKey": organization.time_zone,
                    "LocaleSidKey": "en_US",
                    "EmailEncodingKey": "UTF-8",
                    "LanguageLocaleKey": organization.language,
                    "UserType": "Standard",
                    "LastPasswordChangeDate": DAY_ONE,
                    "CompanyName": organization.name,
                }
            ],
        )
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


def metadata_name(label: str) -> str:
    """The name of a profile in the Metadata API, from its English label."""
    return STANDARD_PROFILES.get(label) or quote(label, safe=" -_")
