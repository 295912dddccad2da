"""What speaks against a plan without a look at any system: what its consent lacks, and what is still open."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.change.gate.refusal import Refusal, listed
from runbook_lib.change.plan import Consent, Plan
from runbook_lib.road import GATES, ROAD
from runbook_lib.survey.snapshot import digest_of
from runbook_lib.text import LANGUAGES, Message, Moment, joined, say, translate

APPROVAL_HOURS = 24
"""How long a consent counts. Everything that tells it looks here."""
APPROVAL_LIFETIME = timedelta(hours=APPROVAL_HOURS)


@dataclass(frozen=True)
class Approval:
    """The consent of a person to one plan, as it stands in ``approvals/<gate>.json``.

    ``consents``: id → the full text that was agreed to. ``org``: the org's name as the person typed it.
    ``is_on_record``: the journal knows the approval as it stands in the file. ``is_of_decider``: two people
    are asked for, and the approver is who decided. ``rejection``: who rejected the plan after it, and why.
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
    is_of_decider: bool = False
    rejection: Message | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over all that was signed: the journal keeps it, so that an edit of the file shows."""
        signed = (self.gate, self.plan_digest, self.approver, self.reason, self.org, dict(self.consents))
        return digest_of([*signed, self.created.isoformat(), self.expires.isoformat()])


def must_be_approved(plan: Plan) -> bool:
    """Whether ``plan`` holds something that cannot be undone, whatever it says about itself."""
    return plan.needs_approval or plan.step in GATES or any(click.for_ever for click in plan.clicks)


def approval_refusals(plan: Plan, approval: Approval | None, now: datetime) -> Iterable[Refusal]:
    """What the approval of a plan that needs one lacks."""
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
    yield from _second_person_refusals(approval)
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
    missing = [consent.name for consent in plan.consents if not _is_agreed(consent, approval)]
    if missing:
        yield Refusal(
            "consent-missing",
            say("The approval does not agree to: {missing}.", missing=joined(missing, ", ")),
            say("Approve again; each warning is agreed to separately."),
            waits=True,
        )


def _second_person_refusals(approval: Approval) -> Iterable[Refusal]:
    """What a second person has against it."""
    if approval.is_of_decider:
        yield Refusal(
            "same-person",
            say(
                "Two people are asked for, and {by} both decided and approved.",
                by=approval.approver,
            ),
            say("Ask somebody else to approve it, or to reject it with a reason."),
            waits=True,
        )
    if approval.rejection is not None:
        yield Refusal(
            "rejected",
            approval.rejection,
            say("Settle it with them; then decide differently, or have the plan approved again."),
            waits=True,
        )


def _is_agreed(consent: Consent, approval: Approval) -> bool:
    """Whether the text on file is this consent's, in one of the languages it can be read in."""
    return approval.consents.get(consent.id) in {translate(consent.text, language) for language in LANGUAGES}


def _stale_refusals(plan: Plan, approval: Approval, now: datetime) -> Iterable[Refusal]:
    if not approval.is_on_record:
        yield Refusal(
            "not-on-record",
            say("The approval on file is not as it was signed: the journal has no such record."),
            say("Find out who edited the file in approvals, then approve again."),
        )
    if approval.gate != plan.step:
        yield Refusal(
            "wrong-plan",
            say(
                "The approval is for {other}, not for {step}.",
                other=_title(approval.gate),
                step=_title(plan.step),
            ),
            say("Approve {step} separately.", step=_title(plan.step)),
            waits=True,
        )
    elif approval.plan_digest != plan.digest:
        yield Refusal(
            "wrong-plan",
            say(
                "The approval is for a different plan ({approved}) than the current one ({now}).",
                approved=approval.plan_digest[:8],
                now=plan.digest[:8],
            ),
            say("Something has changed since. Read the new plan and approve again."),
            waits=True,
        )
    if approval.expires - approval.created > APPROVAL_LIFETIME:
        yield Refusal(
            "approval-too-long",
            say(
                "The approval claims to be valid for more than {hours} hours.",
                hours=APPROVAL_HOURS,
            ),
            say("Find out who edited the file in approvals, then approve again."),
        )
    if not approval.created <= now < approval.expires:
        yield Refusal(
            "approval-expired",
            say(
                "The approval was valid from {created} until {expires}.",
                created=Moment(approval.created),
                expires=Moment(approval.expires),
            ),
            say("Approve again."),
            waits=True,
        )


def what_is_open(plan: Plan) -> Iterable[Refusal]:
    """What a person still has to decide or to settle; it makes an approval of this plan worthless."""
    if plan.undecided:
        yield Refusal(
            "undecided",
            say("Still undecided: {rows}.", rows=listed(plan.undecided)),
            say(
                "Decide on {rows}: write it into {files}, or choose in that notebook; then run again.",
                rows=listed(plan.undecided),
                files=listed({_file_of(row) for row in plan.undecided}),
            ),
            waits=True,
        )
    for number, obstacle in enumerate(plan.obstacles, start=1):
        yield Refusal(
            f"obstacle:{number}",
            obstacle,
            say("Follow that, or decide differently in the notebook or in the decision file."),
            waits=True,
        )


def _file_of(row: str) -> str:
    """Where a row that is undecided gets its decision: a field, a pair of fields, or the duplicates."""
    if "=" in row:
        return "decisions/mappings.csv"
    return "decisions/fields.csv" if "." in row else "decisions/duplicates.csv"


def _title(name: str) -> object:
    """What people call the step; what a file names that is no step, as it is."""
    return next((step.numbered for step in ROAD if step.name == name), name)
