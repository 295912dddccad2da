"""The catalog of an org: its objects and their fields, as describes, and who may reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from runbook_lib.rehearsal.org.schema.custom_field_types import CustomField
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, describe_field
from runbook_lib.rehearsal.org.schema.object_describe import ObjectDescribe, describe_object

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
        return [field for field in self.fields.values() if field["type"] not in UNSTORED_TYPES]

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
            field["name"]
            for field in self.fields.values()
            if field["permissionable"]
            and not field["compoundFieldName"]
            and not field["name"].endswith(MIRROR_ENDING)
        ]

    def is_editable(self, field_name: str) -> bool:
        """Whether FieldPermissions may grant Edit on a field: formulas and auto-numbers are read-only."""
        field = self.find(field_name)
        return field is not None and not field["calculated"] and not field["autoNumber"]


class Catalog:
    """All objects of one org; names in any case."""

    def __init__(self, objects: list[SObject]) -> None:
        self._objects = {sobject.name.lower(): sobject for sobject in objects}

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
        for lookup in sobject.fields.values():
            if (lookup["relationshipName"] or "").lower() != relationship.lower():
                continue
            known = [name for name in lookup["referenceTo"] if self.find(name)]
            if known and len(lookup["referenceTo"]) > 1:
                return lookup, self._name_of([name for name in known if self[name].find("Name")])
            if known:
                return lookup, self[known[0]]
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
            for lookup in sobject.fields.values():
                if target in lookup["referenceTo"] and sobject.kind == "table":
                    yield sobject, lookup

    def by_prefix(self, record_id: str) -> SObject | None:
        """The object that a record id belongs to."""
        for sobject in self:
            if sobject.kind == "table" and sobject.key_prefix == record_id[:3]:
                return sobject
        return None
