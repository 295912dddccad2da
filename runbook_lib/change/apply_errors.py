"""What is told where Salesforce refused changes: each by its name, why, and what exactly to do about it.

Sources: Tooling API, CustomField (Customize Application); Metadata API, LeadConvertSettings (Modify Metadata
Through Metadata API Functions); Object Reference, User, PermissionSet and PermissionSetAssignment (the
rights that making one needs); REST API, "Status Codes and Error Responses".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.errors import SystemRefused
from runbook_lib.systems.salesforce.errors import dependency_in, fix_of
from runbook_lib.text import Message, say

_LICENSE = "user license doesn't allow"
"""Recorded in field notes of several orgs: the licenses Salesforce Integration, Identity, Platform."""
NO_RIGHT = ("INSUFFICIENT_ACCESS", "FORBIDDEN", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
_FIELDS = "Customize Application"
_MAPPINGS = "Customize Application, Modify Metadata Through Metadata API Functions"
_USERS = "Manage Internal Users"
_GIVING = "Assign Permission Sets"
_SETS = "Manage Profiles and Permission Sets"
RIGHTS: Mapping[ChangeKind, str] = {
    **dict.fromkeys(ChangeKind, _SETS),
    ChangeKind.CREATE_FIELD: _FIELDS,
    **dict.fromkeys((ChangeKind.MAP_CONVERSION, ChangeKind.UNMAP_CONVERSION), _MAPPINGS),
    **dict.fromkeys((ChangeKind.CREATE_USER, ChangeKind.MARK_USER, ChangeKind.UNMARK_USER), _USERS),
    **dict.fromkeys((ChangeKind.ASSIGN_PERMISSION_SET, ChangeKind.UNASSIGN_PERMISSION_SET), _GIVING),
}
"""Kind of change → the user permission that whoever makes it needs, as Setup calls it."""


def fix_for(change: Change, code: str, told: str = "") -> Message | None:
    """What ends this refusal of this change, of which Salesforce said ``told``; ``None`` where nothing better
    than the general is known."""
    depends = dependency_in(told)
    if depends is not None:
        return say(
            "Salesforce gives “{permission}” only together with: {needed}. In Setup → Users → Permission "
            "Sets open the permission set and tick these first; whether the sync user should have them, the "
            "org's admin decides.",
            permission=depends[0],
            needed=depends[1],
        )
    if change.kind is ChangeKind.ASSIGN_PERMISSION_SET and _LICENSE in told:
        return say(
            "The user license does not allow what the permission set holds. In Setup → Users → Users click "
            "Edit beside the sync user and choose the license “Salesforce”; or name another user: "
            "sync_username in connection.toml."
        )
    if code.startswith(NO_RIGHT):
        return say(
            "The administrator who is logged in lacks a user permission: {permission}. Another one gives it "
            "in Setup (profile or permission set), or makes this step with an own login: admin_username in "
            "connection.toml.",
            permission=RIGHTS[change.kind],
        )
    if code == "DUPLICATE_DEVELOPER_NAME" and change.kind is ChangeKind.CREATE_FIELD:
        return say(
            "Something that cannot be seen holds the name of {field}: most likely a field that was deleted. "
            "In Setup → Object Manager → {object} → Fields & Relationships → Deleted Fields erase it, or "
            "undelete it if it has the right type.",
            field=change.target,
            object=change.target.split(".")[0],
        )
    return fix_of(code)


def told(
    step: str, counts: Mapping[str, int], reasons: Mapping[str, Message], fixes: Iterable[Message], code: str
) -> SystemRefused:
    """The stop after changes were refused: ``reasons`` by the change's id, and every fix once."""
    lines = {
        f"line{n}": say("{change}: {reason}", change=name, reason=reason)
        for n, (name, reason) in enumerate(reasons.items())
    }
    again = say("Repair what is named above and run this step again; what was made is not made twice.")
    return SystemRefused(
        say(
            "Made: {done}. Not made: {failed}. Cannot tell: {unknown}. Not tried any more: {left}.",
            **{name: counts[name] for name in ("done", "failed", "unknown", "left")},
        ),
        where=step,
        why=_below_each_other(lines),
        fix=_below_each_other({f"fix{n}": fix for n, fix in enumerate([*dict.fromkeys(fixes), again])}),
        code=code or None,
    )


def _below_each_other(parts: Mapping[str, Message]) -> Message:
    return Message("\n".join(f"{{{name}}}" for name in parts), parts)
