"""One call, or a few, per kind of change: how each reaches Salesforce, and what Salesforce said to each.

Sources: REST API guide (sObject Collections), Tooling API (CustomField), Metadata API (LeadConvertSettings),
object reference (PermissionSet, ObjectPermissions, FieldPermissions, PermissionSetAssignment, User).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runbook_lib.change.plan import Change
from runbook_lib.errors import SalesforceRefused
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.records import RecordResult
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

_Row = dict[str, Any]


class Door(Protocol):
    """What these functions need of the writer that ``apply`` holds."""

    reader: SalesforceReader

    def create(self, object_name: str, values: dict[str, Any]) -> str:
        """Makes one record; returns its id."""

    def update(self, object_name: str, record_id: str, values: dict[str, Any]) -> None:
        """Changes one record."""

    def create_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Makes records, one result each."""

    def update_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Changes records, one result each."""

    def delete_many(self, record_ids: Sequence[str]) -> list[RecordResult]:
        """Deletes records by id, one result each."""

    def create_custom_field(self, full_name: str, metadata: dict[str, Any]) -> str:
        """Makes a custom field; returns its id."""

    def update_lead_convert_settings(self, settings: dict[str, Any]) -> None:
        """Writes the whole of LeadConvertSettings."""


@dataclass(frozen=True)
class ChangeResult:
    """What Salesforce said to one change: ``code`` is empty where it was made."""

    change: Change
    code: str = ""
    message: str = ""


@dataclass
class Ids:
    """Ids that later changes need: of the permission set, and of the sync user; empty until known."""

    permission_set: str = ""
    user: str = ""


def create_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """One Tooling call per field."""
    for change in changes:
        door.create_custom_field(change.target, dict(change.after))
    return [ChangeResult(change) for change in changes]


def create_permission_set(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The permission set itself, empty."""
    for change in changes:
        values = {"Name": change.after["name"], "Label": change.after["label"]}
        ids.permission_set = door.create("PermissionSet", values)
    return [ChangeResult(change) for change in changes]


