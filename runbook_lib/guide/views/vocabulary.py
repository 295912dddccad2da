"""How the codes of plans and reviews read: files and the journal keep the code, people read a word."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runbook_lib.change.plan import ChangeKind
from runbook_lib.text import Message, say

CHANGES: Mapping[ChangeKind, Message] = {
    ChangeKind.CREATE_FIELD: say("Create a field"),
    ChangeKind.MAP_CONVERSION: say("Map a field for lead conversion"),
    ChangeKind.CREATE_USER: say("Create a user"),
    ChangeKind.CREATE_PERMISSION_SET: say("Create a permission set"),
    ChangeKind.GRANT_SYSTEM: say("Grant a system permission"),
    ChangeKind.GRANT_OBJECT: say("Grant access to an object"),
    ChangeKind.GRANT_FIELD: say("Grant access to a field"),
    ChangeKind.GRANT_PROFILE_FIELD: say("Let a profile read a field"),
    ChangeKind.RESTORE_PROFILE_FIELD: say("A profile's view of a field as it was"),
    ChangeKind.HIDE_FIELD: say("Hide a field from the sync user"),
    ChangeKind.MARK_USER: say("Tick “Marketing User”"),
    ChangeKind.UNMARK_USER: say("Untick “Marketing User”"),
    ChangeKind.ASSIGN_PERMISSION_SET: say("Assign the permission set"),
    ChangeKind.SHOW_FIELD: say("Show a hidden field again"),
    ChangeKind.UNASSIGN_PERMISSION_SET: say("Take the permission set from the user"),
    ChangeKind.REVOKE_SYSTEM: say("Take a system permission back"),
    ChangeKind.RESTORE_OBJECT: say("Access to an object as it was"),
    ChangeKind.RESTORE_FIELD: say("Access to a field as it was"),
    ChangeKind.UNMAP_CONVERSION: say("Take a mapping for lead conversion back"),
    ChangeKind.DELETE_PERMISSION_SET: say("Delete the permission set"),
}
REVIEWS: Mapping[str, Message] = {
    "keep": say("keep"),
    "hide": say("hide"),
    "fits": say("fits"),
    "loses": say("may lose values"),
    "clashes": say("does not fit"),
    "unpaired": say("has no counterpart"),
    "leave": say("leave as it is"),
    "break": say("take apart"),
    "pair": say("pair them"),
}
UNDECIDED: Mapping[str, Message] = {
    "duplicates": say("what is done about the duplicates"),
    "marketo_fields": say("which of Marketo's fields are created"),
    "permission_set": say("the permission set"),
}


def undecided(rows: Collection[str], most: int = 12) -> Message:
    """What a person still has to decide, as part of a sentence."""
    shown = list(rows)[:most]
    words: dict[str, object] = {f"row{n}": UNDECIDED.get(row, row) for n, row in enumerate(shown)}
    more = f" (+{len(rows) - most})" if len(rows) > most else ""
    return Message(", ".join(f"{{{name}}}" for name in words) + more, words)
