"""The gate: consent, fresh checks and no drift give a Permit; anything else gives every reason, at once.

Nothing writes to an org and no click list of an irreversible step is shown without a :class:`Permit`, and
only this module makes one. What nobody looked at, or looked at too long ago, shuts the gate like an error.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.change.plan import Consent, Plan
from runbook_lib.review.checks import checks_for
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import GATES
from runbook_lib.survey.snapshot import MarketoState, Organization, Snapshot, digest_of
from runbook_lib.text import LANGUAGES, Message, say, translate

APPROVAL_LIFETIME = timedelta(hours=24)
CHECKS_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Approval:
    """The consent of a person to one plan, as it stands in ``approvals/<gate>.json``.

    ``consents``: id → the full text that was agreed to. ``org``: the org's name as the person typed it.
    ``is_on_record``: the journal knows the approval as it stands in the file.
    """

    gate: str
    plan_digest: str
    approver: str
    reason: str
    org: str
    consents: Mapping[str, str]
    created: datetime
    expires: datetime
    is_on_record: bool = True

    @property
    def digest(self) -> str:
        """SHA-256 over all that was signed: the journal keeps it, so that an edit of the file shows."""
        signed = (self.gate, self.plan_digest, self.approver, self.reason, self.org, dict(self.consents))
        return digest_of([*signed, self.created.isoformat(), self.expires.isoformat()])


@dataclass(frozen=True)
class Checks:
    """The findings of a step's gate (``review.checks.gate_findings``) and when they were made."""

    findings: tuple[Finding, ...]
    made_at: datetime


@dataclass(frozen=True)
class Refusal:
    """One reason not to go on, and what to do about it. ``waits``: a person is missing, nothing is wrong."""

    id: str
    what: Message
    fix: Message
    waits: bool = False


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
        *_approval_refusals(plan, approval, now),
        *_identity_refusals(plan, snapshot_now),
        *_drift_refusals(plan, snapshot_now),
        *_age_refusals(snapshot_now, checks_now, now),
        *_check_refusals(plan, checks_now),
        *what_is_open(plan),
    )


def consent_refusals(plan: Plan, approval: Approval | None, now: datetime) -> tuple[Refusal, ...]:
    """Every reason that can be told without a look: what the consent lacks, and what is still open."""
    return (*_approval_refusals(plan, approval, now), *what_is_open(plan))


def must_be_approved(plan: Plan) -> bool:
    """Whether ``plan`` holds something that cannot be undone, whatever it says about itself."""
    return plan.needs_approval or plan.step in GATES or any(each.for_ever for each in plan.clicks)


def _approval_refusals(plan: Plan, approval: Approval | None, now: datetime) -> Iterable[Refusal]:
    if not must_be_approved(plan):
        return
    if approval is None:
        yield Refusal(
            "no-approval",
            say("Nobody has agreed to this step yet; it cannot be undone."),
            say(
                "Read the plan, then agree in the notebook, or run: "
                "runbook approve WORKSPACE {gate} --by NAME --reason TEXT --org {org}",
                gate=plan.step,
                org=shlex.quote(plan.org_name),
            ),
            waits=True,
        )
        return
    yield from _stale_refusals(plan, approval, now)
    if not approval.approver.strip() or not approval.reason.strip():
        yield Refusal(
            "unsigned",
            say("The approval does not say who agreed, or why."),
            say("Approve again, with a name and a reason."),
            waits=True,
        )
    if not plan.org_name.strip() or approval.org.strip() != plan.org_name.strip():
        yield Refusal(
            "wrong-org-name",
            say(
                "The org typed in the approval is “{typed}”, not “{org}”.",
                typed=approval.org,
                org=plan.org_name,
            ),
            say("Make sure this is the right org, then approve again and type its name exactly."),
        )
    missing = [each.id for each in plan.consents if not _is_agreed(each, approval)]
    if missing:
        yield Refusal(
            "consent-missing",
            say("The approval does not agree to: {missing}.", missing=", ".join(missing)),
            say("Approve again; each warning is agreed to by itself."),
            waits=True,
        )


def _is_agreed(consent: Consent, approval: Approval) -> bool:
    """Whether the text on file is this consent's, in one of the languages it can be read in."""
    return approval.consents.get(consent.id) in {translate(consent.text, language) for language in LANGUAGES}


