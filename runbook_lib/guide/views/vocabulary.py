"""How the codes of plans and reviews read: files and the journal keep the code, people read a word."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runbook_lib.change.decisions.rows import Pairing, Visibility
from runbook_lib.review.mappings import MappingVerdict
from runbook_lib.text import Message, joined, say

REVIEWS: Mapping[str, Message] = {
    **{code: code.word for codes in (Visibility, MappingVerdict, Pairing) for code in codes},
    "unpaired": say("has no counterpart"),
}
UNDECIDED: Mapping[str, Message] = {
    "duplicates": say("what is done about the duplicates"),
    "marketo_fields": say("which of Marketo's fields are created"),
    "permission_set": say("the permission set"),
}


def undecided(rows: Collection[str], most: int = 12) -> Message:
    """What a person still has to decide, as part of a sentence."""
    first = list(rows)[:most]
    words = joined((UNDECIDED.get(row, row) for row in first), ", ")
    more = f" (+{len(rows) - most})" if len(rows) > most else ""
    return joined((words, more), "")
