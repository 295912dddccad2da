"""Who lets the sync user see fields besides the profile and the sets that are assigned to him: groups of
permission sets, and View All Fields; and who else has them.

A group has a set of its own that adds up its members; its rows of FieldPermissions cannot be changed, those
of the members can. View All Fields shows every field of an object, whatever FieldPermissions say. A column
that an org does not have (View All Fields is younger than most orgs) means that nobody has the right there.
Calls: two, and one more where groups are involved. Source: Salesforce object reference, PermissionSetGroup,
PermissionSetGroupComponent, ObjectPermissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.probes.query import Question, Rows, ask
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import Expected, FieldGrant, Parents, Snapshot, Unknown, ViewAll
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

CALLS = 8
"""Calls that a forecast allows for: three, and pages of the members' field permissions."""
_WORDS = {
    "HIS_SETS": "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = {user})",
    "HIS_GROUPS": "(SELECT PermissionSetGroupId FROM PermissionSetAssignment "
    "WHERE Assignee.Username = {user})",
    "MEMBERS": "PermissionSetId, PermissionSetGroupId, PermissionSetGroup.MasterLabel "
    "FROM PermissionSetGroupComponent",
    "OTHERS": "Assignee.IsActive = {yes} AND Assignee.Username != {user}",
    "PARENT": "Parent.Label, Parent.IsOwnedByProfile, Parent.Profile.Name",
}
"""What the words in capitals in the templates stand for."""
_FIRST = {
    "his_groups": "SELECT MEMBERS WHERE PermissionSetGroupId IN HIS_GROUPS",
    "his_sets": "SELECT MEMBERS WHERE PermissionSetId IN HIS_SETS",
    "sums": "SELECT Id FROM PermissionSet WHERE Id IN HIS_SETS AND PermissionSetGroupId != null",
    "group_users": "SELECT PermissionSetGroupId, COUNT(Id) users FROM PermissionSetAssignment "
    "WHERE PermissionSetGroupId != null AND OTHERS GROUP BY PermissionSetGroupId LIMIT 2000",
    "names": "SELECT PermissionSetId, Assignee.Name FROM PermissionSetAssignment "
    "WHERE PermissionSetId IN HIS_SETS AND OTHERS ORDER BY Assignee.Name LIMIT 200",
    "view_all": "SELECT SobjectType, PARENT FROM ObjectPermissions "
    "WHERE ParentId IN HIS_SETS AND PermissionsViewAllFields = {yes}",
    "view_all_global": "SELECT Id, Label, IsOwnedByProfile, Profile.Name FROM PermissionSet "
    "WHERE Id IN HIS_SETS AND PermissionsViewAllFieldsGlobal = {yes}",
}
_SECOND = {
    "rows": "SELECT Id, Field, PermissionsEdit, ParentId, PARENT FROM FieldPermissions "
    "WHERE ParentId IN {ids} AND SobjectType IN {synced} AND PermissionsRead = {yes}",
    "members": "SELECT MEMBERS WHERE PermissionSetId IN {ids}",
    "users": "SELECT PermissionSetId, COUNT(Id) users FROM PermissionSetAssignment "
    "WHERE PermissionSetId IN {ids} AND OTHERS GROUP BY PermissionSetId",
}
_YOUNG = ("view_all", "view_all_global")


def parents(reader: SalesforceReader, expected: Expected) -> Parents | Unknown:
    """The other ways in which the user whom ``expected`` names sees fields."""
    answers = ask(reader, [Question(name, _filled(text, expected)) for name, text in _FIRST.items()])
    for name in _YOUNG:
        if getattr(answers[name], "code", "") == "INVALID_FIELD":
            answers[name] = []
    for answer in answers.values():
        if isinstance(answer, Unknown):
            return answer
    known: dict[str, Any] = dict(answers)
    found = Parents(
        view_all=(*map(_of_object, known["view_all"]), *map(_of_all, known["view_all_global"])),
        sums=tuple(row["Id"] for row in known["sums"]),
        groups=_groups(known["his_sets"]),
        group_users={row["PermissionSetGroupId"]: int(row["users"]) for row in known["group_users"]},
        people=_people(known["names"]),
    )
    ids = sorted({row["PermissionSetId"] for row in known["his_groups"]})
    return _with_members(reader, expected, found, ids) if ids else found


def all_grants(snapshot: Snapshot) -> tuple[FieldGrant, ...] | Unknown | None:
    """Every row that lets the sync user see a field and can be changed; ``others`` counts whoever would lose
    the field with it, by a group, too."""
    grants, found = snapshot.grants, snapshot.parents
    if not isinstance(grants, tuple) or not isinstance(found, Parents):
        return next((each for each in (grants, found) if isinstance(each, Unknown)), None)
    rows = {each.id: each for each in grants if each.parent_id not in found.sums}
    rows |= {each.id: each for each in found.by_group if each.id not in rows}
    return tuple(_counted(each, found) for each in rows.values())


def _counted(grant: FieldGrant, found: Parents) -> FieldGrant:
    groups = found.groups.get(grant.parent_id, {})
    by_group = sum(found.group_users.get(each, 0) for each in groups)
    others = None if grant.others is None else grant.others + by_group
    return replace(grant, others=others, groups=tuple(sorted(groups.values())))


def _with_members(
    reader: SalesforceReader, expected: Expected, found: Parents, ids: list[str]
) -> Parents | Unknown:
    answers = ask(reader, [Question(name, _filled(text, expected, ids)) for name, text in _SECOND.items()])
    for answer in answers.values():
        if isinstance(answer, Unknown):
            return answer
    known: dict[str, Any] = dict(answers)
    users = {row["PermissionSetId"]: int(row["users"]) for row in known["users"]}
    return replace(
        found,
        by_group=tuple(
            FieldGrant(
                id=row["Id"],
                field=row["Field"],
                parent_id=row["ParentId"],
                parent=_named(row["Parent"]),
                owned_by_profile=False,
                edit=bool(row["PermissionsEdit"]),
                others=users.get(row["ParentId"], 0),
            )
            for row in sorted(known["rows"], key=lambda each: str(each["Id"]))
        ),
        groups={**found.groups, **_groups(known["members"])},
    )


def _groups(rows: Rows) -> dict[str, dict[str, str]]:
    """Permission set → the groups it is in: id → label."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        label = (row["PermissionSetGroup"] or {}).get("MasterLabel") or row["PermissionSetGroupId"]
        found.setdefault(row["PermissionSetId"], {})[row["PermissionSetGroupId"]] = label
    return found


def _people(rows: Rows) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        name = (row["Assignee"] or {}).get("Name") or ""
        found[row["PermissionSetId"]] = (*found.get(row["PermissionSetId"], ()), name)
    return found


def _of_object(row: Mapping[str, Any]) -> ViewAll:
    return ViewAll(row["SobjectType"], _named(row["Parent"]))


def _of_all(row: Mapping[str, Any]) -> ViewAll:
    return ViewAll("", _named(row))


def _named(parent: Mapping[str, Any] | None) -> str:
    parent = parent or {}
    return (parent.get("Profile") or {}).get("Name") or parent.get("Label") or ""


def _filled(text: str, expected: Expected, ids: Iterable[str] = ()) -> str:
    for word, meaning in _WORDS.items():
        text = text.replace(word, meaning)
    values = {"user": expected.sync_username, "yes": True, "ids": list(ids)}
    values["synced"] = list(objects_of(expected))
    return soql(text, **{name: value for name, value in values.items() if f"{{{name}}}" in text})
