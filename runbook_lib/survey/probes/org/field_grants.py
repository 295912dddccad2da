"""Who lets the sync user see fields besides the profile and the sets that are assigned to them: groups of
permission sets, and View All Fields; and who else has them.

A group has a set of its own that adds up its members; its rows of FieldPermissions cannot be changed, those
of the members can. View All Fields shows every field of an object, whatever FieldPermissions say. A column
that an org does not have (View All Fields is younger than most orgs) means that nobody has the right there.
What one question of these would have told stays unknown by itself where Salesforce refuses it.

A group may have a muting set, which is listed among its members and takes away: what the group's own set
does not hold, the group does not give.

Calls: two, one more in an org that lacks the columns, and more where they have hundreds of sets. Sources:
Salesforce object reference, PermissionSetGroup, PermissionSetGroupComponent, MutingPermissionSet,
ObjectPermissions; SOQL reference, "Comparison Operators": a semi-join must not ask the object of the outer
query, which is why colleagues are asked for by the ids of the sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.survey.probes.query import ById, Question, Rows, ask, ask_by_ids, first_unknown
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import Expected, FieldGrant, Parents, Unknown, ViewAll
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

Value = TypeVar("Value")
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
    "SET": "SELECT Id, Label, IsOwnedByProfile, Profile.Name, PermissionSetGroupId",
}
"""What the words in capitals in the templates stand for."""
_FIRST = {
    "his_groups": "SELECT MEMBERS WHERE PermissionSetGroupId IN HIS_GROUPS",
    "his_sets": "SELECT MEMBERS WHERE PermissionSetId IN HIS_SETS",
    "sets": "SET, PermissionsViewAllFieldsGlobal FROM PermissionSet WHERE Id IN HIS_SETS",
    "group_users": "SELECT PermissionSetGroupId, COUNT(Id) users FROM PermissionSetAssignment "
    "WHERE PermissionSetGroupId != null AND OTHERS GROUP BY PermissionSetGroupId LIMIT 2000",
    "view_all": "SELECT SobjectType, PARENT FROM ObjectPermissions "
    "WHERE ParentId IN HIS_SETS AND PermissionsViewAllFields = {yes}",
}
_YOUNG = ("PermissionsViewAllFieldsGlobal",)
"""Columns of these questions that an org may lack."""
_SECOND = {
    "names": "SELECT PermissionSetId, Assignee.Name FROM PermissionSetAssignment "
    "WHERE PermissionSetId IN {ids} AND OTHERS ORDER BY Assignee.Name LIMIT 200",
    "rows": "SELECT Id, Field, PermissionsEdit, ParentId, PARENT FROM FieldPermissions "
    "WHERE ParentId IN {ids} AND SobjectType IN {synced} AND PermissionsRead = {yes}",
    "members": "SELECT MEMBERS WHERE PermissionSetId IN {ids}",
    "users": "SELECT PermissionSetId, COUNT(Id) users FROM PermissionSetAssignment "
    "WHERE PermissionSetId IN {ids} AND OTHERS GROUP BY PermissionSetId",
    "given": "SELECT ParentId, Field FROM FieldPermissions "
    "WHERE ParentId IN {ids} AND SobjectType IN {synced} AND PermissionsRead = {yes}",
}
"""Questions by id: who else has the same sets; the members of the groups; what is left in the own
sets of groups that have a muting set."""
_MUTING = "0QM"
"""How the id of a muting set begins. Recorded: CumulusCI pull 3834; jetstream pull 1998."""


def parents(reader: SalesforceReader, expected: Expected) -> Parents:
    """The other ways in which the user whom ``expected`` names sees fields; what Salesforce refuses to tell
    is unknown by itself."""
    answers = ask(reader, [_first(name, expected) for name in _FIRST])
    if getattr(answers["view_all"], "code", "") == "INVALID_FIELD":
        answers["view_all"] = []
    answers |= ask_by_ids(reader, _second(answers, expected))
    return Parents(
        view_all=_known(answers, ("view_all", "sets"), _view_all),
        sums=_known(answers, ("sets",), lambda sets: tuple(_sums(sets).values())),
        by_group=_known(
            answers, ("rows", "his_groups", "sets", "given"), partial(_by_group, answers["users"])
        ),
        groups=_known(answers, ("his_sets", "members"), _groups),
        group_users=_known(answers, ("group_users",), partial(_counts, "PermissionSetGroupId")),
        people=_known(answers, ("sets", "names"), lambda _, rows: _people(rows)),
    )


def _first(name: str, expected: Expected) -> Question:
    young = tuple(column for column in _YOUNG if column in _FIRST[name])
    return Question(name, _filled(_FIRST[name], expected), young)


def _second(first: Mapping[str, Rows | Unknown], expected: Expected) -> list[ById]:
    """The questions that need ids of the first answers; without ids nobody has to ask."""
    sets, components = (
        [] if isinstance(answer, Unknown) else answer for answer in (first["sets"], first["his_groups"])
    )
    members = sorted({row["PermissionSetId"] for row in components} - {*muting_sets(components)})
    sums = _sums(sets)
    ids = {
        "names": sorted(row["Id"] for row in sets),
        "given": sorted(sums[group] for group in set(muting_sets(components).values()) & sums.keys()),
        **dict.fromkeys(("rows", "members", "users"), members),
    }
    return [ById(name, partial(_filled, text, expected), ids[name]) for name, text in _SECOND.items()]


def _known(
    answers: Mapping[str, Rows | Unknown], names: Sequence[str], read: Callable[..., Value]
) -> Value | Unknown:
    """What ``read`` makes of the rows of these questions; the first of them that is unknown, otherwise."""
    refusal = first_unknown(answers, names)
    return read(*(answers[name] for name in names)) if refusal is None else refusal


def _by_group(
    users: Rows | Unknown, rows: Rows, components: Rows, sets: Rows, given: Rows
) -> tuple[FieldGrant, ...]:
    """The members' rows that a group hands on; ``users``: who else has a member by itself."""
    sums, held = _sums(sets), {(row["ParentId"], row["Field"]) for row in given}
    muted = set(muting_sets(components).values())

    def is_handed_on(row: Mapping[str, Any]) -> bool:
        groups = [
            component["PermissionSetGroupId"]
            for component in components
            if component["PermissionSetId"] == row["ParentId"]
        ]
        return any(group not in muted or (sums.get(group), row["Field"]) in held for group in groups)

    counted = None if isinstance(users, Unknown) else _counts("PermissionSetId", users)
    grants = [
        FieldGrant(
            id=row["Id"],
            field=row["Field"],
            parent_id=row["ParentId"],
            parent=_named(row["Parent"]),
            owned_by_profile=False,
            edit=bool(row["PermissionsEdit"]),
            others=None if counted is None else counted.get(row["ParentId"], 0),
        )
        for row in rows
        if is_handed_on(row)
    ]
    return tuple(sorted(grants, key=lambda grant: grant.id))


