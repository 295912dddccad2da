"""How many Salesforce calls a plan's changes cost at most, told before the first of them is made.

Where no answer is lost: then both systems are looked at again, which nobody can foretell. Source: REST API
guide, sObject Collections (200 records a call); the functions in ``writes.py`` and its neighbors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runbook_lib.change.apply import batches
from runbook_lib.change.plan import Change, ChangeKind

RECORDS_PER_CALL = 200
CALLS: Mapping[ChangeKind, int] = {
    ChangeKind.CREATE_FIELD: 1,
    ChangeKind.MAP_CONVERSION: 3,
    ChangeKind.CREATE_USER: 1,
    ChangeKind.CREATE_PERMISSION_SET: 1,
    ChangeKind.GRANT_SYSTEM: 1,
    ChangeKind.GRANT_OBJECT: 3,
    ChangeKind.GRANT_FIELD: 3,
    ChangeKind.GRANT_PROFILE_FIELD: 3,
    ChangeKind.HIDE_FIELD: 1,
    ChangeKind.MARK_USER: 1,
    ChangeKind.ASSIGN_PERMISSION_SET: 1,
    ChangeKind.SHOW_FIELD: 1,
    ChangeKind.UNASSIGN_PERMISSION_SET: 2,
    ChangeKind.REVOKE_SYSTEM: 1,
    ChangeKind.RESTORE_OBJECT: 3,
    ChangeKind.RESTORE_FIELD: 3,
    ChangeKind.RESTORE_PROFILE_FIELD: 3,
    ChangeKind.UNMAP_CONVERSION: 3,
    ChangeKind.UNMARK_USER: 1,
    ChangeKind.DELETE_PERMISSION_SET: 1,
}
"""Kind → calls of one batch: rows that are there are looked up, changed, and the others made."""


def most_calls(changes: Sequence[Change]) -> int:
    """The most calls that these changes cost together."""
    return sum(CALLS[batch[0].kind] + _more_rows(batch) for batch in batches(changes))


def _more_rows(batch: Sequence[Change]) -> int:
    """Calls beyond the first where changes bring several rows each: one for every parent of a field."""
    rows = sum(max(len(state.get("grants", ())) for state in (each.before, each.after)) for each in batch)
    return max(0, -(-rows // RECORDS_PER_CALL) - 1)
