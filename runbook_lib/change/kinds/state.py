"""How a planned change stands in a snapshot: made, not made, something else, or nobody can tell. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from runbook_lib.change.plan import Change
from runbook_lib.survey.model.grants import granted_as
from runbook_lib.survey.snapshot import NO_ACCESS, Absent, PermissionSet, Snapshot, SyncUser, Unknown


class Place(StrEnum):
    """Where a change stands. ``other``: neither as it was when planned nor as planned; somebody else was
    there.
    """

    MADE = "made"
    NOT_MADE = "not-made"
    OTHER = "other"
    UNKNOWN = "unknown"


def custom_field(change: Change, now: Snapshot) -> Place:
    """Whether a custom field of that name is there."""
    if not isinstance(now.custom_fields, tuple):
        return Place.UNKNOWN
    return _made(change.target.lower() in {field.full_name.lower() for field in now.custom_fields})


def conversion(change: Change, now: Snapshot) -> Place:
    """A Lead field has at most one target per object, and that target at most one source."""
    if not isinstance(now.conversion, tuple):
        return Place.UNKNOWN
    lead_field = change.target.removeprefix("Lead.")
    wanted = (lead_field, change.after["target_object"], change.after["target_field"])
    lines = [(mapping.lead_field, mapping.target_object, mapping.target_field) for mapping in now.conversion]
    if wanted in lines:
        return Place.MADE
    taken = any(line[1] == wanted[1] and (line[0] == wanted[0] or line[2] == wanted[2]) for line in lines)
    return Place.OTHER if taken else Place.NOT_MADE


def user(change: Change, now: Snapshot) -> Place:
    """Whether the sync user is there; another username is another user."""
    if isinstance(now.sync_user, Absent):
        return Place.NOT_MADE
    if isinstance(now.sync_user, SyncUser):
        return Place.MADE if now.sync_user.username.lower() == change.target.lower() else Place.OTHER
    return Place.UNKNOWN


def marked(change: Change, now: Snapshot) -> Place:
    """Whether the user is, or is no more, a “Marketing User”; somebody else's user says nothing about it."""
    if not isinstance(now.sync_user, SyncUser) or now.sync_user.marketing_user is None:
        return Place.UNKNOWN
    if now.sync_user.username.lower() != change.target.lower():
        return Place.OTHER
    return _made(now.sync_user.marketing_user is change.after["marketing_user"])


def profile_field(change: Change, now: Snapshot) -> Place:
    """What a profile may do with a field, granted or put back; ``where`` is told by the state we made."""
    if not isinstance(now.profile_fields, tuple):
        return Place.UNKNOWN
    where = change.after if "parent_id" in change.after else change.before
    fields = next((field.fields for field in now.profile_fields if field.id == where["parent_id"]), None)
    if fields is None:
        return Place.OTHER
    may_edit = fields.get(where["field"])
    if may_edit == _edit_of(change.after):
        return Place.MADE
    return Place.NOT_MADE if may_edit == _edit_of(change.before) else Place.OTHER


def _edit_of(rights: Mapping[str, Any]) -> bool | None:
    """Whether these rights let edit; ``None`` where they are none."""
    return bool(rights["edit"]) if rights else None


def _in_permission_set(
    is_made: Callable[[Change, PermissionSet], bool | Unknown],
) -> Callable[[Change, Snapshot], Place]:
    def place(change: Change, now: Snapshot) -> Place:
        if isinstance(now.permission_set, Absent):
            return Place.NOT_MADE
        if isinstance(now.permission_set, PermissionSet):
            return _made(is_made(change, now.permission_set))
        return Place.UNKNOWN

    return place


def _has_access(change: Change, there: PermissionSet) -> bool | Unknown:
    if isinstance(there.objects, Unknown):
        return there.objects
    access = there.objects.get(change.target)
    wanted = [right for right, granted in change.after.items() if granted]
    return access is not None and all(getattr(access, right) for right in wanted)


