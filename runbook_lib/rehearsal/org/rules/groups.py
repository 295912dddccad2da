"""Permission-set groups: each has a permission set of type Group that holds what its parts grant together.

Who is assigned to the group is assigned to that set, and queries of field and object permissions find its
rows; nobody edits it. A muting permission set is a part too, whose id begins with 0QM: what it holds is taken
away from what the others give, in this group alone.
Source: Object Reference, PermissionSetGroup, PermissionSetGroupComponent,
MutingPermissionSet; PermissionSet.Type; CumulusCI pull 3834 (the id).
"""

from __future__ import annotations

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.ids import SYSTEM_USER
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions

MUTING = "0QM"

CONCERNED = (
    "PermissionSet",
    "PermissionSetGroup",
    "PermissionSetGroupComponent",
    "ObjectPermissions",
    "FieldPermissions",
)
"""Objects whose every change may change what a group grants."""
KEYS = {"ObjectPermissions": ("SobjectType",), "FieldPermissions": ("SobjectType", "Field")}
"""Rows of a permission set → the columns that say what a row is about."""


class GroupRules:
    """Keeps the permission set of each group as the sum of its parts."""

    def __init__(self, database: Database, catalog: Catalog, rows: RowStore) -> None:
        self._database = database
        self._catalog = catalog
        self._rows = rows

    def set_of(self, group_id: str) -> str:
        """The permission set that stands for a group; it is made when there is none yet."""
        known = self._rows.find("PermissionSet", PermissionSetGroupId=group_id)
        if known:
            return str(known[0]["Id"])
        group = self._rows.find("PermissionSetGroup", Id=group_id)[0]
        row = {
            "Name": group["DeveloperName"],
            "Label": group["MasterLabel"],
            "Type": "Group",
            "PermissionSetGroupId": group_id,
            "IsCustom": True,
        }
        return self._rows.insert(self._catalog["PermissionSet"], row, SYSTEM_USER)

    def check_not_of_group(self, set_id: str) -> None:
        """OrgFault when the permission set stands for a group: its parts are edited, not the sum."""
        if self._rows.find("PermissionSet", Id=set_id, Type="Group"):
            raise OrgFault(
                400,
                "INSUFFICIENT_ACCESS_OR_READONLY",
                "You can't edit the permission set of a permission set group: edit the permission sets in it",
            )

    def sum_up(self) -> None:
        """Bring what every group grants up to date."""
        for group in self._rows.find("PermissionSetGroup", IsDeleted=False):
            own = self.set_of(group["Id"])
            parts = [
                component["PermissionSetId"]
                for component in self._rows.find(
                    "PermissionSetGroupComponent", PermissionSetGroupId=group["Id"], IsDeleted=False
                )
            ]
            self._sum_system(own, parts)
            for object_name in KEYS:
                self._sum_rows(object_name, own, parts)
            self._database.sql(
                'UPDATE org."PermissionSetAssignment" SET "PermissionSetId" = $1 '
                'WHERE "PermissionSetGroupId" = $2',
                [own, group["Id"]],
            )

    def drop(self, group_id: str) -> None:
        """Take a deleted group from everybody, with its permission set."""
        own = self.set_of(group_id)
        self._database.sql(
            'DELETE FROM org."PermissionSetAssignment" WHERE "PermissionSetGroupId" = $1', [group_id]
        )
        for object_name in KEYS:
            self._database.sql(f'DELETE FROM org."{object_name}" WHERE "ParentId" = $1', [own])
        self._database.sql('DELETE FROM org."PermissionSet" WHERE "Id" = $1', [own])

    def _sum_system(self, own: str, parts: list[str]) -> None:
        columns = [quoted(f"Permissions{permission.name}") for permission in system_permissions()]
        held = (
            'coalesce((SELECT bool_or({name}) FROM org."{table}" WHERE list_contains($parts, "Id")), false)'
        )
        sums = ", ".join(
            f"{name} = {held.format(name=name, table='PermissionSet')} "
            f"AND NOT {held.format(name=name, table='MutingPermissionSet')}"
            for name in columns
        )
        statement = f'UPDATE org."PermissionSet" SET {sums} WHERE "Id" = $own'
        self._database.sql(statement, {"own": own, "parts": parts})

    def _sum_rows(self, object_name: str, own: str, parts: list[str]) -> None:
        """Write the rows of a group's set anew, unless they are the sum already: then their ids stay."""
        wanted, present = self._summed(object_name, parts), self._summed(object_name, [own])
        if wanted == present:
            return
        self._database.sql(f'DELETE FROM org."{object_name}" WHERE "ParentId" = $1', [own])
        for row in wanted:
            self._rows.insert(self._catalog[object_name], row | {"ParentId": own}, SYSTEM_USER)

    def _summed(self, object_name: str, parents: list[str]) -> list[Row]:
        keys = KEYS[object_name]
        flags = [
            field["name"]
            for field in self._catalog[object_name].stored_fields
            if field["name"].startswith("Perm")
        ]
        grouped = ", ".join(quoted(key) for key in keys)
        gives = f"NOT starts_with(\"ParentId\", '{MUTING}')"
        sums = ", ".join(
            f"coalesce(bool_or({quoted(flag)}) FILTER ({gives}), false) AND NOT "
            f"coalesce(bool_or({quoted(flag)}) FILTER (NOT ({gives})), false)"
            for flag in flags
        )
        rows = self._database.sql(
            f'SELECT {grouped}, {sums} FROM org."{object_name}" WHERE list_contains($parents, "ParentId") '
            f"GROUP BY {grouped} ORDER BY {grouped}",
            {"parents": parents},
        )
        summed = [dict(zip((*keys, *flags), row, strict=True)) for row in rows]
        return [row for row in summed if row["PermissionsRead"]]  # without Read there is nothing else
