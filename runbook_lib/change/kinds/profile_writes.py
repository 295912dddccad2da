"""How a profile's view of a field is written, and put back: rows of FieldPermissions of the set it owns.

Source: object reference, FieldPermissions: a second row for the same field is refused, so that one that is
there is changed; a row without any right is removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runbook_lib.change.kinds.writes import ChangeResult, Door, Ids, answers_of
from runbook_lib.change.plan import Change
from runbook_lib.survey.probes.query import chunks
from runbook_lib.systems.salesforce.soql import soql

_Row = dict[str, Any]
IDS_PER_QUERY = 100
"""Each id takes 27 characters of an address, and the names of the fields stand in it, too."""


def grant_profile_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Read, and not edit, for each profile and field."""
    return _write(door, [(change, change.after, change.after) for change in changes])


def restore_profile_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """As it was: changed back, or removed where the profile did not see the field."""
    return _write(door, [(change, change.before, change.after) for change in changes])


def _write(
    door: Door, wanted: Sequence[tuple[Change, Mapping[str, Any], Mapping[str, Any]]]
) -> list[ChangeResult]:
    """``wanted``: change, where (profile and field), and the rights that are to stand there; none: no row."""
    rows = _rows_there(door, [where for _, where, _ in wanted])
    new, old, gone = [], [], []
    for change, where, rights in wanted:
        row_id = rows.get((where["parent_id"], where["field"]))
        flags = {"PermissionsRead": True, "PermissionsEdit": bool(rights.get("edit"))}
        if not rights:
            gone.append((change, row_id))
        elif row_id:
            old.append((change, {"Id": row_id, **flags}))
        else:
            new.append((change, {**_key(where), **flags}))
    answers: list[ChangeResult] = [ChangeResult(change) for change, row_id in gone if row_id is None]
    removed = [(change, row_id) for change, row_id in gone if row_id is not None]
    if old:
        results = door.update_many("FieldPermissions", [row for _, row in old])
        answers += answers_of([change for change, _ in old], results)
    if new:
        results = door.create_many("FieldPermissions", [row for _, row in new])
        answers += answers_of([change for change, _ in new], results)
    if removed:
        results = door.delete_many([row_id for _, row_id in removed])
        answers += answers_of([change for change, _ in removed], results)
    return answers


def _rows_there(door: Door, places: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    query = (
        "SELECT Id, ParentId, Field FROM FieldPermissions WHERE ParentId IN {parents} AND Field IN {fields}"
    )
    parents = sorted({place["parent_id"] for place in places})
    fields = sorted({place["field"] for place in places})
    rows = (
        row
        for some in chunks(parents, IDS_PER_QUERY)
        for row in door.reader.query(soql(query, parents=list(some), fields=fields))
    )
    return {(row["ParentId"], row["Field"]): row["Id"] for row in rows}


def _key(where: Mapping[str, Any]) -> _Row:
    return {
        "ParentId": where["parent_id"],
        "SobjectType": where["field"].split(".", 1)[0],
        "Field": where["field"],
    }
