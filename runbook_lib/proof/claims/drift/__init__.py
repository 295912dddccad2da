"""What changed since the state that was proven last: every change is a claim of its own, with a verdict.

Each speaks against the watch until it is mended or somebody acknowledges it, for each may stop Marketo's
writes, lose values or make fields permanently. Where nobody could look, it cannot be told; what nobody had
looked at before is the state from now on. Sources: Marketo documentation, "SFDC Sync: Field Sync" (a new
field is made at the next cycle, another API name makes another field, another type may delete values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runbook_lib.proof.claims.api_calls import claim_calls_last
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.deadlines import nearing
from runbook_lib.proof.claims.drift.fields import changed_fields
from runbook_lib.proof.claims.drift.made_meanwhile import made_meanwhile
from runbook_lib.proof.claims.drift.named import PREFIX, is_drift, said_too_by
from runbook_lib.proof.claims.drift.surroundings import changed_surroundings, more_duplicates
from runbook_lib.proof.claims.drift.sync_user import (
    changed_account,
    changed_policy,
    changed_user,
    lost_access,
    lost_permissions,
)
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown
from runbook_lib.text import Moment, say

__all__ = ["COMPARED", "NEW_FIELD", "PREFIX", "claim_drift", "is_drift", "said_too_by"]

NEW_FIELD = f"{PREFIX}field:"
"""How the id of a field begins that the sync user did not see before."""
COMPARED = (
    Part.VISIBLE, Part.SYNC_USER, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.SURROUNDINGS,
    Part.ACCOUNT, Part.DUPLICATES, Part.PASSWORD_POLICY,
)  # fmt: skip
"""The parts in which something may change."""


def claim_drift(before: Snapshot, now: Snapshot) -> Iterator[Claim]:
    """What is not as it was, named one by one; one claim that nothing changed where nothing did."""
    changed: list[Claim] = []
    for part in COMPARED:
        then, today = getattr(before, part.value), getattr(now, part.value)
        if isinstance(today, Unknown):
            changed.append(_cannot_tell(part, today))
        elif then is not None and not isinstance(then, Unknown) and today is not None:
            changed += _COMPARISONS[part](then, today)
    changed += claim_calls_last(before, now, f"{PREFIX}api-calls:DailyApiRequests")
    changed += nearing(before, now)
    changed += made_meanwhile(before, now)
    yield from changed
    if not changed:
        what = say("Nothing changed since {at}.", at=Moment(before.taken_at))
        yield Claim("nothing-changed", Status.OK, what)


def _cannot_tell(part: Part, reason: Unknown) -> Claim:
    what = say(
        "Cannot tell whether anything changed here: {part}. {reason} {fix}",
        part=part.word,
        reason=reason.words,
        fix=reason.message("fix") or "",
    )
    return Claim(f"{PREFIX}unknown:{part.value}", Status.UNKNOWN, what)


_COMPARISONS: Mapping[Part, Callable[[Any, Any], Iterator[Claim]]] = {
    Part.VISIBLE: changed_fields,
    Part.SYNC_USER: changed_user,
    Part.SYSTEM_PERMISSIONS: lost_permissions,
    Part.OBJECT_ACCESS: lost_access,
    Part.SURROUNDINGS: changed_surroundings,
    Part.ACCOUNT: changed_account,
    Part.DUPLICATES: more_duplicates,
    Part.PASSWORD_POLICY: changed_policy,
}
