"""Proof that a step had its effect: what was measured before, what is measured now, and what that shows.

A tick by a person is told, but is never proof by itself. Each step has its own documented function of claims,
in one visible table; all are pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from runbook_lib.change.plan import Plan
from runbook_lib.proof.claims.arrival import claim_sync_runs, claim_watched
from runbook_lib.proof.claims.claim import Attested, Claim, Evidence, Measured
from runbook_lib.proof.claims.marketo import (
    claim_duplicates_decided,
    claim_fields_made,
    claim_mappings,
    claim_sync_started,
    claim_told,
)
from runbook_lib.proof.claims.salesforce import (
    claim_both_reached,
    claim_fields_created,
    claim_login,
    claim_rights,
    claim_visibility,
)
from runbook_lib.proof.claims.status import claim_reported
from runbook_lib.review.findings import Status
from runbook_lib.road import (
    DUPLICATES,
    FIELD_MAPPINGS,
    FIELD_VISIBILITY,
    GATES,
    MARKETO_FIELDS,
    SECURITY_TOKEN,
    START_HERE,
    START_SYNC,
    SYNC_FIELDS,
    SYNC_USER,
    VERIFY_SYNC,
    WATCH,
    step_named,
)
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say

__all__ = ["Attested", "Claim", "Evidence", "prove"]

CLAIMS: Mapping[str, Callable[[Measured], Iterator[Claim]]] = {
    START_HERE.name: claim_both_reached,
    MARKETO_FIELDS.name: claim_fields_created,
    SYNC_USER.name: claim_rights,
    SECURITY_TOKEN.name: claim_login,
    FIELD_VISIBILITY.name: claim_visibility,
    SYNC_FIELDS.name: claim_fields_made,
    FIELD_MAPPINGS.name: claim_mappings,
    DUPLICATES.name: claim_duplicates_decided,
    START_SYNC.name: claim_sync_started,
    VERIFY_SYNC.name: claim_sync_runs,
    WATCH.name: claim_watched,
}
"""Step → what is claimed of it."""
IN_PROGRESS_MEANS: Mapping[str, Status] = {VERIFY_SYNC.name: Status.UNKNOWN, WATCH.name: Status.SKIP}
"""At these steps Marketo's page is read; what it means there that the sync is in progress."""


def prove(
    step: str,
    before: Snapshot | None,
    now: Snapshot,
    plan: Plan | None,
    attested: Attested | None = None,
    refused: frozenset[str] = frozenset(),
) -> Evidence:
    """What ``now``, compared with the baseline ``before``, proves about ``step``. Pure.

    ``before`` was taken before the step touched anything; without one, only ``now`` counts. ``plan``: what
    the step set out to do, made from the baseline, or the plan that was agreed to where it cannot be undone;
    ``None`` where nothing was planned, or nobody had agreed. ``refused``: records that Sync Errors names.
    """
    return prove_measured(step, Measured(before, now, plan, attested, refused))


def prove_measured(step: str, measured: Measured) -> Evidence:
    """The same from what was measured."""
    name = step_named(step).name
    claims = (*_claim_agreed(name, measured), *CLAIMS[name](measured), *_claim_word(name, measured))
    return Evidence(name, claims, measured.now.taken_at)


def _claim_word(step: str, measured: Measured) -> Iterator[Claim]:
    """What a person said: that they clicked, or at 09 and 10 what Marketo's page shows."""
    if step not in IN_PROGRESS_MEANS:
        yield from claim_told(measured)
    elif measured.attested is not None:
        yield from claim_reported(measured.attested, measured.now.taken_at, IN_PROGRESS_MEANS[step])


def _claim_agreed(step: str, measured: Measured) -> Iterator[Claim]:
    """What cannot be undone is proven only together with the consent to it."""
    if step in GATES and measured.plan is None:
        yield Claim(
            "agreed",
            Status.ERROR,
            say(
                "There is no valid consent on record for what was clicked: nobody had agreed to it, or "
                "the plan agreed to is no longer on file unchanged."
            ),
        )