def _stale_refusals(plan: Plan, approval: Approval, now: datetime) -> Iterable[Refusal]:
    if not approval.is_on_record:
        yield Refusal(
            "not-on-record",
            say("The approval on file is not as it was signed: the journal does not know it so."),
            say("Find out who edited the file in approvals, then approve again."),
        )
    if approval.gate != plan.step:
        yield Refusal(
            "wrong-plan",
            say("The approval is for {other}, not for {step}.", other=approval.gate, step=plan.step),
            say("Approve {step} by itself.", step=plan.step),
            waits=True,
        )
    elif approval.plan_digest != plan.digest:
        yield Refusal(
            "wrong-plan",
            say(
                "The approval is for another plan ({approved}) than the one that stands now ({now}).",
                approved=approval.plan_digest[:8],
                now=plan.digest[:8],
            ),
            say("Something changed since. Read the new plan and approve again."),
            waits=True,
        )
    if approval.expires - approval.created > APPROVAL_LIFETIME:
        yield Refusal(
            "approval-too-long",
            say(
                "The approval claims to count for more than {hours} hours.",
                hours=int(APPROVAL_LIFETIME.total_seconds() // 3600),
            ),
            say("Find out who edited the file in approvals, then approve again."),
        )
    if not approval.created <= now < approval.expires:
        yield Refusal(
            "approval-expired",
            say(
                "The approval was valid from {created} until {expires}.",
                created=_utc(approval.created),
                expires=_utc(approval.expires),
            ),
            say("Approve again."),
            waits=True,
        )


def _identity_refusals(plan: Plan, snapshot: Snapshot) -> Iterable[Refusal]:
    organization = snapshot.organization
    if not isinstance(organization, Organization):
        yield Refusal(
            "org-unknown",
            say("Cannot tell which Salesforce org this is."),
            say("Repair the admin login in 00_start_here and try again."),
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
            say("Repair the Marketo API client in 00_start_here and try again."),
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


def _drift_refusals(plan: Plan, snapshot: Snapshot) -> Iterable[Refusal]:
    if not must_be_approved(plan):
        return
    if not isinstance(snapshot.visible, Mapping):
        yield Refusal(
            "fields-unknown",
            say("Cannot tell which fields the sync user sees now."),
            say("Repair the sync user's login in 03_security_token and try again."),
        )
        return
    seen = {each.full_name for each in snapshot.visible_fields()}
    planned = set(plan.fields)
    if appeared := seen - planned - set(plan.undecided):
        yield Refusal(
            "fields-appeared",
            say("Visible now, but not approved: {fields}.", fields=_listed(appeared)),
            say("Decide about them in 04_field_visibility, then approve again."),
        )
    if planned - seen:
        yield Refusal(
            "fields-vanished",
            say("Approved, but no longer visible: {fields}.", fields=_listed(planned - seen)),
            say("Make them visible again or approve the new plan."),
        )


def _age_refusals(snapshot: Snapshot, checks: Checks, now: datetime) -> Iterable[Refusal]:
    minutes = int(CHECKS_LIFETIME.total_seconds() // 60)
    if not _is_fresh(checks.made_at, now):
        yield Refusal(
            "checks-stale",
            say(
                "The checks are from {made}; they count for {minutes} minutes.",
                made=_utc(checks.made_at),
                minutes=minutes,
            ),
            say("Run the checks again."),
        )
    if not _is_fresh(snapshot.taken_at, now):
        yield Refusal(
            "look-stale",
            say(
                "Both systems were last looked at {taken}; that counts for {minutes} minutes.",
                taken=_utc(snapshot.taken_at),
                minutes=minutes,
            ),
            say("Look again."),
        )


def _is_fresh(moment: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - moment <= CHECKS_LIFETIME


def _check_refusals(plan: Plan, checks: Checks) -> Iterable[Refusal]:
    for finding in checks.findings:
        if finding.blocks:
            fix = finding.fix or say("Repair it and check again.")
            yield Refusal(f"check:{finding.check}", finding.what, fix)
    made = {each.check for each in checks.findings if each.status is not Status.SKIP}
    not_made = [each.id for each in checks_for(plan.step) if each.id not in made]
    if not_made:
        yield Refusal(
            "checks-not-made",
            say("Not checked yet: {checks}.", checks=_listed(not_made)),
            say("Run the checks of this step."),
        )


def what_is_open(plan: Plan) -> Iterable[Refusal]:
    """What a person still has to decide or to settle; it makes an approval of this plan worthless."""
    if plan.undecided:
        yield Refusal(
            "undecided",
            say("Still undecided: {rows}.", rows=_listed(plan.undecided)),
            say(
                "Decide about {rows}: write it into {files}, or choose in that notebook; then run again.",
                rows=_listed(plan.undecided),
                files=_listed({_file_of(row) for row in plan.undecided}),
            ),
            waits=True,
        )
    for number, obstacle in enumerate(plan.obstacles, start=1):
        yield Refusal(
            f"obstacle:{number}",
            obstacle,
            say("Do what it says, or decide differently in the notebook or in the file of decisions."),
            waits=True,
        )


def _file_of(row: str) -> str:
    """Where a row that is undecided gets its decision: a field, a pair of fields, or the duplicates."""
    if "=" in row:
        return "decisions/mappings.csv"
    return "decisions/fields.csv" if "." in row else "decisions/duplicates.csv"


def _listed(names: Iterable[str], most: int = 12) -> str:
    ordered: Sequence[str] = sorted(names)
    more = f" (+{len(ordered) - most})" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
