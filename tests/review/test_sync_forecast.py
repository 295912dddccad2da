"""Estimates of API calls and of the length of the first sync."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.review.sync_forecast import IDLE_CALLS_PER_DAY, forecast

COUNTS = st.dictionaries(st.sampled_from(["Lead", "Contact", "Account", "Task"]), st.integers(0, 10**7))


def test_an_empty_org_costs_the_idle_cycles() -> None:
    """Nothing to copy: only the cycles of a day."""
    nothing = forecast({})
    assert (nothing.calls_first_sync, nothing.calls_first_day) == (0, IDLE_CALLS_PER_DAY)
    assert str(nothing.duration) == "less than an hour (estimate)"


def test_records_travel_in_batches_of_200() -> None:
    """201 records are two calls, per object."""
    assert forecast({"Lead": 201, "Contact": 1}).calls_first_sync == 3


@given(COUNTS, st.integers(1, 10**6))
def test_more_records_never_cost_less(rows: dict[str, int], more: int) -> None:
    """With more leads neither calls nor hours go down, and the range is one."""
    less, much = forecast(rows), forecast({**rows, "Lead": rows.get("Lead", 0) + more})
    assert less.calls_first_day <= much.calls_first_day
    assert less.hours_least <= less.hours_most <= much.hours_most


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (100, "less than an hour"),
        (10_000, "1 to 2 hours"),
        (100_000, "5 to 20 hours"),
        (2_000_000, "4 to 17 days"),
    ],
)
def test_the_duration_is_an_order_of_magnitude(people: int, words: str) -> None:
    """Hours or days as a range, and always named an estimate."""
    said = str(forecast({"Lead": people}).duration)
    assert said.startswith(words) and said.endswith("(estimate)")


def test_a_negative_count_is_refused() -> None:
    """A count below zero is a mistake of ours, not an estimate."""
    with pytest.raises(ValueError, match="negative"):
        forecast({"Lead": -1})
