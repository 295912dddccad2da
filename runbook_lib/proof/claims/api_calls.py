"""Whether the org's API calls last: what is used today, and where the use has been heading since the state
that was proven last.

Salesforce counts the calls of the last 24 hours; when they are used up, it refuses everybody's, Marketo's
among them, and nothing is synced. Source: Salesforce documentation, "API Request Limits and Allocations".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import ApiBudget, Snapshot
from runbook_lib.text import Message, say

A_DAY = timedelta(days=1)
"""Two looks that lie nearer together have counted some of the same calls."""
SOON = timedelta(days=7)
"""Whoever watches once a week hears of it in time."""


def claim_calls_last(before: Snapshot, now: Snapshot, name: str) -> Iterator[Claim]:
    """A claim with the id ``name`` that speaks against the watch, where the calls are nearly used up and were
    not, or where they will be within :data:`SOON` if their use goes on rising as it did."""
    then, today = before.budget, now.budget
    if not isinstance(then, ApiBudget) or not isinstance(today, ApiBudget) or today.limit <= 0:
        return
    what = _why_short(then, today, now.taken_at - before.taken_at)
    if what is not None:
        yield Claim(name, Status.ERROR, what, _used(then), _used(today))


def is_nearly_spent(budget: ApiBudget) -> bool:
    """Whether a tenth of the day's calls or less is left."""
    return budget.remaining * 10 <= budget.limit


def _why_short(then: ApiBudget, today: ApiBudget, passed: timedelta) -> Message | None:
    if is_nearly_spent(today) and not is_nearly_spent(then):
        return say(
            "Only {remaining} of {limit} API calls are left for today: when none is, Marketo's sync stops, "
            "too. Find out who uses them (Setup → Company Information), or buy more.",
            remaining=today.remaining,
            limit=today.limit,
        )
    risen = _used(today) - _used(then)
    if risen <= 0 or passed < A_DAY or _used(today) * 2 < today.limit:
        return None
    left = passed * (today.remaining / risen)
    if left > SOON:
        return None
    return say(
        "The org's API calls were {before} a day and are {now} of {limit}: at this pace they are used up in "
        "less than {days} days, and Marketo's sync stops. Find out who uses them (Setup → Company "
        "Information).",
        before=_used(then), now=_used(today), limit=today.limit, days=max(1, left.days) + 1,
    )  # fmt: skip


def _used(budget: ApiBudget) -> int:
    return budget.limit - budget.remaining
