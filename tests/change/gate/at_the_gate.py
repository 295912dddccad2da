"""What stands before the gate of 05 in order: decisions, checks, proofs, and a consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.gate import APPROVAL_LIFETIME, Approval, Predecessor
from runbook_lib.change.plan import Plan
from runbook_lib.review.checks import checks_for
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import step_named
from runbook_lib.text import say, translate
from tests.org_by_hand import NOW, field_decisions

GATE = "05_sync_fields"
KEPT = Decisions(fields=field_decisions("Lead.Region__c", "Contact.Region__c"))


def findings(status: Status = Status.OK, step: str = GATE) -> tuple[Finding, ...]:
    """An answer to every check of the gate."""
    return tuple(Finding(check.id, step, status, say("So it is.")) for check in checks_for(step))


def standing(step: str = GATE, **changes: Any) -> tuple[Predecessor, ...]:
    """The proof of every step that ``step`` stands on, given a minute ago."""
    proven = NOW - timedelta(minutes=1)
    return tuple(replace(Predecessor(spec, proven), **changes) for spec in step_named(step).stands_on)


def approval_of(plan: Plan, language: str = "en", **changes: Any) -> Approval:
    """A consent to exactly this plan."""
    agreed = {consent.id: translate(consent.text, language) for consent in plan.consents}
    made = Approval(
        plan.step, plan.digest, "Ada", "agreed", plan.org_name, agreed, NOW, NOW + APPROVAL_LIFETIME
    )
    return replace(made, **changes)
