"""Which permission comes only together with which: nobody gets one without it, and nobody loses it under
one that needs it.

Recorded texts: NPSP pull 3979, jsforce issue 749, and deploy errors of several orgs: system permissions by
API name, rights of an object as "Read Account", what is needed in the order of the alphabet, no field named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions

LETTERS = {"r": "Read", "c": "Create", "e": "Edit", "d": "Delete"}
NEEDS = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
    "ViewAllFields": ("Read",),
}
"""Right of ObjectPermissions → the rights to the same object that it depends on."""
READ_WITH = {"Contact": "Account", "Opportunity": "Account"}
"""Object → the object that must be readable, too."""
WORDS = {"ViewAllRecords": "View All", "ModifyAllRecords": "Modify All", "ViewAllFields": "View All Fields"}


class Dependencies:
    """What the permission sets of an org hold, and whether it may stand alone."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows

    def check_system(self, row: Mapping[str, Any]) -> None:
        """OrgFault when a system permission of a permission set lacks what it depends on."""
        for permission in system_permissions():
            if row.get(f"Permissions{permission.name}"):
                missing = [need for need in permission.requires if not self._is_met(row, need)]
                _refuse(permission.name, (word for need in missing for word in _in_words(need)))

    def check_object(self, row: Mapping[str, Any]) -> None:
        """OrgFault when a right of a row of ObjectPermissions lacks what it depends on."""
        name = str(row["SobjectType"])
        for right, needs in NEEDS.items():
            if row.get(f"Permissions{right}"):
                missing = [need for need in needs if not row.get(f"Permissions{need}")]
                _refuse(right_in_words(right, name), (right_in_words(need, name) for need in missing))
        other = READ_WITH.get(name)
        if other and row.get("PermissionsRead") and not self._holds(row["ParentId"], other, "Read"):
            _refuse(right_in_words("Read", name), [right_in_words("Read", other)])

    def check_loss(self, old: Row, new: Mapping[str, Any]) -> None:
        """OrgFault when something else of the set depends on what a row of ObjectPermissions would lose."""
        name, parent = str(old["SobjectType"]), old["ParentId"]
        lost = [
            right
            for right in LETTERS.values()
            if old.get(f"Permissions{right}") and not new.get(f"Permissions{right}")
        ]
        for owner in self._rows.find("PermissionSet", Id=parent):
            for permission in system_permissions():
                if owner.get(f"Permissions{permission.name}"):
                    needed = {word for need in permission.requires for word in _in_words(need)}
                    _refuse(permission.name, needed & {right_in_words(right, name) for right in lost})
        for other, needed_object in READ_WITH.items():
            if needed_object == name and "Read" in lost and self._holds(parent, other, "Read"):
                _refuse(right_in_words("Read", other), [right_in_words("Read", name)])

    def _is_met(self, row: Mapping[str, Any], need: str) -> bool:
        object_name, _, letters = need.partition(":")
        if not letters:
            return bool(row.get(f"Permissions{need}"))
        return all(self._holds(row.get("Id", ""), object_name, LETTERS[letter]) for letter in letters)

    def _holds(self, parent: Any, object_name: str, right: str) -> bool:
        held = self._rows.find("ObjectPermissions", ParentId=parent, SobjectType=object_name)
        return bool(held) and bool(held[0][f"Permissions{right}"])


def right_in_words(right: str, object_name: str) -> str:
    """`Read Account`, as the texts of refusals say it."""
    return f"{WORDS.get(right, right)} {object_name}"


def _in_words(need: str) -> Iterator[str]:
    """`Document:rc` → `Read Document`, `Create Document`."""
    object_name, _, letters = need.partition(":")
    if letters:
        yield from (right_in_words(LETTERS[letter], object_name) for letter in letters)
    else:
        yield need


def _refuse(permission: str, missing: Iterable[str]) -> None:
    names = sorted(set(missing))
    if names:
        message = f"Permission {permission} depends on permission(s): {', '.join(names)}"
        raise OrgFault(400, "FIELD_INTEGRITY_EXCEPTION", message)
