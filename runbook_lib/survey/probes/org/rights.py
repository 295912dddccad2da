"""From rows of the permission tables to who gives which right; no call of its own.

Sources: Salesforce object reference, PermissionSet, ObjectPermissions, FieldPermissions; Tooling API,
EntityParticle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook_lib.survey.model.rights import FieldRight, Giver, Holder, ObjectRight, Rights
from runbook_lib.survey.model.schema import Field, ObjectAccess
from runbook_lib.survey.probes.org.queries import needed_fields
from runbook_lib.survey.probes.query import Rows
from runbook_lib.survey.requirements import MARKETO_FIELDS

PREFIX = "Permissions"


def rights_of(found: Mapping[str, Rows]) -> Rights:
    """The rows of the queries ``system``, ``objects``, ``needed_rows``, ``view_all_global`` and
    ``needed_fields``, read together."""
    return Rights(
        givers={row["Id"]: _giver(row) for row in found["system"]},
        system=_system(found["system"]),
        objects=tuple(sorted(map(_object_right, found["objects"]), key=lambda one: (one.object, one.giver))),
        fields=tuple(
            sorted(
                (
                    FieldRight(row["Field"], row["ParentId"], bool(row["PermissionsEdit"]))
                    for row in found["needed_rows"]
                ),
                key=lambda one: (one.field, one.giver),
            )
        ),
        view_all=tuple(sorted(row["Id"] for row in found["view_all_global"])),
        needed=tuple(sorted(_needed(found["needed_fields"]), key=lambda one: one.full_name)),
    )


def _giver(row: Mapping[str, Any]) -> Giver:
    """A group of permission sets has a set of its own that adds it up; its label is the group's."""
    if row.get("PermissionSetGroupId"):
        return Giver(row["Label"], Holder.GROUP)
    if row["IsOwnedByProfile"]:
        return Giver((row["Profile"] or {}).get("Name") or row["Label"], Holder.PROFILE)
    return Giver(row["Label"], Holder.SET)


def _system(rows: Rows) -> dict[str, tuple[str, ...]]:
    columns = sorted(
        {name for row in rows for name in row if name.startswith(PREFIX)} - {"PermissionSetGroup"}
    )
    return {name: tuple(sorted(row["Id"] for row in rows if row.get(name) is True)) for name in columns}


def _object_right(row: Mapping[str, Any]) -> ObjectRight:
    access = ObjectAccess(*(bool(row[f"{PREFIX}{right}"]) for right in ("Read", "Create", "Edit", "Delete")))
    return ObjectRight(row["SobjectType"], row["ParentId"], access, bool(row.get("PermissionsViewAllFields")))


def _needed(rows: Rows) -> Iterator[Field]:
    """The query names all objects and all fields together; only the pairs that Marketo needs count."""
    needed, own = needed_fields(), {each.name for each in MARKETO_FIELDS}
    for row in rows:
        object_name, name = row["EntityDefinition"]["QualifiedApiName"], row["QualifiedApiName"]
        if name in needed[object_name]:
            yield Field(
                object=object_name,
                name=name,
                label=row["Label"] or "",
                type=str(row["DataType"]).lower(),
                custom=name in own,
                calculated=bool(row["IsCalculated"]),
                updateable=bool(row["IsUpdatable"]),
                permissionable=bool(row["IsPermissionable"]),
            )
