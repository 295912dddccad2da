"""One row per kind of change, and what is looked up there.

Sources of the rights: Tooling API, CustomField (Customize Application); Metadata API, LeadConvertSettings
(Modify Metadata Through Metadata API Functions); Object Reference, User, PermissionSet and
PermissionSetAssignment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook_lib.change.kinds import (
    limits,
    opens,
    profile_writes,
    reasons,
    state,
    system_writes,
    undo_writes,
    writes,
)
from runbook_lib.change.kinds.row import KindRow
from runbook_lib.change.kinds.state import Place
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say

_FIELDS = "Customize Application"
_MAPPINGS = "Customize Application, Modify Metadata Through Metadata API Functions"
_USERS = "Manage Internal Users"
_ASSIGNMENTS = "Assign Permission Sets"
_SETS = "Manage Profiles and Permission Sets"

KINDS: Mapping[ChangeKind, KindRow] = {
    ChangeKind.CREATE_FIELD: KindRow(
        word=say("Create a field"),
        reason=reasons.always(say("Marketo writes its own values (score, source, date) into these fields.")),
        write=writes.create_field,
        batch=1,
        place=state.custom_field,
        right=_FIELDS,
        fix=limits.name_held,
        stays=limits.field_stays,
        opens=opens.the_field,
    ),
    ChangeKind.CREATE_USER: KindRow(
        word=say("Create a user"),
        reason=reasons.always(
            say("Marketo logs in with its own user, so that its changes can be told apart.")
        ),
        write=writes.create_user,
        batch=1,
        place=state.user,
        right=_USERS,
        stays=limits.user_stays,
    ),
    ChangeKind.HIDE_FIELD: KindRow(
        word=say("Hide a field from the sync user"),
        reason=reasons.always(say("You decided to hide it: Marketo then creates no field for it.")),
        write=writes.hide_field,
        place=state.hidden,
        right=_SETS,
        undone_by=ChangeKind.SHOW_FIELD,
    ),
    ChangeKind.SHOW_FIELD: KindRow(
        word=say("Show a hidden field again"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.show_field,
        batch=100,
        place=state.shown_again,
        right=_SETS,
        opens=opens.the_field,
    ),
    ChangeKind.ASSIGN_PERMISSION_SET: KindRow(
        word=say("Assign the permission set"),
        reason=reasons.always(say("Rights count only once the set is assigned to the user.")),
        write=writes.assign,
        batch=1,
        place=state.assigned,
        right=_ASSIGNMENTS,
        fix=limits.license_too_small,
        needs=(ChangeKind.CREATE_PERMISSION_SET, ChangeKind.CREATE_USER),
        undone_by=ChangeKind.UNASSIGN_PERMISSION_SET,
        opens=opens.the_set,
        by_permission_set=True,
        names_the_set=True,
    ),
    ChangeKind.UNASSIGN_PERMISSION_SET: KindRow(
        word=say("Remove the permission set from the user"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.unassign,
        batch=1,
        calls=2,
        place=state.unassigned,
        right=_ASSIGNMENTS,
    ),
    ChangeKind.GRANT_SYSTEM: KindRow(
        word=say("Grant a system permission"),
        reason=reasons.system_permission,
        write=system_writes.grant_system,
        place=state.system_permission,
        right=_SETS,
        needs=(ChangeKind.CREATE_PERMISSION_SET, ChangeKind.GRANT_OBJECT),
        undone_by=ChangeKind.REVOKE_SYSTEM,
        by_permission_set=True,
    ),
    ChangeKind.REVOKE_SYSTEM: KindRow(
        word=say("Take back a system permission"),
        reason=reasons.TAKEN_BACK,
        write=system_writes.revoke_system,
        place=state.system_permission_gone,
        right=_SETS,
    ),
    ChangeKind.GRANT_OBJECT: KindRow(
        word=say("Grant access to an object"),
        reason=reasons.object_access,
        write=writes.grant_object,
        calls=3,
        place=state.object_access,
        right=_SETS,
        needs=(ChangeKind.CREATE_PERMISSION_SET,),
        undone_by=ChangeKind.RESTORE_OBJECT,
        opens=opens.the_object,
        by_permission_set=True,
    ),
    ChangeKind.RESTORE_OBJECT: KindRow(
        word=say("Previous access to an object"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.restore_object,
        calls=3,
        place=state.object_access_restored,
        right=_SETS,
        needs=(ChangeKind.REVOKE_SYSTEM,),
    ),
    ChangeKind.GRANT_FIELD: KindRow(
        word=say("Grant access to a field"),
        reason=reasons.always(say("The sync user sees a field only where access was granted.")),
        write=writes.grant_field,
        calls=3,
        place=state.field_access,
        right=_SETS,
        needs=(ChangeKind.CREATE_PERMISSION_SET,),
        needs_fields=lambda change: frozenset({change.target}),
        undone_by=ChangeKind.RESTORE_FIELD,
        opens=opens.the_field,
        by_permission_set=True,
    ),
    ChangeKind.RESTORE_FIELD: KindRow(
        word=say("Previous access to a field"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.restore_field,
        calls=3,
        place=state.field_access_restored,
        right=_SETS,
    ),
    ChangeKind.GRANT_PROFILE_FIELD: KindRow(
        word=say("Let a profile read a field"),
        reason=reasons.always(
            say("You named this profile: its users see what Marketo writes, and only Marketo writes it.")
        ),
        write=profile_writes.grant_profile_field,
        calls=3,
        place=state.profile_field,
        right=_SETS,
        needs_fields=lambda change: frozenset({change.after["field"]}),
        undone_by=ChangeKind.RESTORE_PROFILE_FIELD,
        by_permission_set=True,
    ),
    ChangeKind.RESTORE_PROFILE_FIELD: KindRow(
        word=say("A profile's previous access to a field"),
        reason=reasons.TAKEN_BACK,
        write=profile_writes.restore_profile_field,
        calls=3,
        place=state.profile_field,
        right=_SETS,
    ),
    ChangeKind.MAP_CONVERSION: KindRow(
        word=say("Map a field for lead conversion"),
        reason=reasons.always(say("Without it, converting a lead loses these values.")),
        write=writes.map_conversion,
        calls=3,
        place=state.conversion,
        right=_MAPPINGS,
        needs_fields=writes.ends_of_mapping,
        undone_by=ChangeKind.UNMAP_CONVERSION,
    ),
    ChangeKind.UNMAP_CONVERSION: KindRow(
        word=say("Undo a mapping for lead conversion"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.unmap_conversion,
        calls=3,
        place=state.unmapped,
        right=_MAPPINGS,
    ),
    ChangeKind.MARK_USER: KindRow(
        word=say("Tick “Marketing User”"),
        reason=reasons.always(say("Salesforce lets only a “Marketing User” create and edit campaigns.")),
        write=writes.mark_user,
        batch=1,
        place=state.marked,
        right=_USERS,
        undone_by=ChangeKind.UNMARK_USER,
    ),
    ChangeKind.UNMARK_USER: KindRow(
        word=say("Untick “Marketing User”"),
        reason=reasons.TAKEN_BACK,
        write=writes.mark_user,
        batch=1,
        place=state.marked,
        right=_USERS,
    ),
    ChangeKind.CREATE_PERMISSION_SET: KindRow(
        word=say("Create a permission set"),
        reason=reasons.always(
            say("All of the sync user's rights stand in one place and can be taken back there.")
        ),
        write=writes.create_permission_set,
        batch=1,
        place=state.permission_set,
        right=_SETS,
        undone_by=ChangeKind.DELETE_PERMISSION_SET,
        by_permission_set=True,
        names_the_set=True,
    ),
    ChangeKind.DELETE_PERMISSION_SET: KindRow(
        word=say("Delete the permission set"),
        reason=reasons.TAKEN_BACK,
        write=undo_writes.delete_permission_set,
        batch=1,
        place=state.permission_set_gone,
        right=_SETS,
        needs=(ChangeKind.UNASSIGN_PERMISSION_SET,),
    ),
}
"""In the order in which changes are taken back: system permissions before the object permissions that they
need, and the permission set last."""


def place_of(change: Change, now: Snapshot) -> Place:
    """How ``change`` stands in ``now``."""
    return KINDS[change.kind].place(change, now)


def needed_by(change: Change, changes: Sequence[Change]) -> Iterator[Change]:
    """The changes of the plan without which ``change`` cannot be made."""
    row = KINDS[change.kind]
    fields = row.needs_fields(change)
    for other in changes:
        makes_field = other.kind is ChangeKind.CREATE_FIELD and other.target in fields
        if makes_field or other.kind in row.needs:
            yield other


def batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Neighbors of one kind together, as many as one call takes."""
    batch: list[Change] = []
    for change in changes:
        if batch and (change.kind is not batch[0].kind or len(batch) == KINDS[change.kind].batch):
            yield batch
            batch = []
        batch.append(change)
    if batch:
        yield batch