def _has_field(change: Change, there: PermissionSet) -> bool | Unknown:
    if isinstance(there.fields, Unknown):
        return there.fields
    may_edit = there.fields.get(change.target)
    return may_edit is not None and (may_edit or not change.after["edit"])


def hidden(change: Change, now: Snapshot) -> Place:
    """Made when no row grants the field; something else when a row appeared that was not planned to go."""
    grants = now.grants_by_field
    if not isinstance(grants, Mapping):
        return Place.UNKNOWN
    rows = {grant.id for field in granted_as(change.target) for grant in grants.get(field, ())}
    planned = {grant["id"] for grant in change.before["grants"]}
    if not rows:
        return Place.MADE
    return Place.NOT_MADE if rows <= planned else Place.OTHER


def _made(is_made: bool | Unknown) -> Place:
    if isinstance(is_made, Unknown):
        return Place.UNKNOWN
    return Place.MADE if is_made else Place.NOT_MADE


def shown_again(change: Change, now: Snapshot) -> Place:
    """Made when every row that we took away is there again."""
    grants = now.grants_by_field
    if not isinstance(grants, Mapping):
        return Place.UNKNOWN
    rows = [grant for field in granted_as(change.target) for grant in grants.get(field, ())]
    there = {(grant.parent_id, grant.edit) for grant in rows}
    return _made(all((row["parent_id"], row["edit"]) in there for row in change.after["grants"]))


def unmapped(change: Change, now: Snapshot) -> Place:
    """Made when the line that we wrote is no longer there."""
    if not isinstance(now.conversion, tuple):
        return Place.UNKNOWN
    lead_field = change.target.removeprefix("Lead.")
    ours = (lead_field, change.before["target_object"], change.before["target_field"])
    return _made(
        all(
            (mapping.lead_field, mapping.target_object, mapping.target_field) != ours
            for mapping in now.conversion
        )
    )


def _restored(
    state_of: Callable[[Change, PermissionSet], Mapping[str, Any] | Unknown],
) -> Callable[[Change, Snapshot], Place]:
    """Made where it is as it was, not made where it is as we left it, something else where it is neither."""

    def place(change: Change, now: Snapshot) -> Place:
        if isinstance(now.permission_set, Absent):
            return Place.MADE
        if not isinstance(now.permission_set, PermissionSet):
            return Place.UNKNOWN
        state = state_of(change, now.permission_set)
        if isinstance(state, Unknown):
            return Place.UNKNOWN
        if state == change.after:
            return Place.MADE
        return Place.NOT_MADE if state == change.before else Place.OTHER

    return place


def _access_of(change: Change, there: PermissionSet) -> Mapping[str, Any] | Unknown:
    if isinstance(there.objects, Unknown):
        return there.objects
    return asdict(there.objects.get(change.target, NO_ACCESS))


def _rights_of(change: Change, there: PermissionSet) -> Mapping[str, Any] | Unknown:
    if isinstance(there.fields, Unknown):
        return there.fields
    may_edit = there.fields.get(change.target)
    return {} if may_edit is None else {"read": True, "edit": may_edit}


def _gone(is_there: Callable[[Change, PermissionSet], bool | Unknown]) -> Callable[[Change, Snapshot], Place]:
    def place(change: Change, now: Snapshot) -> Place:
        if isinstance(now.permission_set, Absent):
            return Place.MADE
        if isinstance(now.permission_set, PermissionSet):
            there = is_there(change, now.permission_set)
            return _made(there if isinstance(there, Unknown) else not there)
        return Place.UNKNOWN

    return place


permission_set = _in_permission_set(lambda change, there: there.name == change.target)
system_permission = _in_permission_set(lambda change, there: change.target in there.system)
object_access = _in_permission_set(_has_access)
field_access = _in_permission_set(_has_field)
assigned = _in_permission_set(lambda _, there: there.assigned)
permission_set_gone = _gone(lambda change, there: there.name == change.target)
system_permission_gone = _gone(lambda change, there: change.target in there.system)
object_access_restored = _restored(_access_of)
field_access_restored = _restored(_rights_of)
unassigned = _gone(lambda _, there: there.assigned)
