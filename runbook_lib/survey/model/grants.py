"""By whom the sync user sees a field: rows of FieldPermissions, permission set groups, View All Fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runbook_lib.survey.model.unknown import Unknown


@dataclass(frozen=True)
class FieldGrant:
    """A row of FieldPermissions that lets the sync user see a field: who grants it, and who else has it.

    ``others``: how many other active users have the same profile or permission set, and would lose the field
    with it; ``None``: cannot tell. ``groups``: the groups of permission sets that hand it on.
    """

    id: str
    field: str
    parent_id: str
    parent: str
    owned_by_profile: bool
    edit: bool
    others: int | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewAll:
    """A profile or permission set that shows the sync user all fields of an object; empty: of all objects."""

    object: str
    parent: str


@dataclass(frozen=True)
class Parents:
    """What besides field permissions of their own sets lets the sync user see fields, and who else has it.

    Each is ``Unknown`` by itself where Salesforce refused to tell it. ``sums``: ids of the sets that add up
    a group; their rows cannot be changed. ``by_group``: rows of sets that they have by a group, as far as no
    muting set takes them away. ``groups``: set → the groups it is in (id → label). ``group_users``: group →
    its other active users. ``people``: set → names of other active users, 200 at most over all sets.
    """

    view_all: tuple[ViewAll, ...] | Unknown = ()
    sums: tuple[str, ...] | Unknown = ()
    by_group: tuple[FieldGrant, ...] | Unknown = ()
    groups: Mapping[str, Mapping[str, str]] | Unknown = field(default_factory=dict)
    group_users: Mapping[str, int] | Unknown = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] | Unknown = field(default_factory=dict)


def all_grants(
    grants: tuple[FieldGrant, ...] | Unknown | None, parents: Parents | Unknown | None
) -> tuple[FieldGrant, ...] | Unknown | None:
    """Every row that lets the sync user see a field and can be changed; ``others`` counts whoever would lose
    the field with it, by a group, too."""
    if not isinstance(grants, tuple) or not isinstance(parents, Parents):
        return next((part for part in (grants, parents) if isinstance(part, Unknown)), None)
    if isinstance(parents.sums, Unknown) or isinstance(parents.by_group, Unknown):
        return parents.sums if isinstance(parents.sums, Unknown) else parents.by_group
    rows = {grant.id: grant for grant in grants if grant.parent_id not in parents.sums}
    rows |= {grant.id: grant for grant in parents.by_group if grant.id not in rows}
    return tuple(_counted(grant, parents) for grant in rows.values())


def _counted(grant: FieldGrant, parents: Parents) -> FieldGrant:
    """The grant with its groups and with everybody who has it, too; ``None`` where one of them is unknown."""
    if isinstance(parents.groups, Unknown):
        return replace(grant, others=None)
    groups = parents.groups.get(grant.parent_id, {})
    names = tuple(sorted(groups.values()))
    if grant.others is None or (groups and isinstance(parents.group_users, Unknown)):
        return replace(grant, others=None, groups=names)
    users = {} if isinstance(parents.group_users, Unknown) else parents.group_users
    by_group = sum(users.get(group, 0) for group in groups)
    return replace(grant, others=grant.others + by_group, groups=names)


PERSON_ENDING = "__pc"
"""How the name of a contact's custom field ends on a person account."""


def twin_of(full_name: str) -> str:
    """The field whose value ``full_name`` shows, and where its FieldPermissions lie: ``Contact.Tier__c`` of
    ``Account.Tier__pc``; any other field itself. Source: Salesforce Help, person accounts."""
    object_name, _, name = full_name.partition(".")
    if object_name == "Account" and name.endswith(PERSON_ENDING):
        return f"Contact.{name.removesuffix(PERSON_ENDING)}__c"
    return full_name


def granted_as(full_name: str) -> tuple[str, ...]:
    """The fields whose FieldPermissions may show ``full_name``: its own and its twin's. That they lie on the
    twin alone is read in Salesforce's help, not seen in a recorded reply."""
    return tuple(dict.fromkeys((full_name, twin_of(full_name))))
