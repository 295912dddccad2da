"""The errors of an exported Sync Errors by kind: how many, why, what to do, and links to the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.guide.views.records import record_link
from runbook_lib.guide.views.view import Block, Fold, Grid
from runbook_lib.proof.sync_errors import ErrorGroup
from runbook_lib.text import say

MOST_LINKS = 20
"""Records of a kind that are linked; all Ids stand in the evidence."""


def error_blocks(groups: Sequence[ErrorGroup], org: str = "") -> Iterable[Block]:
    """A line per kind, and on demand its records. ``org``: where its records are opened; without it the Ids
    are no links."""
    if not groups:
        return
    heads = (say("Error"), say("Count"), say("Objects"), say("Cause"), say("What to do"))
    yield Grid(say("Errors of the sync by kind"), heads, tuple(map(_row, groups)))
    records = [
        (_name(group), record_link(record, org)) for group in groups for record in group.records[:MOST_LINKS]
    ]
    if records:
        title = say("Records with errors")
        more = sum(max(0, len(group.records) - MOST_LINKS) for group in groups)
        yield Fold(title, Grid(title, (say("Error"), say("Record")), tuple(records), more))


def _row(group: ErrorGroup) -> tuple[object, ...]:
    objects, known = ", ".join(group.objects) or "–", group.known
    cause: object = known.cause if known else say("not known here")
    fix: object = known.fix if known else say("Read the message; it comes from Salesforce.")
    return (_name(group), group.count, objects, cause, fix)


def _name(group: ErrorGroup) -> object:
    return group.name or say("without a code")
