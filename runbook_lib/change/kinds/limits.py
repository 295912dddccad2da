"""What Salesforce refuses of one kind alone, what can never be taken back, and what a person does then."""

from __future__ import annotations

from runbook_lib.change.plan import Change
from runbook_lib.text import Message, say

_LICENSE = "user license doesn't allow"
"""Recorded in field notes of several orgs: the licenses Salesforce Integration, Identity, Platform."""


def name_held(change: Change, code: str, message: str) -> Message | None:
    """A custom field's name that a deleted field still holds."""
    if code != "DUPLICATE_DEVELOPER_NAME":
        return None
    return say(
        "Something invisible occupies the name of {field}: most likely a deleted field. In Setup → "
        "Object Manager → {object} → Fields & Relationships → Deleted Fields, erase it, or undelete it "
        "if it has the right type.",
        field=change.target,
        object=change.target.split(".")[0],
    )


def license_too_small(change: Change, code: str, message: str) -> Message | None:
    """A user license that does not allow what the permission set holds."""
    if _LICENSE not in message:
        return None
    return say(
        "The user license does not allow what the permission set holds. In Setup → Users → Users click "
        "Edit beside the sync user and choose the license “Salesforce”; or name another user: "
        "sync_username in connection.toml."
    )


def field_stays(change: Change) -> Message:
    """A custom field is not deleted: its values would go with it."""
    return say(
        "The field {field} stays: deleting it would delete its values. By hand: Setup → Object "
        "Manager → Fields & Relationships.",
        field=change.target,
    )


def user_stays(change: Change) -> Message:
    """Salesforce deletes no users."""
    return say(
        "The user {user} stays: Salesforce does not delete users. By hand: Setup → Users → Edit, "
        "untick Active.",
        user=change.target,
    )
