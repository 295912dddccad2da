"""What the admin's session tells: org, users, rights, Marketo's fields. Most of it in two calls.

Calls: up to nine queries in two composite calls (and two more in an org that lacks a column); UserLogin one;
LeadConvertSettings one; limits one; describes two. FieldPermissions come 2,000 rows a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.survey.model.licenses import License, Profile, Seats
from runbook_lib.survey.model.profiles import profiles_of
from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.probes.org.account import account_state
from runbook_lib.survey.probes.org.field_grants import parents
from runbook_lib.survey.probes.org.inventory import inventory
from runbook_lib.survey.probes.org.marketo_fields import shown_fields, with_hidden_fields
from runbook_lib.survey.probes.org.queries import (
    ALL_COLUMNS,
    ASKED,
    BY_THE_WAY,
    COLUMNS,
    MOST_GROUPS,
    NEVER_EMPTY,
    YOUNG,
    YOUNG_COLUMNS,
    questions,
)
from runbook_lib.survey.probes.org.rights import rights_of
from runbook_lib.survey.probes.org.settings import account, surroundings
from runbook_lib.survey.probes.query import (
    CANNOT_TELL,
    Rows,
    as_documented,
    ask,
    describe_each,
    first_unknown,
    unknown,
)
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import (
    Absent,
    ApiBudget,
    ConvertedField,
    Expected,
    Field,
    FieldGrant,
    ObjectAccess,
    Organization,
    Part,
    PermissionSet,
    SyncUser,
    Unknown,
)
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

Answers = Mapping[str, Rows | Unknown]
Fact = TypeVar("Fact")


def look_at_org(reader: SalesforceReader, wanted: frozenset[Part], expected: Expected) -> dict[Part, Any]:
    """The parts of ``wanted`` that the admin's session can tell; each a value or ``Unknown``."""
    answers = ask(reader, list(questions(wanted, expected)))
    answers |= {name: [] for name in YOUNG if getattr(answers.get(name), "code", "") == "INVALID_FIELD"}
    answers |= {name: _nothing_told(name) for name in NEVER_EMPTY if answers.get(name) == []}
    if answers.get("user") and answers.get("system") == []:
        answers["system"] = _nothing_told("system")  # who exists has the set that their profile owns
    found: dict[Part, Any] = {
        part: first_unknown(answers, [name for name in names if name not in BY_THE_WAY.get(part, ())])
        or guarded(partial(_READ[part], answers))
        for part, names in ASKED.items()
        if part in wanted
    }
    if isinstance(shown := found.get(Part.CUSTOM_FIELDS), tuple):
        found[Part.CUSTOM_FIELDS] = guarded(lambda: with_hidden_fields(reader, shown, expected))
    user = found.get(Part.SYNC_USER)
    if isinstance(user, SyncUser):
        user, access = account_state(reader, user, found.get(Part.OBJECT_ACCESS))
        found |= {Part.SYNC_USER: user} | ({Part.OBJECT_ACCESS: access} if access is not None else {})
    if Part.PARENTS in wanted:
        found[Part.PARENTS] = guarded(lambda: parents(reader, expected))
    for part, probe in _PROBES.items():
        if part in wanted:
            found[part] = guarded(partial(probe, reader))
    if Part.PRESENT in wanted:
        found[Part.PRESENT] = guarded(lambda: describes(reader, objects_of(expected)))
    for part, about_user in _ABOUT_USER.items():
        if part in wanted:
            found[part] = guarded(partial(about_user, reader, expected.sync_username))
    return found


def _nothing_told(name: str) -> Unknown:
    """An empty answer about what every org has: it tells nothing, and is no good news."""
    return untold(
        say("Salesforce answered with nothing where every org has something ({what}).", what=name),
        say("The admin who is logged in needs “View Setup and Configuration”."),
    )


def guarded(probe: Callable[[], Any]) -> Any:
    """What ``probe`` finds, or ``Unknown`` where a system refuses or answers in a form nobody knows."""
    try:
        return as_documented(probe, "survey")
    except CANNOT_TELL as fault:
        return unknown(fault)


def describes(reader: SalesforceReader, objects: Sequence[str]) -> dict[str, tuple[Field, ...]]:
    """Object → its fields as the user of ``reader`` sees them; a call for five of ``objects``."""
    return {each["name"]: fields_of(each) for each in describe_each(reader, objects)}


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
    found = rows(answers, "user")
    if not found:
        return Absent("User")
    row = found[0]
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


def union_of_columns(found: Rows) -> dict[str, bool]:
    """Column → whether one of these rows has it; a column that no row has is not named."""
    columns = [name for name in ALL_COLUMNS if any(name in row for row in found) or name in COLUMNS]
    return {name: any(bool(row.get(name)) for row in found) for name in columns}


