"""The catalog of an org: its objects and their fields, as describes, and who may reach them.

The standard objects are declared in standard/: one CSV file per object with one row per field, and
objects.csv with one row per object. A field row holds what differs from the usual describe of its type
(see field_describe.py); its `flags` are words like `+unique`, `-nillable`, `digits=9`, `tooling` for a
field of the Tooling API alone, and `system` for a field that nobody writes and nobody can hide. `values` of
a picklist: `value` or `value=label`, a star before the default one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from runbook_lib.rehearsal.org.schema.custom_field_types import CustomField
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, describe_field, picklist_value
from runbook_lib.rehearsal.org.schema.object_describe import ObjectDescribe, describe_object

STANDARD = files(__package__) / "standard"
IN_BOTH_APIS = frozenset(
    {
        "ApexTrigger", "AssignmentRule", "DuplicateRule", "EntityDefinition", "EntityParticle",
        "FieldDefinition", "Group", "Organization", "PermissionSet", "PermissionSetGroup",
        "PermissionSetGroupComponent", "Profile", "RecordType", "User", "UserEntityAccess",
    }
)  # fmt: skip
"""Objects of the data API that the Tooling API knows too. Source: Tooling API Developer Guide, "Tooling API
Objects"."""
NAME_FIELDS = (
    "Name", "Alias", "Email", "FirstName", "LastName", "IsActive", "Phone", "Title", "Username", "ProfileId",
    "UserRoleId", "RecordTypeId",
)  # fmt: skip
"""What a lookup to several objects shows of whichever it is. Source: Object Reference, Name."""
TOOLING = "tooling"
"""Flag of a field that the Tooling API alone knows."""
MIRROR_ENDING = "__pc"
"""How the name of a contact's custom field ends on a person account (see person_accounts.py)."""
UNSTORED_TYPES = ("address", "location")
"""Field types put together from other fields when read."""


@dataclass
class SObject:
    """One object of the org."""

    name: str
    describe: ObjectDescribe
    """Its describe without fields and child relationships."""
    fields: dict[str, FieldDescribe]
    """Lower-case name → describe, in order."""
    read: str = "object"
    """Who may read it: "all", "object" (by ObjectPermissions), "object:Other", or a system permission."""
    write: str = "object"
    kind: str = "table"
    """"table", "computed" (rows made when asked for), "tooling" (computed, Tooling API only), "tooling table"
    or "name"."""
    members: tuple[str, ...] = ()
    """For the kind "name": the objects that a lookup to several of them reaches."""
    tooling_fields: frozenset[str] = frozenset()
    """Lower-case names of fields that the Tooling API alone knows."""
    custom_fields: dict[str, CustomField] = field(default_factory=dict)
    """Lower-case name → what Setup knows of a custom field."""

    def find(self, name: str) -> FieldDescribe | None:
        """The field of that name in any case, or None."""
        return self.fields.get(name.lower())

    @property
    def key_prefix(self) -> str:
        """The first three characters of its ids."""
        return str(self.describe["keyPrefix"])

    @property
    def has_table(self) -> bool:
        """Whether its rows are stored, and not made when somebody asks."""
        return self.kind in ("table", "tooling table")

    @property
    def is_tooling(self) -> bool:
        """Whether only the Tooling API knows it."""
        return self.kind.startswith("tooling")

    @property
    def stored_fields(self) -> list[FieldDescribe]:
        """The fields that are columns of its table."""
        return [one for one in self.fields.values() if one["type"] not in UNSTORED_TYPES]

    @property
    def permission_object(self) -> str | None:
        """The object whose ObjectPermissions decide about this one; None where none do."""
        if self.read == "object":
            return self.name
        return self.read.partition(":")[2] or None

    @property
    def grantable_fields(self) -> list[str]:
        """Fields that FieldPermissions can name: permissionable, and neither a part of a compound field nor
        the mirror of a contact's."""
        return [
            one["name"]
            for one in self.fields.values()
            if one["permissionable"]
            and not one["compoundFieldName"]
            and not one["name"].endswith(MIRROR_ENDING)
        ]


