"""All checks, in one visible tuple, and how they are run. No I/O: a snapshot in, findings out.

A part nobody looked at gives ``skip``; a part that could not be read gives ``unknown``, never a "no".
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.review.checks.account import ACCOUNT_CHECKS
from runbook_lib.review.checks.automation import RULE_CHECKS
from runbook_lib.review.checks.check import Answer, Check, cannot_tell
from runbook_lib.review.checks.connection import CONNECTION_CHECKS
from runbook_lib.review.checks.copied_records import COPIED_CHECKS
from runbook_lib.review.checks.duplicates_and_arrival import PEOPLE_CHECKS
from runbook_lib.review.checks.field_editing import EDITING_CHECKS
from runbook_lib.review.checks.field_visibility import VISIBILITY_CHECKS
from runbook_lib.review.checks.login import LOGIN_CHECKS
from runbook_lib.review.checks.marketing_user import CAMPAIGN_CHECKS
from runbook_lib.review.checks.marketo_fields import FIELD_CHECKS
from runbook_lib.review.checks.new_user import NEW_USER_CHECKS
from runbook_lib.review.checks.org_settings import SURROUNDING_CHECKS
from runbook_lib.review.checks.sync_user import SYNC_USER_CHECKS
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import Absent, Part, Snapshot, Unknown
from runbook_lib.text import Message, say

__all__ = [
    "CHECKS",
    "Check",
    "answers_of_now",
    "checks_for",
    "checks_shown_at",
    "gate_findings",
    "parts_needed",
    "run_checks",
    "title_of",
]

CHECKS: tuple[Check, ...] = (
    *CONNECTION_CHECKS,
    *SYNC_USER_CHECKS,
    *CAMPAIGN_CHECKS,
    *NEW_USER_CHECKS,
    *RULE_CHECKS,
    *SURROUNDING_CHECKS,
    *LOGIN_CHECKS,
    *ACCOUNT_CHECKS,
    *FIELD_CHECKS,
    *VISIBILITY_CHECKS,
    *EDITING_CHECKS,
    *COPIED_CHECKS,
    *PEOPLE_CHECKS,
)


def checks_for(step: str) -> tuple[Check, ...]:
    """The checks that shut the gate of ``step`` (its full name, ``05_sync_fields``)."""
    return tuple(check for check in CHECKS if step in check.gates)


def checks_shown_at(step: str) -> tuple[Check, ...]:
    """The checks that the notebook of ``step`` shows: those that it repairs and those that shut its gate."""
    return tuple(check for check in CHECKS if step == check.step or step in check.gates)


def parts_needed(checks: Iterable[Check]) -> tuple[Part, ...]:
    """The parts of a snapshot that these checks read, each once, in the order of :class:`Part`."""
    wanted = {part for check in checks for part in (*check.needs, *check.reads)}
    return tuple(part for part in Part if part in wanted)


def title_of(check_id: str) -> Message | None:
    """The title of a check; ``None`` for one that is no more."""
    return next((check.title for check in CHECKS if check.id == check_id), None)


def run_checks(snapshot: Snapshot, steps: Iterable[str] | None = None) -> tuple[Finding, ...]:
    """A finding per check that these steps show (all checks: ``None``), in the order of ``CHECKS``."""
    if steps is None:
        return tuple(run_check(check, snapshot) for check in CHECKS)
    wanted = set(steps)
    return tuple(run_check(check, snapshot) for check in CHECKS if wanted & {check.step, *check.gates})


def gate_findings(snapshot: Snapshot, step: str) -> tuple[Finding, ...]:
    """The findings of ``checks_for(step)``; only these shut its gate."""
    return tuple(run_check(check, snapshot) for check in checks_for(step))


def answers_of_now(snapshot: Snapshot, step: str, reread: Iterable[Part]) -> tuple[Finding, ...]:
    """What the checks that ``step`` shows answer, of those that rest on ``reread`` alone: parts of which
    nobody looked again tell how it was, and who cannot tell now takes back nothing that was told before.
    """
    fresh = set(reread)
    asked = (check for check in checks_shown_at(step) if fresh.issuperset((*check.needs, *check.reads)))
    answers = (run_check(check, snapshot) for check in asked)
    return tuple(answer for answer in answers if answer.status in (Status.OK, Status.WARN, Status.ERROR))


def run_check(check: Check, snapshot: Snapshot) -> Finding:
    """The finding of one check: judged, or ``skip`` or ``unknown`` where a part it needs has no value."""
    return check.finding(_answer(check, snapshot))


def _answer(check: Check, snapshot: Snapshot) -> Answer:
    parts = [getattr(snapshot, part.value) for part in (*check.needs, *check.reads)]
    if any(part is None for part in parts):
        return Answer(Status.SKIP, say("Not looked at yet: {title}.", title=check.title))
    for part in parts[: len(check.needs)]:
        if isinstance(part, Unknown):
            return cannot_tell(part)
        if isinstance(part, Absent):
            return Answer(Status.SKIP, say("There is nothing to look at for “{title}”.", title=check.title))
    return check.judge(snapshot)
