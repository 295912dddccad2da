"""Plans for 01 and 02: Marketo's own fields, and the rights of the sync user. Only what is missing is
planned.

Sources: Marketo documentation, Step 1 of 3 and Step 2 of 3 (Enterprise/Unlimited); Salesforce, dependencies
between permissions (Edit HTML Templates, Manage Public Documents and Templates).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import TypeVar

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.plan import Change, ChangeKind, Plan
from runbook_lib.change.plans.preconditions import draft, fact, known
from runbook_lib.change.plans.profiles import grant_to_profiles, unknown_profiles
from runbook_lib.change.plans.user import create_user, mark_user, user_obstacles
from runbook_lib.review.rights_matrix import LABELS, missing_fields
from runbook_lib.survey.model.licenses import Seats
from runbook_lib.survey.requirements import (
    MARKETO_FIELD_OBJECTS,
    OBJECT_DEPENDENCIES,
    OBJECT_PERMISSIONS,
    SYSTEM_DEPENDENCIES,
    SYSTEM_PERMISSIONS,
    YOUNG_PERMISSIONS,
    marketo_field,
)
from runbook_lib.survey.snapshot import (
    NO_ACCESS,
    Absent,
    ConvertedField,
    Field,
    ObjectAccess,
    Part,
    PermissionSet,
    Snapshot,
    SyncUser,
    Unknown,
)
from runbook_lib.text import Message, say

Fact = TypeVar("Fact")


def plan_marketo_fields(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """01: create the chosen fields on Lead and Contact, open them to the permission set, map them."""
    setup = decisions.setup
    plan = draft(step, snapshot, now)
    if setup is None:
        return replace(plan, undecided=("marketo_fields",))
    changes = (
        *_create_fields(setup, known(snapshot, Part.CUSTOM_FIELDS, tuple)),
        *create_permission_set(setup, snapshot),
        *_grant_fields(setup, snapshot),
        *grant_to_profiles(setup, snapshot),
        *_map_conversion(setup, known(snapshot, Part.CONVERSION, tuple)),
    )
    return replace(plan, changes=changes, obstacles=tuple(unknown_profiles(setup, snapshot)))


def plan_sync_user(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """02: the permission set with object and system permissions, and its assignment to the sync user."""
    setup = decisions.setup
    plan = draft(step, snapshot, now)
    if setup is None:
        return replace(plan, undecided=("permission_set",))
    changes = (
        *create_user(setup, snapshot),
        *mark_user(setup, snapshot),
        *create_permission_set(setup, snapshot),
        *_grant_objects(setup, snapshot),
        *_grant_system(setup, snapshot),
        *_grant_needed_fields(snapshot),
        *_assign(setup, snapshot),
    )
    return replace(plan, changes=changes, obstacles=tuple(user_obstacles(setup, snapshot)))


def create_permission_set(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    """The change that makes the permission set, where it is missing; whichever step comes first makes it."""
    if _permission_set(snapshot) is None:
        yield Change(
            ChangeKind.CREATE_PERMISSION_SET,
            setup.permission_set,
            {},
            {"name": setup.permission_set, "label": setup.permission_set_label},
            say("Create the permission set “{label}”.", label=setup.permission_set_label),
        )


def grant_field(snapshot: Snapshot, full_name: str, what: Message, *, edit: str = "edit") -> Iterator[Change]:
    """The change that lets the permission set read a field (``edit``: also edit; ``""``: read only)."""
    there = _permission_set(snapshot)
    may_edit = fact(Part.PERMISSION_SET, there.fields).get(full_name) if there else None
    if may_edit is None or (edit and not may_edit):
        before = {} if may_edit is None else {"read": True, "edit": False}
        yield Change(ChangeKind.GRANT_FIELD, full_name, before, {"read": True, "edit": bool(edit)}, what)


def _create_fields(setup: SetupDecision, there: tuple[Field, ...]) -> Iterator[Change]:
    exist = {field.full_name.lower() for field in there}
    for object_name in MARKETO_FIELD_OBJECTS:
        for name in setup.marketo_fields:
            full_name = f"{object_name}.{name}"
            if full_name.lower() not in exist:
                field = marketo_field(name)
                what = say("Create the field “{label}” on {object}.", label=field.label, object=object_name)
                yield Change(ChangeKind.CREATE_FIELD, full_name, {}, field.metadata(), what)


def _grant_fields(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    for object_name in MARKETO_FIELD_OBJECTS:
        for name in setup.marketo_fields:
            full_name = f"{object_name}.{name}"
            yield from grant_field(
                snapshot, full_name, say("Let the sync user read and edit {field}.", field=full_name)
            )


def _map_conversion(setup: SetupDecision, there: tuple[ConvertedField, ...]) -> Iterator[Change]:
    """A mapping that exists is never touched, be it of the Lead field or to the Contact field."""
    contact = [mapping for mapping in there if mapping.target_object == "Contact"]
    taken = {name.lower() for mapping in contact for name in (mapping.lead_field, mapping.target_field)}
    for name in setup.marketo_fields:
        if name.lower() not in taken:
            yield Change(
                ChangeKind.MAP_CONVERSION,
                f"Lead.{name}",
                {},
                {"target_object": "Contact", "target_field": name},
                say("When a lead is converted, carry {field} over to the contact.", field=name),
            )


def _grant_objects(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    there = _permission_set(snapshot)
    have: Mapping[str, ObjectAccess] = fact(Part.PERMISSION_SET, there.objects) if there else {}
    for name, wanted in {**OBJECT_DEPENDENCIES, **OBJECT_PERMISSIONS}.items():
        before = have.get(name, NO_ACCESS)
        after = ObjectAccess(
            **{right: asdict(before)[right] or asdict(wanted)[right] for right in asdict(wanted)}
        )
        if after != before:
            yield Change(
                ChangeKind.GRANT_OBJECT,
                name,
                asdict(before),
                asdict(after),
                say("Let the sync user read, create, edit and delete records of {object}.", object=name),
            )


def _grant_system(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    there = _permission_set(snapshot)
    have = there.system if there else ()
    for column in _wanted_columns(snapshot):
        if column not in have:
            label = LABELS.get(column) or column.removeprefix("Permissions")
            what = say("Give the sync user the permission “{permission}”.", permission=label)
            yield Change(ChangeKind.GRANT_SYSTEM, column, {"granted": False}, {"granted": True}, what)


def _grant_needed_fields(snapshot: Snapshot) -> Iterator[Change]:
    """Fields that Marketo needs and that the sync user is kept from; none where nobody can tell."""
    for field, editable in missing_fields(snapshot):
        what = say("Let the sync user see {field}.", field=field.full_name)
        if editable:
            what = say("Let the sync user read and edit {field}.", field=field.full_name)
        yield from grant_field(snapshot, field.full_name, what, edit="edit" if editable else "")


def _wanted_columns(snapshot: Snapshot) -> tuple[str, ...]:
    """Young columns only where the org has them: naming a column that is not there fails the whole write."""
    permissions = snapshot.system_permissions if isinstance(snapshot.system_permissions, Mapping) else {}
    young = snapshot.seats.young if isinstance(snapshot.seats, Seats) else ()
    there = {*permissions, *(() if isinstance(young, Unknown) else young)}
    roles, any_auth = (
        [permission.column] if permission.column in there else [] for permission in YOUNG_PERMISSIONS
    )
    asked = (permission.column for permission in SYSTEM_PERMISSIONS)
    return (*roles, *SYSTEM_DEPENDENCIES, *asked, *any_auth)


def _assign(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    user = known_user(snapshot)
    there = _permission_set(snapshot)
    if (user is None and not setup.create_user) or (
        there is not None and fact(Part.PERMISSION_SET, there.assigned)
    ):
        return
    if there is not None:
        fact(Part.PERMISSION_SET, there.fields)  # who gets the set sees them
    username = snapshot.expected.sync_username
    yield Change(
        ChangeKind.ASSIGN_PERMISSION_SET,
        setup.permission_set,
        {"assigned": False},
        {"assigned": True, "username": username, "user_id": user.id if user else ""},
        say("Assign “{label}” to {username}.", label=setup.permission_set_label, username=username),
    )


def known_user(snapshot: Snapshot) -> SyncUser | None:
    """The sync user, ``None`` where there is none; ``Blocked`` where nobody can tell."""
    if isinstance(snapshot.sync_user, Absent):
        return None
    return known(snapshot, Part.SYNC_USER, SyncUser)


def _permission_set(snapshot: Snapshot) -> PermissionSet | None:
    if isinstance(snapshot.permission_set, Absent):
        return None
    return known(snapshot, Part.PERMISSION_SET, PermissionSet)
