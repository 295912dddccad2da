"""The queries that the admin's session is asked, by name, and which part of a snapshot needs which.

The sync user's permission sets are found by username, so that no query waits for the answer of another.
``PermissionSetAssignment`` also has the set that the profile owns. Source: Salesforce object reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook_lib.survey.needed_fields import required, wanted
from runbook_lib.survey.probes.query import Question
from runbook_lib.survey.requirements import (
    MARKETO_FIELD_OBJECTS,
    MARKETO_FIELDS,
    OBJECT_DEPENDENCIES,
    OBJECT_PERMISSIONS,
    SYSTEM_DEPENDENCIES,
    SYSTEM_PERMISSIONS,
    YOUNG_PERMISSIONS,
    objects_of,
)
from runbook_lib.survey.snapshot import Expected, Part
from runbook_lib.systems.salesforce.soql import soql

COLUMNS = (*(permission.column for permission in SYSTEM_PERMISSIONS), *SYSTEM_DEPENDENCIES)
"""Permission columns that every org has; the young ones only newer orgs."""
YOUNG_COLUMNS = tuple(permission.column for permission in YOUNG_PERMISSIONS)
ALL_COLUMNS = (*COLUMNS, *YOUNG_COLUMNS)
MOST_GROUPS = 2000
"""Groups that a query with GROUP BY may have; more cannot be paged. Source: SOQL reference, GROUP BY."""
_HIS_SETS = "SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = {user}"
_WORDS = {
    "HIS_SETS": _HIS_SETS,
    "CREATE_READ_EDIT_DELETE": "PermissionsRead, PermissionsCreate, PermissionsEdit, PermissionsDelete",
}
"""What the words in capitals in the templates stand for."""
_MAY_LACK = (*YOUNG_COLUMNS, "PermissionsViewAllFields")
YOUNG = ("view_all_global",)
"""Queries for a right that not every org knows: where it is refused as an unknown column, nobody has it."""

NEVER_EMPTY = ("licenses", "profiles", "profile_sets", "needed_fields")
"""Queries to which no org answers with nothing."""

_TEMPLATES = {
    "organization": "SELECT Id, Name, OrganizationType, IsSandbox, InstanceName, LanguageLocaleKey, "
    "DefaultLocaleSidKey, TimeZoneSidKey FROM Organization",
    "user": "SELECT Id, Username, Name, Email, IsActive, ProfileId, Profile.Name, UserType, "
    "Profile.PermissionsModifyAllData, Profile.PermissionsCustomizeApplication, "
    "Profile.UserLicense.LicenseDefinitionKey, Profile.UserLicense.Name, "
    "UserPermissionsMarketingUser FROM User WHERE Username = {user}",
    "set": "SELECT Id, Name, Label, PERMISSIONS FROM PermissionSet WHERE Name = {ours}",
    "set_objects": "SELECT SobjectType, CREATE_READ_EDIT_DELETE FROM ObjectPermissions "
    "WHERE Parent.Name = {ours}",
    "set_fields": "SELECT Field, PermissionsEdit FROM FieldPermissions "
    "WHERE Parent.Name = {ours} AND PermissionsRead = {yes}",
    "system": "SELECT Id, Label, IsOwnedByProfile, Profile.Name, PermissionSetGroupId, PERMISSIONS "
    "FROM PermissionSet WHERE Id IN (HIS_SETS)",
    "objects": "SELECT ParentId, SobjectType, CREATE_READ_EDIT_DELETE, PermissionsViewAllFields "
    "FROM ObjectPermissions WHERE ParentId IN (HIS_SETS) AND SobjectType IN {needed}",
    "grants": "SELECT Id, Field, PermissionsEdit, ParentId, Parent.Label, Parent.IsOwnedByProfile, "
    "Parent.Profile.Name FROM FieldPermissions "
    "WHERE ParentId IN (HIS_SETS) AND SobjectType IN {synced} AND PermissionsRead = {yes}",
    "sharers": "SELECT PermissionSetId, COUNT(Id) users FROM PermissionSetAssignment "
    "WHERE Assignee.IsActive = {yes} AND Assignee.Username != {user} GROUP BY PermissionSetId LIMIT {most}",
    "licenses": "SELECT Id, Name, LicenseDefinitionKey, TotalLicenses, UsedLicenses FROM UserLicense",
    "profiles": "SELECT Id, Name, UserLicenseId, PermissionsModifyAllData, "
    "PermissionsCustomizeApplication, PERMISSIONS FROM Profile WHERE UserType = {standard}",
    "view_all_global": "SELECT Id FROM PermissionSet "
    "WHERE Id IN (HIS_SETS) AND PermissionsViewAllFieldsGlobal = {yes}",
    "needed_rows": "SELECT Field, ParentId, PermissionsEdit FROM FieldPermissions "
    "WHERE ParentId IN (HIS_SETS) AND SobjectType IN {needing} AND Field IN {needed_fields} "
    "AND PermissionsRead = {yes}",
    "needed_fields": "SELECT EntityDefinition.QualifiedApiName, QualifiedApiName, Label, DataType, "
    "IsPermissionable, IsUpdatable, IsCalculated FROM EntityParticle "
    "WHERE EntityDefinition.QualifiedApiName IN {needing} AND QualifiedApiName IN {needed_names}",
    "profile_sets": "SELECT Id, Profile.Name FROM PermissionSet WHERE IsOwnedByProfile = {yes}",
    "profile_rows": "SELECT ParentId, Field, PermissionsEdit FROM FieldPermissions "
    "WHERE SobjectType IN {objects} AND Field IN {own_fields} AND PermissionsRead = {yes} "
    "AND ParentId IN (SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = {yes})",
    "marketo_fields": "SELECT EntityDefinition.QualifiedApiName, QualifiedApiName, Label, DataType, Length, "
    "Precision, Scale FROM EntityParticle "
    "WHERE EntityDefinition.QualifiedApiName IN {objects} AND QualifiedApiName IN {names}",
}
ASKED: dict[Part, tuple[str, ...]] = {
    Part.ORGANIZATION: ("organization",),
    Part.SYNC_USER: ("user",),
    Part.SYSTEM_PERMISSIONS: ("system",),
    Part.OBJECT_ACCESS: ("objects",),
    Part.PERMISSION_SET: ("set", "system", "set_objects", "set_fields"),
    Part.GRANTS: ("grants", "sharers"),
    Part.CUSTOM_FIELDS: ("marketo_fields",),
    Part.SEATS: ("licenses", "profiles"),
    Part.PROFILE_FIELDS: ("profile_sets", "profile_rows"),
    Part.RIGHTS: ("system", "objects", "view_all_global", "needed_rows", "needed_fields"),
}
"""Part → the queries it is read from."""
BY_THE_WAY: dict[Part, tuple[str, ...]] = {
    Part.GRANTS: ("sharers",),
    Part.PERMISSION_SET: ("system", "set_objects", "set_fields"),
    Part.SEATS: ("licenses", "profiles"),
    Part.RIGHTS: ("system", "objects", "view_all_global", "needed_rows", "needed_fields"),
}
"""Part → those of its queries whose refusal costs one fact of it, not the part."""


def questions(wanted: frozenset[Part], expected: Expected) -> Iterator[Question]:
    """The queries for ``wanted``, each once, about the sync user whom ``expected`` names."""
    needed = {name for part, names in ASKED.items() if part in wanted for name in names}
    for name, template in _TEMPLATES.items():
        if name in needed:
            query = _filled(template, expected)
            yield Question(name, query, tuple(column for column in _MAY_LACK if f", {column}" in query))


def needed_fields() -> dict[str, frozenset[str]]:
    """Object → the fields that Marketo needs there: required, wanted, and its own."""
    own = frozenset(field.name for field in MARKETO_FIELDS)
    names = {name: required().get(name, frozenset()) | wanted().get(name, frozenset()) for name in required()}
    return {name: some | own if name in MARKETO_FIELD_OBJECTS else some for name, some in names.items()}


def _filled(template: str, expected: Expected) -> str:
    words = {**_WORDS, "PERMISSIONS": ", ".join(ALL_COLUMNS)}
    for word, meaning in words.items():
        template = template.replace(word, meaning)
    return soql(
        template, **{key: value for key, value in _values(expected).items() if f"{{{key}}}" in template}
    )


def _values(expected: Expected) -> dict[str, Any]:
    return {
        "user": expected.sync_username,
        "ours": expected.permission_set,
        "names": [field.name for field in MARKETO_FIELDS],
        "objects": list(MARKETO_FIELD_OBJECTS),
        "synced": list(objects_of(expected)),
        "needed": [*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES],
        "own_fields": [
            f"{where}.{field.name}" for where in MARKETO_FIELD_OBJECTS for field in MARKETO_FIELDS
        ],
        "needing": sorted(needed_fields()),
        "needed_names": sorted({name for names in needed_fields().values() for name in names}),
        "needed_fields": sorted(
            f"{where}.{name}" for where, names in needed_fields().items() for name in names
        ),
        "yes": True,
        "most": MOST_GROUPS,
        "standard": "Standard",
    }
