"""One call, or a few, per kind of taking back; the mirror of :mod:`runbook_lib.change.kinds.writes`.

A change that is taken back has as ``before`` what we made and as ``after`` what was there. Sources: object
reference (FieldPermissions, ObjectPermissions: a row without any right is removed), Metadata API
(LeadConvertSettings).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runbook_lib.change.kinds.writes import ChangeResult, Door, Ids, answers_of, mapped, rows_by
from runbook_lib.change.plan import Change
from runbook_lib.errors import SalesforceRefused
from runbook_lib.systems.salesforce.errors import dependency_in
from runbook_lib.systems.salesforce.records import RecordResult
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

_Row = dict[str, Any]
_GONE = RecordResult(None, success=True, code=None, message="", fields=())


def restore_object(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Rows of ObjectPermissions as they were; one that was not there is deleted.

    Salesforce refuses to take one while another depends on it (contacts and opportunities need accounts): the
    last ones given go first, and what is refused for that is tried again after the others.
    """
    names = [change.target for change in changes]
    query = "SELECT Id, SobjectType FROM ObjectPermissions WHERE ParentId = {set} AND SobjectType IN {names}"
    rows = rows_by(door, soql(query, set=ids.permission_set, names=names), "SobjectType")
    old = [change for change in changes if any(change.after.values())]
    gone = [change for change in changes if change not in old]
    flags = [{f"Permissions{right.capitalize()}": on for right, on in change.after.items()} for change in old]
    records = [{"Id": rows[change.target], **row} for change, row in zip(old, flags, strict=True)]
    answers = _deleted_backwards(door, list(reversed(gone)), rows)
    results = door.update_many("ObjectPermissions", records) if records else []
    return [*answers, *answers_of(old, results)]


def _deleted_backwards(door: Door, changes: Sequence[Change], rows: dict[str, str]) -> list[ChangeResult]:
    answers: dict[str, ChangeResult] = {}
    left = list(changes)
    while left:
        deleted = door.delete_many([rows[change.target] for change in left if change.target in rows])
        replies = _deleted(left, rows, deleted)
        answers |= {answer.change.id: answer for answer in replies}
        depending = [answer.change for answer in replies if answer.code and dependency_in(answer.message)]
        left = depending if len(depending) < len(left) else []
    return [answers[change.id] for change in changes]


def restore_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Rows of FieldPermissions as they were; one that was not there is deleted."""
    objects = sorted({change.target.split(".", 1)[0] for change in changes})
    query = "SELECT Id, Field FROM FieldPermissions WHERE ParentId = {parent} AND SobjectType IN {objects}"
    rows = rows_by(door, soql(query, parent=ids.permission_set, objects=objects), "Field")
    old = [change for change in changes if change.after]
    gone = [change for change in changes if not change.after]
    records: list[_Row] = [
        {"Id": rows[change.target], "PermissionsRead": True, "PermissionsEdit": bool(change.after["edit"])}
        for change in old
    ]
    results = door.update_many("FieldPermissions", records) if records else []
    deleted = door.delete_many([rows[change.target] for change in gone if change.target in rows])
    return [*answers_of(old, results), *_deleted(gone, rows, deleted)]


def show_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The rows that were taken away, made again where they were: a new Id, the same parent and rights."""
    owners = [(change, row) for change in changes for row in change.after["grants"]]
    records: list[_Row] = [
        {
            "ParentId": row["parent_id"],
            "SobjectType": str(row.get("field", change.target)).split(".", 1)[0],
            "Field": row.get("field", change.target),
            "PermissionsRead": True,
            "PermissionsEdit": bool(row["edit"]),
        }
        for change, row in owners
    ]
    worst = {change.id: ChangeResult(change) for change in changes}
    results = door.create_many("FieldPermissions", records)
    for (change, _), result in zip(owners, results, strict=True):
        if not result.success:
            worst[change.id] = ChangeResult(change, result.code or "UNKNOWN", result.message)
    return list(worst.values())


def unassign(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The permission set, taken from the sync user."""
    query = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {set} AND AssigneeId = {user}"
    rows = door.reader.query(soql(query, set=ids.permission_set, user=ids.user))
    results = door.delete_many([str(row["Id"]) for row in rows])
    refused = next((result for result in results if not result.success), None)
    return [
        ChangeResult(change, refused.code or "UNKNOWN", refused.message) if refused else ChangeResult(change)
        for change in changes
    ]


def delete_permission_set(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The permission set itself; Salesforce refuses while somebody has it."""
    for result in (results := door.delete_many([ids.permission_set])):
        if not result.success:
            return [ChangeResult(change, result.code or "UNKNOWN", result.message) for change in changes]
    if results:
        ids.permission_set = ""
    return [ChangeResult(change) for change in changes]


def unmap_conversion(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Read, take our lines out, write, read again; every other line must be there afterward."""
    settings = door.reader.lead_convert_settings()
    ours = {
        (change.target.removeprefix("Lead."), change.before["target_object"], change.before["target_field"])
        for change in changes
    }
    blocks = [
        {
            **block,
            "mappingFields": [
                line
                for line in block.get("mappingFields", ())
                if (line["inputField"], block["outputObject"], line["outputField"]) not in ours
            ],
        }
        for block in settings["objectMapping"]
    ]
    door.update_lead_convert_settings({**settings, "objectMapping": blocks})
    after = mapped(door.reader.lead_convert_settings())
    if lost := sorted(mapped(settings) - ours - after):
        raise SalesforceRefused(
            say(
                "Lead-conversion mappings are gone: {lost}.",
                lost=", ".join(f"{a} → {b}.{c}" for a, b, c in lost),
            ),
            fix=say("Set them again in Setup > Object Manager > Lead > Map Lead Fields."),
            code="MAPPINGS_LOST",
        )
    return [ChangeResult(change) for change in changes]


def _deleted(
    gone: Sequence[Change], rows: dict[str, str], results: Sequence[RecordResult]
) -> list[ChangeResult]:
    """The answer to each; a row that is no longer there needs none."""
    remaining = iter(results)
    return answers_of(gone, [next(remaining) if change.target in rows else _GONE for change in gone])
