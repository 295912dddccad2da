"""What a user may see and do: the union over the permission set behind their profile and the sets
assigned to them, read from the tables at every call, so that a change counts at once.

Source: Salesforce, "Field Permissions", "Object Permissions", View All Fields (API v60).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.database import Database, literal, quoted, tables_in
from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated, unsupported_object
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.schema.only_in_salesforce import ONLY_IN_SALESFORCE
from runbook_lib.rehearsal.org.schema.person_accounts import mirror_name
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions

PARENTS = 'SELECT "PermissionSetId" FROM org."PermissionSetAssignment" WHERE "AssigneeId" = $user'
"""The permission sets a user holds: of their profile, assigned, or the one that stands for a group."""

OBJECT_RIGHTS = ("Read", "Create", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords", "ViewAllFields")


@dataclass(frozen=True)
class ObjectAccess:
    """What a user may do with the records of one object."""

    read: bool
    create: bool
    edit: bool
    delete: bool
    view_all_fields: bool


@dataclass(frozen=True)
class FieldAccess:
    """Fields of one object that a user may read and edit, as lower-case names."""

    readable: frozenset[str]
    editable: frozenset[str]


class Permissions:
    """Answers what a user may do."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self.catalog = catalog
        self._names = tuple(permission.name for permission in system_permissions())
        self._known: dict[tuple[str, str], tuple[int, list[tuple[Any, ...]]]] = {}

    def system(self, user_id: str) -> Mapping[str, bool]:
        """Every system permission by its name without prefix."""
        columns = ", ".join(
            f"coalesce(bool_or({quoted('Permissions' + name)}), false)" for name in self._names
        )
        rows = self._ask(f'SELECT {columns} FROM org."PermissionSet" WHERE "Id" IN ({PARENTS})', user_id)
        return dict(zip(self._names, rows[0], strict=True))

    def has(self, user_id: str, name: str) -> bool:
        """Whether the user holds one system permission."""
        return self.system(user_id)[name]

    def demand(self, user_id: str, name: str) -> None:
        """OrgFault 403 INSUFFICIENT_ACCESS unless the user holds that system permission."""
        if not self.has(user_id, name):
            label = next(permission.label for permission in system_permissions() if permission.name == name)
            raise OrgFault(
                403,
                "INSUFFICIENT_ACCESS",
                f"insufficient access rights: this needs the user permission {label}.",
            )

    def access(self, user_id: str, sobject: SObject) -> ObjectAccess:
        """What the user may do with an object."""
        return _access(sobject, self.system(user_id), self._object_rights(user_id))

    def accesses(self, user_id: str) -> list[tuple[SObject, ObjectAccess]]:
        """What the user may do with each object."""
        held, rights = self.system(user_id), self._object_rights(user_id)
        return [(sobject, _access(sobject, held, rights)) for sobject in self.catalog]

    def default_access(self, object_name: str) -> str:
        """The org-wide default sharing of an object, as Organization tells it; empty where it does not."""
        column = f"Default{object_name}Access"
        if not object_name or not self.catalog["Organization"].find(column):
            return ""
        return str(self._database.sql(f'SELECT {quoted(column)} FROM org."Organization"')[0][0])

    def sees_all_rows(self, user_id: str, object_name: str) -> bool:
        """Whether the user sees every record of an object, whomever it is shared with."""
        held, rights = self.system(user_id), self._object_rights(user_id).get(object_name, frozenset())
        return (
            held["ViewAllData"]
            or held["ModifyAllData"]
            or bool(rights & {"ViewAllRecords", "ModifyAllRecords"})
        )

    def edits_all_rows(self, user_id: str, object_name: str) -> bool:
        """Whether the user may write every record of an object, whomever it belongs to."""
        rights = self._object_rights(user_id).get(object_name, frozenset())
        return self.has(user_id, "ModifyAllData") or "ModifyAllRecords" in rights

    def _object_rights(self, user_id: str) -> Mapping[str, frozenset[str]]:
        """Object → the rights that any of the user's permission sets gives."""
        columns = ", ".join(f'coalesce(bool_or("Permissions{right}"), false)' for right in OBJECT_RIGHTS)
        rows = self._ask(
            f'SELECT "SobjectType", {columns} FROM org."ObjectPermissions" '
            f'WHERE "ParentId" IN ({PARENTS}) GROUP BY "SobjectType"',
            user_id,
        )
        return {
            name: frozenset(right for right, has in zip(OBJECT_RIGHTS, held, strict=True) if has)
            for name, *held in rows
        }

    def _ask(self, text: str, user_id: str) -> list[tuple[Any, ...]]:
        """The rows of a query about one user; asked again only after its tables were written to."""
        at, rows = self._known.get((text, user_id), (-1, []))
        if at == (now := self._database.writes_to(*tables_in(text))):
            return rows
        rows = self._database.sql(text, {"user": user_id})
        self._known[text, user_id] = (now, rows)
        return rows

    def readable_object(self, user_id: str, name: str) -> SObject:
        """The object of that name; OrgFault INVALID_TYPE when there is none the user may read, 501 for one
        that only Salesforce has."""
        sobject = self.catalog.find(name)
        if sobject is None and name.lower() in ONLY_IN_SALESFORCE:
            raise not_imitated(f"the object {name}")
        if sobject is None or not self.access(user_id, sobject).read:
            raise unsupported_object(name)
        return sobject

    def fields(self, user_id: str, sobject: SObject) -> FieldAccess:
        """The fields of a readable object that the user may read and edit.

        A field that cannot be hidden is readable by everyone; a part of an address goes with its address, and
        what a person account shows of its contact with the contact's field.
        """
        granted = self._granted(user_id, sobject.name)
        if sobject.name == "Account":
            contact = self._granted(user_id, "Contact")
            granted |= {mirror_name(name): edit for name, edit in contact.items() if name.endswith("__c")}
        sees_all = self.access(user_id, sobject).view_all_fields
        readable, editable = set(), set()
        for name, field in sobject.fields.items():
            if name in sobject.tooling_fields:
                continue
            key = governing_field(sobject, field)
            if key is None or sees_all or key in granted:
                readable.add(name)
            if key is None or granted.get(key, False):
                editable.add(name)
        return FieldAccess(frozenset(readable), frozenset(editable))

    def _granted(self, user_id: str, object_name: str) -> dict[str, bool]:
        """Lower-case name of every field that FieldPermissions show the user → whether for editing, too."""
        rows = self._ask(
            'SELECT "Field", bool_or("PermissionsEdit") FROM org."FieldPermissions" '
            f'WHERE "SobjectType" = {literal(object_name)} AND "PermissionsRead" '
            f'AND "ParentId" IN ({PARENTS}) GROUP BY "Field"',
            user_id,
        )
        return {str(field).partition(".")[2].lower(): bool(edit) for field, edit in rows}


def _access(sobject: SObject, held: Mapping[str, bool], rights: Mapping[str, frozenset[str]]) -> ObjectAccess:
    if sobject.permission_object:
        right = rights.get(sobject.permission_object, frozenset())
        all_data = held["ModifyAllData"]
        return ObjectAccess(
            read="Read" in right or held["ViewAllData"] or all_data,
            create="Create" in right or all_data,
            edit="Edit" in right or all_data,
            delete="Delete" in right or all_data,
            view_all_fields="ViewAllFields" in right or held["ViewAllFieldsGlobal"],
        )
    read = sobject.read == "all" or held[sobject.read]
    write = read and sobject.write != "none" and (sobject.write == "all" or held[sobject.write])
    return ObjectAccess(read, write, write, write, held["ViewAllFieldsGlobal"])


def governing_field(sobject: SObject, field: FieldDescribe) -> str | None:
    """Lower-case name of the field whose FieldPermissions decide about this one; None where none do."""
    compound = sobject.find(field["compoundFieldName"] or "")
    if compound is not None:
        return compound["name"].lower() if compound["permissionable"] else None
    return field["name"].lower() if field["permissionable"] else None