def _object_access(answers: Answers) -> dict[str, ObjectAccess]:
    return _access(rows(answers, "objects"))


def _access(found: Rows) -> dict[str, ObjectAccess]:
    """Object → what these rows allow together."""
    letters = ("PermissionsRead", "PermissionsCreate", "PermissionsEdit", "PermissionsDelete")
    return {
        name: ObjectAccess(
            *(any(row[letter] for row in found if row["SobjectType"] == name) for letter in letters)
        )
        for name in sorted({row["SobjectType"] for row in found})
    }


def _permission_set(answers: Answers) -> PermissionSet | Absent:
    found = rows(answers, "set")
    if not found:
        return Absent("PermissionSet")
    row = found[0]
    return PermissionSet(
        id=row["Id"],
        name=row["Name"],
        label=row["Label"],
        assigned=_told(answers["system"], lambda held: any(each["Id"] == row["Id"] for each in held)),
        system=tuple(name for name in ALL_COLUMNS if row.get(name)),
        objects=_told(answers["set_objects"], _access),
        fields=_told(answers["set_fields"], _fields_of),
    )


def _fields_of(found: Rows) -> dict[str, bool]:
    """Field → whether these rows let edit it."""
    return {row["Field"]: bool(row["PermissionsEdit"]) for row in found}


def _told(answer: Rows | Unknown, read: Callable[[Rows], Fact]) -> Fact | Unknown:
    """One fact of a part, as its query tells it; ``Unknown`` where that was refused."""
    return answer if isinstance(answer, Unknown) else read(answer)


def _grants(answers: Answers) -> tuple[FieldGrant, ...]:
    sharers = answers["sharers"]
    told = [] if isinstance(sharers, Unknown) else sharers
    others = {row["PermissionSetId"]: int(row["users"]) for row in told}
    is_whole = not isinstance(sharers, Unknown) and len(others) < MOST_GROUPS
    nobody = 0 if is_whole else None  # one that is not listed may have been cut off
    found = sorted(rows(answers, "grants"), key=lambda each: str(each["Id"]))
    return tuple(_grant(row, others.get(row["ParentId"], nobody)) for row in found)


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
    licenses = tuple(
        License(
            id=row["Id"],
            name=row["Name"],
            key=row["LicenseDefinitionKey"] or "",
            total=int(row["TotalLicenses"] or 0),
            used=int(row["UsedLicenses"] or 0),
        )
        for row in rows(answers, "licenses")
    )
    profiles = tuple(
        Profile(
            id=row["Id"],
            name=row["Name"],
            license_id=row["UserLicenseId"] or "",
            api=bool(row["PermissionsApiEnabled"]),
            administers=administers(row),
        )
        for row in rows(answers, "profiles")
    )
    young = tuple(name for name in YOUNG_COLUMNS if any(name in row for row in rows(answers, "profiles")))
    return Seats(licenses, tuple(sorted(profiles, key=lambda each: each.name)), young)


_READ: dict[Part, Callable[[Answers], Any]] = {
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
    Part.RIGHTS: lambda answers: rights_of({name: rows(answers, name) for name in ASKED[Part.RIGHTS]}),
}


def _conversion(reader: SalesforceReader) -> tuple[ConvertedField, ...]:
    """The lead-conversion mapping; one call. Source: Metadata API, LeadConvertSettings."""
    return tuple(
        ConvertedField(line["inputField"], block["outputObject"], line["outputField"])
        for block in reader.lead_convert_settings().get("objectMapping") or ()
        for line in block.get("mappingFields") or ()
    )


def _budget(reader: SalesforceReader) -> ApiBudget | Unknown:
    """The daily API requests and the data storage; one call."""
    limits = reader.limits()
    daily, storage = limits.get("DailyApiRequests"), limits.get("DataStorageMB") or {}
    if daily is None:
        return Unknown(
            "Salesforce names no DailyApiRequests: the admin lacks “View Setup and Configuration”."
        )
    return ApiBudget(
        limit=int(daily["Max"]),
        remaining=int(daily["Remaining"]),
        storage_mb=storage.get("Max"),
        storage_left_mb=storage.get("Remaining"),
    )


_PROBES: dict[Part, Callable[[SalesforceReader], Any]] = {
    Part.CONVERSION: _conversion,
    Part.BUDGET: _budget,
    Part.INVENTORY: inventory,
}


_ABOUT_USER: dict[Part, Callable[[SalesforceReader, str], Any]] = {
    Part.SURROUNDINGS: surroundings,
    Part.ACCOUNT: account,
}


def rows(answers: Answers, name: str) -> Rows:
    """The rows of an answer that is known."""
    answer = answers[name]
    if isinstance(answer, Unknown):
        raise TypeError(f"{name} is unknown")
    return answer
