"""What speaks against a plan as both systems look now: another org or instance, other fields, checks that
fail or were not made, and a look that is too old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.change.gate.consent import must_be_approved
from runbook_lib.change.gate.predecessors import Predecessor
from runbook_lib.change.gate.refusal import Refusal, listed
from runbook_lib.change.plan import Plan
from runbook_lib.review.checks import checks_for
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import MarketoState, Organization, Snapshot
from runbook_lib.text import Moment, say

CHECKS_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Checks:
    """What was looked through just before: the findings of a step's gate (``review.checks.gate_findings``),
    when they were made, and where each step stands that this one stands on."""

    findings: tuple[Finding, ...]
    made_at: datetime
    predecessors: tuple[Predecessor, ...] = ()


def identity_refusals(plan: Plan, snapshot: Snapshot) -> Iterable[Refusal]:
    """Whether this is the org and the instance that the plan is for."""
    organization = snapshot.organization
    if not isinstance(organization, Organization):
        yield Refusal(
            "org-unknown",
            say("Cannot tell which Salesforce org this is."),
            say("Fix the admin login in notebook 00 and try again."),
        )
    elif organization.id != plan.org_id:
        yield Refusal(
            "other-org",
            say(
                "The plan is for the org {planned}, but this is {now}.",
                planned=plan.org_id,
                now=organization.id,
            ),
            say("Use the workspace of this org, or make a new plan for it."),
        )
    if must_be_approved(plan) and not isinstance(snapshot.marketo, MarketoState):
        yield Refusal(
            "instance-unknown",
            say("Cannot tell which Marketo instance this is."),
            say("Fix the Marketo API client in notebook 00 and try again."),
        )
    elif isinstance(snapshot.marketo, MarketoState) and snapshot.marketo.munchkin_id != plan.munchkin_id:
        yield Refusal(
            "other-instance",
            say(
                "The plan is for the Marketo instance {planned}, but this is {now}.",
                planned=plan.munchkin_id,
                now=snapshot.marketo.munchkin_id,
            ),
            say("Use the workspace of this instance, or make a new plan for it."),
        )


def drift_refusals(plan: Plan, snapshot: Snapshot) -> Iterable[Refusal]:
    """Which fields the sync user sees now and the plan does not know, and the other way round."""
    if not must_be_approved(plan):
        return
    if not isinstance(snapshot.visible, Mapping):
        yield Refusal(
            "fields-unknown",
            say("Cannot tell which fields the sync user sees now."),
            say("Fix the sync user's login in notebook 03 and try again."),
        )
        return
    seen = {field.full_name for field in snapshot.visible_fields()}
    planned = set(plan.fields)
    if appeared := seen - planned - set(plan.undecided):
        yield Refusal(
            "fields-appeared",
            say("Visible now, but not approved: {fields}.", fields=listed(appeared)),
            say("Decide on them in notebook 04, then approve again."),
        )
    if planned - seen:
        yield Refusal(
            "fields-vanished",
            say("Approved, but no longer visible: {fields}.", fields=listed(planned - seen)),
            say("Make them visible again or approve the new plan."),
        )


def age_refusals(snapshot: Snapshot, checks: Checks, now: datetime) -> Iterable[Refusal]:
    """Whether looks and checks are of just now."""
    minutes = int(CHECKS_LIFETIME.total_seconds() // 60)
    if not _is_fresh(checks.made_at, now):
        yield Refusal(
            "checks-stale",
            say(
                "The checks were made on {made}; they are valid for {minutes} minutes.",
                made=Moment(checks.made_at),
                minutes=minutes,
            ),
            say("Run the checks again."),
        )
    if not _is_fresh(snapshot.taken_at, now):
        yield Refusal(
            "look-stale",
            say(
                "Both systems were last read on {taken}; that is valid for {minutes} minutes.",
                taken=Moment(snapshot.taken_at),
                minutes=minutes,
            ),
            say("Look again."),
        )


def _is_fresh(moment: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - moment <= CHECKS_LIFETIME


def check_refusals(plan: Plan, checks: Checks) -> Iterable[Refusal]:
    """Every check of the gate that fails, cannot tell, or was not made."""
    for finding in checks.findings:
        if finding.blocks:
            fix = finding.fix or say("Fix it and check again.")
            yield Refusal(f"check:{finding.check}", finding.what, fix)
    made = {finding.check for finding in checks.findings if finding.status is not Status.SKIP}
    not_made = [check.id for check in checks_for(plan.step) if check.id not in made]
    if not_made:
        yield Refusal(
            "checks-not-made",
            say("Not checked yet: {checks}.", checks=listed(not_made)),
            say("Run the checks of this step."),
        )
