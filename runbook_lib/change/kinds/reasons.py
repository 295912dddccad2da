"""Why a change is made, told before a person says yes to it.

Source: Marketo documentation, Steps 1 to 3 of 3; Salesforce, dependencies between permissions.
"""

from __future__ import annotations

from collections.abc import Callable

from runbook_lib.change.plan import Change
from runbook_lib.survey.requirements import (
    OBJECT_DEPENDENCIES,
    SYSTEM_DEPENDENCIES,
    USE_ANY_API_AUTH,
    VIEW_ROLES,
)
from runbook_lib.text import Message, say

_DEPENDS = say("Salesforce grants other rights in this list only together with this one.")


def always(reason: Message) -> Callable[[Change], Message]:
    """The same reason for every change of a kind."""
    return lambda change: reason


def system_permission(change: Change) -> Message:
    """Marketo asks for it, or Salesforce does."""
    if change.target == USE_ANY_API_AUTH.column:
        return say(
            "Salesforce is gradually closing SOAP login(); this permission keeps it open for the sync user."
        )
    if change.target in (*SYSTEM_DEPENDENCIES, VIEW_ROLES.column):
        return _DEPENDS
    return say("Marketo's documentation requires this permission for the sync user.")


def object_access(change: Change) -> Message:
    """Marketo asks for it, or Salesforce does."""
    if change.target in OBJECT_DEPENDENCIES:
        return _DEPENDS
    return say(
        "Marketo's documentation asks for read, create, edit and delete: when a person is merged or "
        "deleted in Marketo, so they are in Salesforce."
    )


TAKEN_BACK = always(say("You are taking the step back: what was there before is restored."))
