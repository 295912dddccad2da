"""What a declared profile, permission set or muting set grants: its rows of ObjectPermissions and
FieldPermissions."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.rehearsal.declarations import PermissionDeclaration
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions

RIGHTS = {
    "r": "PermissionsRead",
    "c": "PermissionsCreate",
    "e": "PermissionsEdit",
    "u": "PermissionsEdit",
    "d": "PermissionsDelete",
    "v": "PermissionsViewAllRecords",
    "m": "PermissionsModifyAllRecords",
    "a": "PermissionsViewAllFields",
}
"""Letter of a world file → column of ObjectPermissions."""
NOT_IN_ALL = ("ForceTwoFactor", "TwoFactorApi", "ViewAllFieldsGlobal")
"""What "all" leaves out: with the last one even a field that was just made by API would be visible."""


def object_rights(catalog: Catalog, declared: PermissionDeclaration) -> Iterable[tuple[str, dict[str, bool]]]:
    """Object → its columns of ObjectPermissions that are true."""
    if declared.objects is None:
        rights = {right: True for letter, right in RIGHTS.items() if letter != "a"}
        return [(sobject.name, rights) for sobject in catalog if sobject.read == "object"]
    return [
        (name, {RIGHTS[letter]: True for letter in letters})
        for name, letters in declared.objects.items()
        if catalog.find(name)
    ]


def granted_fields(catalog: Catalog, declared: PermissionDeclaration) -> Iterable[tuple[SObject, str]]:
    """Every field that is granted, with its object."""
    hidden = {name.lower() for name in declared.hidden_fields}
    wanted = None if declared.fields is None else {name.lower() for name in declared.fields}
    for sobject in catalog:
        for field in sobject.grantable_fields:
            full_name = f"{sobject.name}.{field}".lower()
            if (wanted is None or full_name in wanted) and full_name not in hidden:
                yield sobject, field


def system_columns(declared: PermissionDeclaration) -> dict[str, bool]:
    """Its system permissions."""
    names = [permission.name for permission in system_permissions() if permission.name not in NOT_IN_ALL]
    held = names if declared.permissions is None else declared.permissions
    return {f"Permissions{name}": True for name in held}
