"""What is told where Salesforce refused changes: each by its name, why, and what exactly to do about it.

Source: REST API, "Status Codes and Error Responses". What belongs to one kind of change stands in its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import Change
from runbook_lib.errors import SystemRefused
from runbook_lib.systems.salesforce.errors import dependency_in, fix_of
from runbook_lib.text import Message, joined, say

NO_RIGHT = ("INSUFFICIENT_ACCESS", "FORBIDDEN", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")


def fix_for(change: Change, code: str, message: str = "") -> Message | None:
    """What ends this refusal of this change, of which Salesforce said ``message``; ``None`` where nothing
    better than the general is known."""
    depends = dependency_in(message)
    if depends is not None:
        return say(
            "Salesforce grants “{permission}” only together with: {needed}. In Setup → Users → "
            "Permission Sets, open the permission set and tick these first; the org's admin decides "
            "whether the sync user should have them.",
            permission=depends[0],
            needed=depends[1],
        )
    row = KINDS[change.kind]
    if (fix := row.fix(change, code, message)) is not None:
        return fix
    if code.startswith(NO_RIGHT):
        return say(
            "The logged-in administrator lacks a user permission: {permission}. Another admin grants "
            "it in Setup (profile or permission set), or performs this step with their own login: "
            "admin_username in connection.toml.",
            permission=row.right,
        )
    return fix_of(code)


def changes_refused(
    step: str, counts: Mapping[str, int], reasons: Mapping[str, Message], fixes: Iterable[Message], code: str
) -> SystemRefused:
    """The stop after changes were refused: ``reasons`` by the change's id, and every fix once."""
    lines = (say("{change}: {reason}", change=name, reason=reason) for name, reason in reasons.items())
    again = say("Fix what is named above and run this step again; what was made is not made twice.")
    return SystemRefused(
        say(
            "Made: {done}. Not made: {failed}. Cannot tell: {unknown}. Not attempted: {left}.",
            **{name: counts[name] for name in ("done", "failed", "unknown", "left")},
        ),
        where=step,
        why=joined(lines, "\n"),
        fix=joined([*dict.fromkeys(fixes), again], "\n"),
        code=code or None,
    )