class Catalog:
    """All objects of one org; names in any case."""

    def __init__(self, objects: list[SObject]) -> None:
        self._objects = {one.name.lower(): one for one in objects}

    def __iter__(self) -> Iterator[SObject]:
        return iter(list(self._objects.values()))

    def find(self, name: str) -> SObject | None:
        """The object of that name, or None."""
        return self._objects.get(name.lower())

    def __getitem__(self, name: str) -> SObject:
        return self._objects[name.lower()]

    def put(self, sobject: SObject) -> None:
        """Add an object, in place of one of the same name."""
        self._objects[sobject.name.lower()] = sobject

    def parent(self, sobject: SObject, relationship: str) -> tuple[FieldDescribe, SObject] | None:
        """The lookup field and the object behind a parent path such as `Owner`; None if there is none.

        A lookup that may hold ids of several objects, as Owner of a lead does, leads to what they have in
        common: SOQL calls that the object Name.
        """
        for one in sobject.fields.values():
            if (one["relationshipName"] or "").lower() != relationship.lower():
                continue
            known = [name for name in one["referenceTo"] if self.find(name)]
            if known and len(one["referenceTo"]) > 1:
                return one, self._name_of([name for name in known if self[name].find("Name")])
            if known:
                return one, self[known[0]]
        return None

    def _name_of(self, members: list[str]) -> SObject:
        """What the records of several objects have in common. Source: Object Reference, Name."""
        own = {"createable": False, "updateable": False, "permissionable": False}
        common = [
            next((field for member in members if (field := self[member].find(name))), None)
            for name in NAME_FIELDS
        ]
        fields = [describe_field("Id", "id"), describe_field("Type", "string", **own), *filter(None, common)]
        by_name = {field["name"].lower(): {**field, "permissionable": False} for field in fields}
        return SObject("Name", describe_object("Name", ()), by_name, "all", "none", "name", tuple(members))

    def fields_to(self, target: str) -> Iterator[tuple[SObject, FieldDescribe]]:
        """Every lookup that can point at the object `target`."""
        for sobject in self:
            for one in sobject.fields.values():
                if target in one["referenceTo"] and sobject.kind == "table":
                    yield sobject, one

    def by_prefix(self, record_id: str) -> SObject | None:
        """The object that a record id belongs to."""
        for sobject in self:
            if sobject.kind == "table" and sobject.key_prefix == record_id[:3]:
                return sobject
        return None


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
            replace(one, describe=dict(one.describe), fields=dict(one.fields), custom_fields={})
            for one in _standard_objects()
        ]
    )


@cache
def _standard_objects() -> tuple[SObject, ...]:
    return tuple(_standard_object(row) for row in _rows("objects"))


def _standard_object(row: Mapping[str, str]) -> SObject:
    fields = [standard_field(one) for one in _rows(row["name"])]
    if row["name"] in ("Profile", "PermissionSet", "MutingPermissionSet", "UserPermissionAccess"):
        is_open = row["name"] != "UserPermissionAccess"
        fields += [
            describe_field(
                f"Permissions{one.name}",
                "boolean",
                label=one.label,
                permissionable=False,
                createable=is_open,
                updateable=is_open,
            )
            for one in system_permissions()
        ]
    flags = {word[1:]: word[0] == "+" for word in row["flags"].split()}
    describe = describe_object(
        row["name"], (), label=row["label"], labelPlural=row["plural"], keyPrefix=row["prefix"], **flags
    )
    return SObject(
        row["name"],
        describe,
        {one["name"].lower(): one for one in fields},
        read=row["read"],
        write=row["write"],
        kind=row["kind"],
        tooling_fields=frozenset(
            one["name"].lower() for one in _rows(row["name"]) if TOOLING in one["flags"].split()
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
