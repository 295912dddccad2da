"""The gate: consent, fresh checks and no drift give a Permit; anything else gives every reason, at once.

Nothing writes to an org and no click list of an irreversible step is shown without a :class:`Permit`, and
only this module makes one. What nobody looked at, or looked at too long ago, shuts the gate like an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runbook_lib.change.gate.consent import (
    APPROVAL_HOURS,
    APPROVAL_LIFETIME,
    Approval,
    approval_refusals,
    must_be_approved,
    what_is_open,
)
from runbook_lib.change.gate.freshness import (
    CHECKS_LIFETIME,
    Checks,
    age_refusals,
    check_refusals,
    drift_refusals,
    identity_refusals,
)
from runbook_lib.change.gate.predecessors import Predecessor, predecessor_refusals
from runbook_lib.change.gate.refusal import Refusal
from runbook_lib.change.plan import Plan
from runbook_lib.survey.snapshot import Snapshot

__all__ = [
    "APPROVAL_HOURS", "APPROVAL_LIFETIME", "CHECKS_LIFETIME", "Approval", "Checks", "Permit",
    "Predecessor", "Refusal",
    "changed_since", "consent_refusals", "must_be_approved", "open_gate", "predecessor_refusals", "refusals",
    "what_is_open",
]  # fmt: skip


@dataclass(frozen=True)
class Permit:
    """The right to carry out exactly the plan with this digest. Made by :func:`open_gate` only."""

    step: str
    plan_digest: str
    given_at: datetime
    approver: str


def open_gate(
    plan: Plan, approval: Approval | None, snapshot_now: Snapshot, checks_now: Checks, now: datetime
) -> Permit | tuple[Refusal, ...]:
    """A :class:`Permit` for ``plan``, or every reason against it."""
    against = refusals(plan, approval, snapshot_now, checks_now, now)
    if against:
        return against
    return Permit(plan.step, plan.digest, now, approval.approver if approval else "")


def refusals(
    plan: Plan, approval: Approval | None, snapshot_now: Snapshot, checks_now: Checks, now: datetime
) -> tuple[Refusal, ...]:
    """Every reason not to carry out ``plan`` at ``now``; empty when there is none.

    ``snapshot_now`` is what both systems look like seconds before; for an irreversible plan it must hold the
    organization, the Marketo instance and the visible fields.
    """
    return (
        *predecessor_refusals(plan.step, checks_now.predecessors),
        *approval_refusals(plan, approval, now),
        *identity_refusals(plan, snapshot_now),
        *drift_refusals(plan, snapshot_now),
        *age_refusals(snapshot_now, checks_now, now),
        *check_refusals(plan, checks_now),
        *what_is_open(plan),
    )


def consent_refusals(plan: Plan, approval: Approval | None, now: datetime) -> tuple[Refusal, ...]:
    """Every reason that can be told without a look: what the consent lacks, and what is still open."""
    return (*approval_refusals(plan, approval, now), *what_is_open(plan))


def changed_since(agreed: Plan, snapshot_now: Snapshot) -> tuple[Refusal, ...]:
    """What changed since a person agreed to ``agreed``: another org or instance, and which fields.

    A plan that is made anew knows only what is there now; this names what the old one knew.
    """
    return (*identity_refusals(agreed, snapshot_now), *drift_refusals(agreed, snapshot_now))
