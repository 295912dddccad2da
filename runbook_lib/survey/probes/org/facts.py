"""From the rows of the admin's queries to parts of a snapshot; no call of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runbook_lib.survey.model.licenses import License, Profile, Seats
from runbook_lib.survey.model.profiles import profiles_of
from runbook_lib.survey.probes.org.marketo_fields import shown_fields
from runbook_lib.survey.probes.org.queries import ALL_COLUMNS, COLUMNS, MOST_GROUPS, YOUNG_COLUMNS
from runbook_lib.survey.probes.org.rights import rights_of
from runbook_lib.survey.probes.query import Rows, fact_of
from runbook_lib.survey.snapshot import (
    Absent,
    FieldGrant,
    ObjectAccess,
    Organization,
    Part,
    PermissionSet,
    SyncUser,
    Unknown,
)

Answers = Mapping[str, Rows | Unknown]


def _organization(answers: Answers) -> Organization:
    row = rows(answers, "organization")[0]
    return Organization(
        id=row["Id"],
        name=row["Name"],
        edition=row["OrganizationType"] or "",
        is_sandbox=bool(row["IsSandbox"]),
        instance=row["InstanceName"] or "",
        language=row["LanguageLocaleKey"] or "",
        locale=row["DefaultLocaleSidKey"] or "",
        time_zone=row["TimeZoneSidKey"] or "",
    )


def _sync_user(answers: Answers) -> SyncUser | Absent:
    users = rows(answers, "user")
    if not users:
        return Absent("User")
    row = users[0]
    profile = row["Profile"] or {}
    license_ = profile.get("UserLicense") or {}
    return SyncUser(
        id=row["Id"],
        username=row["Username"],
        name=row["Name"] or "",
        email=row["Email"] or "",
        is_active=bool(row["IsActive"]),
        profile_id=row["ProfileId"],
        profile_name=profile.get("Name", ""),
        user_type=row["UserType"] or "",
        license_key=license_.get("LicenseDefinitionKey"),
        license_name=license_.get("Name") or "",
        administers=administers(profile) if profile else None,
        marketing_user=row.get("UserPermissionsMarketingUser"),
    )


def administers(profile: Mapping[str, Any]) -> bool:
    """Whether a profile is an administrator's, by what it may do."""
    return bool(profile["PermissionsModifyAllData"] and profile["PermissionsCustomizeApplication"])


def _system_permissions(answers: Answers) -> dict[str, bool]:
    """Column → whether one of the user's permission sets has it; a column the org lacks is not named."""
    return union_of_columns(rows(answers, "system"))


def union_of_columns(records: Rows) -> dict[str, bool]:
    """Column → whether one of these rows has it; a column that no row has is not named."""
    columns = [name for name in ALL_COLUMNS if any(name in row for row in records) or name in COLUMNS]
    return {name: any(bool(row.get(name)) for row in records) for name in columns}


def _object_access(answers: Answers) -> dict[str, ObjectAccess]:
    return _access(rows(answers, "objects"))


def _access(records: Rows) -> dict[str, ObjectAccess]:
    """Object → what these rows allow together."""
    letters = ("PermissionsRead", "PermissionsCreate", "PermissionsEdit", "PermissionsDelete")
    return {
        name: ObjectAccess(
            *(any(row[letter] for row in records if row["SobjectType"] == name) for letter in letters)
        )
        for name in sorted({row["SobjectType"] for row in records})
    }


def _permission_set(answers: Answers) -> PermissionSet | Absent:
    sets = rows(answers, "set")
    if not sets:
        return Absent("PermissionSet")
    row = sets[0]
    return PermissionSet(
        id=row["Id"],
        name=row["Name"],
        label=row["Label"],
        assigned=fact_of(
            answers["system"], lambda held: any(assignment["Id"] == row["Id"] for assignment in held)
        ),
        system=tuple(name for name in ALL_COLUMNS if row.get(name)),
        objects=fact_of(answers["set_objects"], _access),
        fields=fact_of(answers["set_fields"], _fields_of),
    )


def _fields_of(records: Rows) -> dict[str, bool]:
    """Field → whether these rows let edit it."""
    return {row["Field"]: bool(row["PermissionsEdit"]) for row in records}


def _grants(answers: Answers) -> tuple[FieldGrant, ...]:
    sharers = answers["sharers"]
    groups = [] if isinstance(sharers, Unknown) else sharers
    others = {row["PermissionSetId"]: int(row["users"]) for row in groups}
    is_whole = not isinstance(sharers, Unknown) and len(others) < MOST_GROUPS
    nobody = 0 if is_whole else None  # one that is not listed may have been cut off
    grants = sorted(rows(answers, "grants"), key=lambda row: str(row["Id"]))
    return tuple(_grant(row, others.get(row["ParentId"], nobody)) for row in grants)


def _grant(row: dict[str, Any], others: int | None) -> FieldGrant:
    parent = row["Parent"] or {}
    profile = parent.get("Profile") or {}
    return FieldGrant(
        id=row["Id"],
        field=row["Field"],
        parent_id=row["ParentId"],
        parent=profile.get("Name") or parent.get("Label") or "",
        owned_by_profile=bool(parent.get("IsOwnedByProfile")),
        edit=bool(row["PermissionsEdit"]),
        others=others,
    )


def _seats(answers: Answers) -> Seats:
    return Seats(
        fact_of(answers["licenses"], _licenses),
        fact_of(answers["profiles"], _profiles),
        fact_of(answers["profiles"], _young_columns),
    )


def _licenses(records: Rows) -> tuple[License, ...]:
    return tuple(
        License(
            id=row["Id"],
            name=row["Name"],
            key=row["LicenseDefinitionKey"] or "",
            total=int(row["TotalLicenses"] or 0),
            used=int(row["UsedLicenses"] or 0),
        )
        for row in records
    )


def _profiles(records: Rows) -> tuple[Profile, ...]:
    profiles = (
        Profile(
            id=row["Id"],
            name=row["Name"],
            license_id=row["UserLicenseId"] or "",
            api=bool(row["PermissionsApiEnabled"]),
            administers=administers(row),
        )
        for row in records
    )
    return tuple(sorted(profiles, key=lambda profile: profile.name))


def _young_columns(records: Rows) -> tuple[str, ...]:
    """Columns of permissions that this org has, and not every org does."""
    return tuple(name for name in YOUNG_COLUMNS if any(name in row for row in records))


READ: dict[Part, Callable[[Answers], Any]] = {
    Part.ORGANIZATION: _organization,
    Part.SYNC_USER: _sync_user,
    Part.SYSTEM_PERMISSIONS: _system_permissions,
    Part.OBJECT_ACCESS: _object_access,
    Part.PERMISSION_SET: _permission_set,
    Part.GRANTS: _grants,
    Part.CUSTOM_FIELDS: lambda answers: shown_fields(rows(answers, "marketo_fields")),
    Part.SEATS: _seats,
    Part.PROFILE_FIELDS: lambda answers: profiles_of(
        rows(answers, "profile_sets"), rows(answers, "profile_rows")
    ),
    Part.RIGHTS: rights_of,
}
"""Each part that queries alone tell, and how it is read from their answers."""


def rows(answers: Answers, name: str) -> Rows:
    """The rows of an answer that is known."""
    answer = answers[name]
    if isinstance(answer, Unknown):
        raise TypeError(f"{name} is unknown")
    return answer