def _sums(sets: Rows) -> dict[str, str]:
    """Group → the set of its own that adds it up."""
    return {row["PermissionSetGroupId"]: row["Id"] for row in sets if row["PermissionSetGroupId"]}


def muting_sets(components: Rows) -> dict[str, str]:
    """Muting set → the group whose members it takes from; a group has one at most."""
    return {
        row["PermissionSetId"]: row["PermissionSetGroupId"]
        for row in components
        if row["PermissionSetId"].startswith(_MUTING)
    }


def _groups(*answers: Rows) -> dict[str, dict[str, str]]:
    """Permission set → the groups it is in: id → label."""
    groups: dict[str, dict[str, str]] = {}
    for row in chain(*answers):
        label = (row["PermissionSetGroup"] or {}).get("MasterLabel") or row["PermissionSetGroupId"]
        groups.setdefault(row["PermissionSetId"], {})[row["PermissionSetGroupId"]] = label
    return groups


def _counts(column: str, rows: Rows) -> dict[str, int]:
    return {row[column]: int(row["users"]) for row in rows}


def _people(rows: Rows) -> dict[str, tuple[str, ...]]:
    people: dict[str, tuple[str, ...]] = {}
    for row in rows:
        name = (row["Assignee"] or {}).get("Name") or ""
        people[row["PermissionSetId"]] = (*people.get(row["PermissionSetId"], ()), name)
    return people


def _view_all(rows: Rows, sets: Rows) -> tuple[ViewAll, ...]:
    """Of single objects, and of all of them."""
    of_all = [ViewAll("", _named(row)) for row in sets if row.get("PermissionsViewAllFieldsGlobal")]
    return (*(ViewAll(row["SobjectType"], _named(row["Parent"])) for row in rows), *of_all)


def _named(parent: Mapping[str, Any] | None) -> str:
    parent = parent or {}
    return (parent.get("Profile") or {}).get("Name") or parent.get("Label") or ""


def _filled(text: str, expected: Expected, ids: Sequence[str] = ()) -> str:
    for word, meaning in _WORDS.items():
        text = text.replace(word, meaning)
    values = {"user": expected.sync_username, "yes": True, "ids": list(ids)}
    values["synced"] = list(objects_of(expected))
    return soql(text, **{name: value for name, value in values.items() if f"{{{name}}}" in text})