def create_user(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The sync user, with every field that Salesforce demands; the nickname it makes itself.

    Language, locale and time zone are the org's defaults, as the plan read them from Organization. Source:
    Object Reference, User and Organization. "Marketing User": Marketo documentation, Step 2 of 3.
    """
    for change in changes:
        user = change.after
        values = {
            "Username": user["username"],
            "Email": user["email"],
            "LastName": user["last_name"],
            "Alias": user["alias"],
            "ProfileId": user["profile_id"],
            "LanguageLocaleKey": user["language"],
            "LocaleSidKey": user["locale"],
            "TimeZoneSidKey": user["time_zone"],
            "EmailEncodingKey": user["email_encoding"],
            "UserPermissionsMarketingUser": True,
        }
        ids.user = door.create("User", values)
    return [ChangeResult(change) for change in changes]


def mark_user(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The tick “Marketing User” of the sync user, set or taken away."""
    for change in changes:
        door.update("User", ids.user, {"UserPermissionsMarketingUser": change.after["marketing_user"]})
    return [ChangeResult(change) for change in changes]


def grant_object(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Rows of ObjectPermissions; a row that is there is changed, for a second one would be refused."""
    rows: dict[str, str] = {}
    if there := [change.target for change in changes if any(change.before.values())]:
        query = (
            "SELECT Id, SobjectType FROM ObjectPermissions WHERE ParentId = {set} AND SobjectType IN {names}"
        )
        rows = rows_by(door, soql(query, set=ids.permission_set, names=there), "SobjectType")
    values: dict[str, _Row] = {
        change.target: {
            "ParentId": ids.permission_set,
            "SobjectType": change.target,
            **{f"Permissions{right.capitalize()}": granted for right, granted in change.after.items()},
        }
        for change in changes
    }
    return _upsert(door, "ObjectPermissions", changes, rows, values)


def grant_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Rows of FieldPermissions; Edit demands Read, so both are written."""
    rows: dict[str, str] = {}
    if there := sorted({_object(change) for change in changes if change.before}):
        query = (
            "SELECT Id, Field FROM FieldPermissions WHERE ParentId = {parent} AND SobjectType IN {objects}"
        )
        rows = rows_by(door, soql(query, parent=ids.permission_set, objects=there), "Field")
    values: dict[str, _Row] = {
        change.target: {
            "ParentId": ids.permission_set,
            "SobjectType": _object(change),
            "Field": change.target,
            **_flags(read=True, edit=change.after["edit"]),
        }
        for change in changes
    }
    return _upsert(door, "FieldPermissions", changes, rows, values)


def hide_field(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Both flags off on every row that grants the field: Salesforce then takes the row away."""
    owners = [(change, row["id"]) for change in changes for row in change.before["grants"]]
    off = _flags(read=False, edit=False)
    results = door.update_many("FieldPermissions", [{"Id": row_id, **off} for _, row_id in owners])
    worst: dict[str, ChangeResult] = {change.id: ChangeResult(change) for change in changes}
    for (change, _), result in zip(owners, results, strict=True):
        if not result.success:
            worst[change.id] = ChangeResult(change, result.code or "UNKNOWN", result.message)
    return list(worst.values())


def map_conversion(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """Read, add, write, read again. Whether a write replaces what it does not name is not documented, so the
    whole is written, and whatever was mapped before must be mapped afterward."""
    settings = door.reader.lead_convert_settings()
    before = mapped(settings)
    merged, refused = _merge(settings, changes)
    free = [change for change in changes if change.id not in refused]
    if free:
        door.update_lead_convert_settings(merged)
        after = mapped(door.reader.lead_convert_settings())
        if lost := sorted(before - after):
            raise SalesforceRefused(
                say(
                    "Lead-conversion mappings are gone: {lost}.",
                    lost=", ".join(f"{a} → {b}.{c}" for a, b, c in lost),
                ),
                fix=say("Set them again in Setup > Object Manager > Lead > Map Lead Fields."),
                code="MAPPINGS_LOST",
            )
        refused |= {change.id: ("NOT_SAVED", "") for change in free if _line(change) not in after}
    return [ChangeResult(change, *refused.get(change.id, ("", ""))) for change in changes]


def mapped(settings: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Lead field, target object and target field of every line of LeadConvertSettings."""
    return {
        (line["inputField"], block["outputObject"], line["outputField"])
        for block in settings.get("objectMapping", ())
        for line in block.get("mappingFields", ())
    }


def _merge(
    settings: dict[str, Any], changes: Sequence[Change]
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The settings with the changes added; a change that would overwrite a mapping is refused instead."""
    blocks = [
        {**block, "mappingFields": list(block.get("mappingFields", ()))}
        for block in settings["objectMapping"]
    ]
    refused: dict[str, tuple[str, str]] = {}
    for change in changes:
        lead_field, target_object, target_field = _line(change)
        block = next((block for block in blocks if block["outputObject"] == target_object), None)
        if block is None:
            block = {"inputObject": "Lead", "mappingFields": [], "outputObject": target_object}
            blocks.append(block)
        taken = [mapping for mapping in block["mappingFields"] if lead_field == mapping["inputField"]]
        taken += [mapping for mapping in block["mappingFields"] if target_field == mapping["outputField"]]
        if taken:
            refused[change.id] = ("ALREADY_MAPPED", f"{taken[0]['inputField']} → {taken[0]['outputField']}")
        else:
            block["mappingFields"].append({"inputField": lead_field, "outputField": target_field})
    return {**settings, "objectMapping": blocks}, refused


def ends_of_mapping(change: Change) -> frozenset[str]:
    """Full names of the two fields of a mapping: both must be there before it."""
    return frozenset({change.target, f"{change.after['target_object']}.{change.after['target_field']}"})


def _line(change: Change) -> tuple[str, str, str]:
    return change.target.removeprefix("Lead."), change.after["target_object"], change.after["target_field"]


def assign(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """The permission set, given to the sync user."""
    for change in changes:
        user = change.after["user_id"] or ids.user
        door.create("PermissionSetAssignment", {"AssigneeId": user, "PermissionSetId": ids.permission_set})
    return [ChangeResult(change) for change in changes]


def _upsert(
    door: Door,
    object_name: str,
    changes: Sequence[Change],
    rows: Mapping[str, str],
    values: Mapping[str, _Row],
) -> list[ChangeResult]:
    """Change the rows that are there (``rows``: target → row id) and make the others."""
    old = [change for change in changes if change.target in rows]
    new = [change for change in changes if change.target not in rows]
    keys = ("ParentId", "SobjectType", "Field")
    answers: list[ChangeResult] = []
    if old:
        flags = [{k: v for k, v in values[change.target].items() if k not in keys} for change in old]
        records = [{"Id": rows[change.target], **row} for change, row in zip(old, flags, strict=True)]
        answers += answers_of(old, door.update_many(object_name, records))
    if new:
        answers += answers_of(new, door.create_many(object_name, [values[change.target] for change in new]))
    return answers


def answers_of(changes: Sequence[Change], results: Sequence[RecordResult]) -> list[ChangeResult]:
    """What Salesforce said to each of ``changes``, from its results in the same order."""
    return [
        ChangeResult(change)
        if result.success
        else ChangeResult(change, result.code or "UNKNOWN", result.message)
        for change, result in zip(changes, results, strict=True)
    ]


def rows_by(door: Door, query: str, key: str) -> dict[str, str]:
    """Row ids by ``key``. Rows whose id begins with 000 are placeholders that cannot be changed."""
    return {row[key]: row["Id"] for row in door.reader.query(query) if not row["Id"].startswith("000")}


def _flags(*, read: bool, edit: bool) -> _Row:
    return {"PermissionsRead": read, "PermissionsEdit": edit}


def _object(change: Change) -> str:
    return change.target.split(".", 1)[0]
