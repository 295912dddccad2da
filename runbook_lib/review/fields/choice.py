"""Which fields a person may hide, and why the others are locked; which of them have to be decided about.

Sources: Salesforce describe and FieldPermissions (what cannot be hidden); Marketo documentation, "Step 2 of
3: Create a Salesforce User for Marketo" (events and tasks are read and edited; hide custom fields only).
"""

from __future__ import annotations

from runbook_lib.survey.needed_fields import is_needed
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say

ACTIVITIES = ("Task", "Event")


def can_hide(field: Field) -> bool:
    """Whether Salesforce lets field-level security hide this field by itself.

    Required, name and system fields are not ``permissionable``; the parts of a compound field (a street, a
    latitude) are governed by the compound. Source: Salesforce describe, FieldPermissions.
    """
    return field.permissionable and not field.compound


def locked_because(field: Field) -> Message | None:
    """Why nobody may hide this field; ``None``: a person may."""
    if is_needed(field.object, field.name):
        return say("Marketo needs this field.")
    if field.compound:
        return say(
            "It is part of {compound}: Salesforce hides all parts or none. Decide on {compound} instead.",
            compound=f"{field.object}.{field.compound}",
        )
    if not can_hide(field):
        return say("Salesforce does not let anybody hide this field separately.")
    if field.object in ACTIVITIES and not field.custom:
        return say("Marketo requires that all fields of tasks and events can be read and edited.")
    return None


def must_be_decided(field: Field) -> bool:
    """Whether nothing goes on before a person, or the recommendation, kept or hid it.

    Custom fields only, as Marketo advises; a standard field that nobody decided about is kept, without a row
    in the file.
    """
    return field.custom and locked_because(field) is None
