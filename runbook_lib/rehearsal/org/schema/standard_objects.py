"""The standard objects of an org, and its system permissions.

They are declared in standard/: one CSV file per object with one row per field, and
objects.csv with one row per object. A field row holds what differs from the usual describe of its type
(see field_describe.py); its `flags` are words like `+unique`, `-nillable`, `digits=9`, `tooling` for a
field of the Tooling API alone, and `system` for a field that nobody writes and nobody can hide. `values` of
a picklist: `value` or `value=label`, a star before the default one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, describe_field, picklist_value
from runbook_lib.rehearsal.org.schema.object_describe import describe_object

STANDARD = files(__package__) / "standard"
TOOLING = "tooling"
"""Flag of a field that the Tooling API alone knows."""


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    with (STANDARD / f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


@dataclass(frozen=True)
class SystemPermission:
    """One `Permissions…` column: its name without the prefix, its label and what it depends on."""

    name: str
    label: str
    requires: tuple[str, ...]
    """Other permissions by name, or `Object:rced` for object permissions."""


@cache
def system_permissions() -> tuple[SystemPermission, ...]:
    """The system permissions that the rehearsal knows."""
    return tuple(
        SystemPermission(row["name"], row["label"], tuple(row["requires"].split()))
        for row in _rows("permissions")
    )


def standard_catalog() -> Catalog:
    """A fresh catalog of the standard objects. Describes are shared: whoever changes one puts a new one."""
    return Catalog(
        [
            replace(sobject, describe=dict(sobject.describe), fields=dict(sobject.fields), custom_fields={})
            for sobject in _standard_objects()
        ]
    )


@cache
def _standard_objects() -> tuple[SObject, ...]:
    return tuple(_standard_object(row) for row in _rows("objects"))


def _standard_object(row: Mapping[str, str]) -> SObject:
    fields = [standard_field(field) for field in _rows(row["name"])]
    if row["name"] in ("Profile", "PermissionSet", "MutingPermissionSet", "UserPermissionAccess"):
        is_open = row["name"] != "UserPermissionAccess"
        fields += [
            describe_field(
                f"Permissions{permission.name}",
                "boolean",
                label=permission.label,
                permissionable=False,
                createable=is_open,
                updateable=is_open,
            )
            for permission in system_permissions()
        ]
    flags = {word[1:]: word[0] == "+" for word in row["flags"].split()}
    describe = describe_object(
        row["name"], (), label=row["label"], labelPlural=row["plural"], keyPrefix=row["prefix"], **flags
    )
    return SObject(
        row["name"],
        describe,
        {field["name"].lower(): field for field in fields},
        read=row["read"],
        write=row["write"],
        kind=row["kind"],
        tooling_fields=frozenset(
            field["name"].lower() for field in _rows(row["name"]) if TOOLING in field["flags"].split()
        ),
    )


def feature_rows() -> tuple[Mapping[str, str], ...]:
    """The fields that features bring: as those of an object, with the columns feature and object before
    them."""
    return _rows("features")


def standard_field(row: Mapping[str, str]) -> FieldDescribe:
    """The describe of one row."""
    known: dict[str, Any] = {"label": row["label"]}
    for number in ("length", "precision", "scale"):
        if row[number]:
            known[number] = int(row[number])
    for word in row["flags"].split():
        known |= _flag(word)
    values = [value for value in row["values"].split("|") if value]
    if values:
        known["picklistValues"] = [_value(value) for value in values]
        starred = [value for value in values if value.startswith("*")]
        if starred:
            known["defaultValue"] = starred[0][1:].partition("=")[0]
    if row["refers_to"]:
        known["referenceTo"] = row["refers_to"].split("|")
    known["relationshipName"] = row["relationship"] or None
    known["compoundFieldName"] = row["part_of"] or None
    return describe_field(row["name"], row["type"], **known)


def _flag(word: str) -> dict[str, Any]:
    if word == TOOLING:
        return {}
    if word == "system":
        return {"createable": False, "updateable": False, "permissionable": False}
    if word[0] in "+-":
        return {word[1:]: word[0] == "+"}
    key, _, value = word.partition("=")
    return {key: int(value) if value.isdigit() else value}


def _value(text: str) -> dict[str, Any]:
    value, _, label = text.lstrip("*").partition("=")
    return picklist_value(value, label=label or value, is_default=text.startswith("*"))
