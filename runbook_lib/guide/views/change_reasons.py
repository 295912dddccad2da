"""Why a change is made: one reason for the changes that share it, before a person says yes to them."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.plan import Change, ChangeKind, Plan
from runbook_lib.guide.views.view import Block, Grid
from runbook_lib.survey.requirements import (
    OBJECT_DEPENDENCIES,
    SYSTEM_DEPENDENCIES,
    USE_ANY_API_AUTH,
    VIEW_ROLES,
)
from runbook_lib.text import Message, say

_SHOWN = 8
_REASONS = {
    ChangeKind.CREATE_FIELD: say("Marketo writes its own values (score, source, date) into these fields."),
    ChangeKind.MAP_CONVERSION: say("Without it, converting a lead loses these values."),
    ChangeKind.CREATE_USER: say(
        "Marketo logs in as a user of its own, so that its changes can be told apart."
    ),
    ChangeKind.CREATE_PERMISSION_SET: say(
        "All of the sync user's rights stand in one place and can be taken back there."
    ),
    ChangeKind.GRANT_SYSTEM: say("Marketo's documentation asks for this permission of the sync user."),
    ChangeKind.GRANT_OBJECT: say(
        "Marketo's documentation asks for read, create, edit and delete: merging or deleting a person in "
        "Marketo is carried over to Salesforce."
    ),
    ChangeKind.GRANT_FIELD: say("The sync user sees a field only where access was granted."),
    ChangeKind.GRANT_PROFILE_FIELD: say(
        "You named this profile: its users see what Marketo writes, and only Marketo writes it."
    ),
    ChangeKind.HIDE_FIELD: say("You decided to hide it: Marketo then creates no field for it."),
    ChangeKind.MARK_USER: say("Salesforce lets only a “Marketing User” make and edit campaigns."),
    ChangeKind.ASSIGN_PERMISSION_SET: say("Rights count only once the set is assigned to the user."),
}
_API_AUTH = say("Salesforce closes SOAP login() by and by; this permission keeps it open for the sync user.")
_DEPENDS = say("Salesforce gives other rights of this list only together with this one.")


def reason_for(change: Change) -> Message:
    """Why this change is made. Source: Marketo documentation, Steps 1 to 3 of 3; Salesforce, dependencies."""
    if change.kind is ChangeKind.GRANT_SYSTEM and change.target == USE_ANY_API_AUTH.column:
        return _API_AUTH
    if change.target in (
        (*SYSTEM_DEPENDENCIES, VIEW_ROLES.column) if change.kind is ChangeKind.GRANT_SYSTEM else ()
    ):
        return _DEPENDS
    if change.kind is ChangeKind.GRANT_OBJECT and change.target in OBJECT_DEPENDENCIES:
        return _DEPENDS
    return _REASONS[change.kind]


def reason_blocks(plan: Plan) -> Iterable[Block]:
    """The reasons of a plan's changes, each with what it is for."""
    named: dict[Message, list[str]] = {}
    for change in plan.changes:
        named.setdefault(reason_for(change), []).append(change.target)
    if named:
        heads = (say("Why"), say("For"))
        rows = tuple((why, _some(names)) for why, names in named.items())
        yield Grid(say("Why these changes"), heads, rows)


def _some(names: list[str]) -> str:
    shown = ", ".join(each.removeprefix("Permissions") for each in names[:_SHOWN])
    return f"{shown} (+{len(names) - _SHOWN})" if len(names) > _SHOWN else shown
