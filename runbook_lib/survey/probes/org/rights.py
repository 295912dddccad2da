"""From rows of the permission tables to who gives which right; no call of its own.

Sources: Salesforce object reference, PermissionSet, ObjectPermissions, FieldPermissions; Tooling API,
EntityParticle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook_lib.survey.model.rights import FieldRight, Giver, Holder, ObjectRight, Rights
from runbook_lib.survey.model.schema import Field, ObjectAccess
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.probes.org.queries import needed_fields
from runbook_lib.survey.probes.query import Rows, fact_of
from runbook_lib.survey.requirements import MARKETO_FIELDS

PREFIX = "Permissions"


def rights_of(answers: Mapping[str, Rows | Unknown]) -> Rights:
    """The answers to ``system``, ``objects``, ``needed_rows``, ``view_all_global`` and ``needed_fields``,
    read together: one that was refused costs its own fact alone."""
    return Rights(
        givers={} if isinstance(answers["system"], Unknown) else _givers(answers["system"]),
        system=fact_of(answers["system"], _system),
        objects=fact_of(answers["objects"], _object_rights),
        fields=fact_of(answers["needed_rows"], _field_rights),
        view_all=fact_of(answers["view_all_global"], lambda rows: tuple(sorted(row["Id"] for row in rows))),
        needed=fact_of(
            answers["needed_fields"],
            lambda rows: tuple(sorted(_needed(rows), key=lambda field: field.full_name)),
        ),
    )


def _givers(rows: Rows) -> dict[str, Giver]:
    return {row["Id"]: _giver(row) for row in rows}


def _object_rights(rows: Rows) -> tuple[ObjectRight, ...]:
    return tuple(sorted(map(_object_right, rows), key=lambda right: (right.object, right.giver)))


def _field_rights(rows: Rows) -> tuple[FieldRight, ...]:
    rights = (FieldRight(row["Field"], row["ParentId"], bool(row["PermissionsEdit"])) for row in rows)
    return tuple(sorted(rights, key=lambda right: (right.field, right.giver)))


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
    needed, own = needed_fields(), {field.name for field in MARKETO_FIELDS}
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
