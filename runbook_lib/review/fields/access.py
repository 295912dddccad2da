"""Whether the sync user sees and may edit a field, from the tables of rights: the union of everything that
grants it.

A field that cannot be hidden is seen by everybody. A part of a compound field (Street of Address) goes with
the compound, whatever its own flags say. View All Fields shows every field of an object, but lets nobody
edit. Sources: Salesforce object reference, FieldPermissions; Salesforce Help, View All Fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from runbook_lib.survey.model.grants import granted_as
from runbook_lib.survey.model.rights import Rights
from runbook_lib.survey.snapshot import Field, Parents, Snapshot, Unknown

EVERY_OBJECT = ""
Row = TypeVar("Row")


@dataclass(frozen=True)
class FieldAccess:
    """Whether a field is read and edited, and by whose grace; ``by`` is empty where nobody can hide it."""

    read: bool
    edit: bool
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldGrants:
    """Who grants what. ``rows``: field → giver → may edit. ``view_all``: object → givers that show all of
    its fields; those of :data:`EVERY_OBJECT` show all fields of all objects. ``untold``: ``read`` or ``edit``
    → why a table that could grant it as well was not read."""

    rows: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    view_all: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untold: Mapping[str, Unknown] = field(default_factory=dict)


def field_access(field: Field, grants: FieldGrants, compound: Field | None = None) -> FieldAccess:
    """The access to one field of an object whose records they may read. ``compound``: the field it is a part
    of, where it is one."""
    governing = compound or field
    if not governing.permissionable:
        return FieldAccess(read=True, edit=True)
    rows: dict[str, bool] = {}
    for name in granted_as(governing.full_name):
        rows |= grants.rows.get(name, {})
    view_all = (*grants.view_all.get(field.object, ()), *grants.view_all.get(EVERY_OBJECT, ()))
    by = tuple(dict.fromkeys((*sorted(rows), *view_all)))
    return FieldAccess(read=bool(by), edit=any(rows.values()), by=by)


def grants_of_rights(rights: Rights) -> FieldGrants:
    """What the rows of the fields that Marketo needs say; givers by id."""
    rows: dict[str, dict[str, bool]] = {}
    for row in _read(rights.fields):
        rows.setdefault(row.field, {})[row.giver] = row.edit
    view_all: dict[str, tuple[str, ...]] = {EVERY_OBJECT: _read(rights.view_all)}
    for right in _read(rights.objects):
        if right.view_all_fields:
            view_all[right.object] = (*view_all.get(right.object, ()), right.giver)
    tables = {"read": (rights.fields, rights.view_all, rights.objects), "edit": (rights.fields,)}
    untold = {right: table for right, some in tables.items() for table in some if isinstance(table, Unknown)}
    return FieldGrants(rows, view_all, untold)


def _read(table: tuple[Row, ...] | Unknown) -> tuple[Row, ...]:
    return () if isinstance(table, Unknown) else table


def grants_of_snapshot(snapshot: Snapshot) -> FieldGrants | None:
    """What all rows of their sets and of the groups' sets say; givers by name. ``None``: cannot tell."""
    granted, parents = snapshot.grants_by_field, snapshot.parents
    if not isinstance(granted, Mapping) or not isinstance(parents, Parents):
        return None
    if isinstance(parents.view_all, Unknown):
        return None
    rows: dict[str, dict[str, bool]] = {}
    for name, grants in granted.items():
        there = rows.setdefault(name, {})
        for grant in grants:
            there[grant.parent] = there.get(grant.parent, False) or grant.edit
    view_all: dict[str, tuple[str, ...]] = {}
    for giver in parents.view_all:
        view_all[giver.object] = (*view_all.get(giver.object, ()), giver.parent)
    return FieldGrants(rows, view_all)


def seen_by_tables(fields: Iterable[Field], grants: FieldGrants) -> dict[str, FieldAccess]:
    """Field → access, for all fields of objects that the sync user may read, their compounds among them."""
    known = {field.full_name: field for field in fields}
    return {
        name: field_access(
            field, grants, known.get(f"{field.object}.{field.compound}") if field.compound else None
        )
        for name, field in known.items()
    }
