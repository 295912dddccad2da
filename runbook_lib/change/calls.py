"""How many Salesforce calls a plan's changes cost at most, told before the first of them is made.

Where no answer is lost: then both systems are looked at again, which nobody can foretell.
"""

from __future__ import annotations

from collections.abc import Sequence

from runbook_lib.change.kinds.row import RECORDS_PER_CALL
from runbook_lib.change.kinds.table import KINDS, batches
from runbook_lib.change.plan import Change


def most_calls(changes: Sequence[Change]) -> int:
    """The most calls that these changes cost together."""
    return sum(KINDS[batch[0].kind].calls + _more_rows(batch) for batch in batches(changes))


def _more_rows(batch: Sequence[Change]) -> int:
    """Calls beyond the first where changes bring several rows each: one for every parent of a field."""
    rows = sum(
        max(len(state.get("grants", ())) for state in (change.before, change.after)) for change in batch
    )
    return max(0, -(-rows // RECORDS_PER_CALL) - 1)
