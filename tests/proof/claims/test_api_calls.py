"""Whoever watches hears of API calls that run out before they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.proof.claims.drift import claim_drift
from runbook_lib.survey.snapshot import ApiBudget, Unknown
from tests.org_by_hand import NOW, small_org


@pytest.mark.parametrize(
    ("used_then", "used_now", "days", "told"),
    [
        (300, 320, 30, ""),
        (300, 640, 30, ""),
        (300, 640, 5, "6 days"),
        (300, 640, 0.5, ""),
        (640, 300, 5, ""),
        (100, 450, 7, ""),
        (640, 905, 30, "Only 95"),
        (905, 930, 30, ""),
        (905, 990, 5, "less than 2 days"),
    ],
)
def test_calls_that_run_out(used_then: int, used_now: int, days: float, told: str) -> None:
    """Nearly used up, or within a week at the pace of the time between: named, else quiet. What was as low
    before and was acknowledged wakes nobody again, unless it gets worse."""
    before = small_org(budget=ApiBudget(1000, 1000 - used_then))
    now = replace(before, budget=ApiBudget(1000, 1000 - used_now), taken_at=NOW + timedelta(days=days))
    drifts = [claim for claim in claim_drift(before, now) if "api-calls" in claim.id]
    assert [told in str(claim.what) for claim in drifts] == ([True] if told else [])
    assert all(claim.id == "drift-api-calls:DailyApiRequests" for claim in drifts)


def test_without_a_look_before_nothing_rises() -> None:
    """A budget that nobody could read, then or now, is no rise; its own claim says that it is not known."""
    for then, today in ((None, ApiBudget(9, 0)), (ApiBudget(9, 0), Unknown("x")), (ApiBudget(0, 0),) * 2):
        now = replace(small_org(), budget=today, taken_at=NOW + timedelta(days=2))
        assert not [claim for claim in claim_drift(small_org(budget=then), now) if "api-calls" in claim.id]
