"""How far, how fast and how much longer: the truth lies within what two looks tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.proof.progress import APART, Arrived, Glance, Progress, measure_progress
from runbook_lib.survey.snapshot import PeopleSeen
from tests.org_by_hand import NOW, small_org


def look(hours: float, found: int, seed: int = 1, population: int = 100_000) -> Glance:
    """So many of a sample of 263 after some hours."""
    return Glance(NOW + timedelta(hours=hours), (Arrived("Lead", 263, found, population, seed),))


def test_one_look_tells_how_far() -> None:
    """A share with its range, and no speed; nothing to look for tells nothing."""
    progress = measure_progress([look(0, 132)])
    assert progress is not None and progress.per_hour is None and progress.hours_left is None
    low, high = progress.there
    assert low < 50_000 < high and high - low < 13_000
    assert measure_progress([]) is None and measure_progress([Glance(NOW, ())]) is None


def test_two_looks_tell_how_fast() -> None:
    """A tenth of 100,000 an hour: 10,000 an hour lies within the range, and so does the rest of three
    hours."""
    progress = measure_progress([look(0, 0), look(7, 184)])
    assert progress is not None and progress.per_hour is not None and progress.hours_left is not None
    slow, fast = progress.per_hour
    least, most = progress.hours_left
    assert slow < 10_000 < fast < 12_000 and most is not None and least < 3 < most < 5
    assert progress.since == NOW


def test_the_same_sample_tells_more() -> None:
    """What came between two looks at the same people is counted; two samples give a wider range."""
    same = measure_progress([look(0, 100), look(1, 130)])
    other = measure_progress([look(0, 100, seed=1), look(1, 130, seed=2)])
    assert same is not None and other is not None and same.per_hour and other.per_hour
    assert other.per_hour[0] < same.per_hour[0] < same.per_hour[1] < other.per_hour[1]


def test_nothing_moved_is_no_speed() -> None:
    """Nobody came between the looks: at least so long, and nobody can tell how long at most; looks that lie
    too near together are no measure."""
    still = measure_progress([look(0, 100), look(1, 100)])
    assert still is not None and still.hours_left is not None and still.hours_left[1] is None
    near = measure_progress([look(0, 100), look(APART.total_seconds() / 3600 / 2, 150)])
    assert near is not None and near.per_hour is None


@given(
    st.integers(0, 263), st.integers(0, 263), st.sampled_from([1, 2]), st.floats(0.1, 200),
    st.integers(1, 10**7),
)  # fmt: skip
def test_ranges_are_ranges(before: int, now: int, seed: int, hours: float, population: int) -> None:
    """Whatever two looks found: from less to more, within what there is, and the same after a journal."""
    progress = measure_progress([look(0, before, 1, population), look(hours, now, seed, population)])
    assert progress is not None and progress.per_hour is not None
    assert 0 <= progress.there[0] <= progress.there[1] <= population
    assert 0 <= progress.per_hour[0] <= progress.per_hour[1]
    if (left := progress.hours_left) and left[1] is not None:
        assert 0 <= left[0] <= left[1]
    assert Progress.from_json(json.loads(json.dumps(progress.to_json()))) == progress


@pytest.mark.parametrize(("population", "count"), [(None, 0), (0, 0), (50, 1)])
def test_what_nobody_counted_is_left_out(population: int | None, count: int) -> None:
    """Of users, and of what nobody knows how many there are, nothing is measured."""
    people = (PeopleSeen("Lead", 50, 10, population=population, seed=3),)
    users = {"User": PeopleSeen("User", 5, 5, population=5)}
    found = Glance.of(small_org(people_seen=people, records_seen=users))
    assert len(found.arrived) == count and Glance.from_json(found.to_json()) == found


def run(*hours_and_found: tuple[float, int], population: int = 20_000) -> Progress:
    """What is known after these looks, each at a sample of its own."""
    looks = [look(hours, found, seed, population) for seed, (hours, found) in enumerate(hours_and_found)]
    progress = measure_progress(looks)
    assert progress is not None
    return progress


def test_the_end_is_that_of_the_measured_speed() -> None:
    """1,000 of 20,000 an hour: whenever one looks, the true end (20 hours) lies before what is told, and less
    than twice as far."""
    for last in (6, 10, 15):
        looks = [(hour, round(263 * hour / 20)) for hour in range(last + 1)]
        ends = run(*looks).ends
        assert ends is not None and timedelta(hours=19) < ends - NOW < timedelta(hours=45), (last, ends)


def test_what_is_lost_for_good_does_not_put_the_end_off() -> None:
    """A tenth never comes: the end that was told while it ran stays, and passes."""
    loaded = [(hour, round(263 * min(hour / 5, 0.9))) for hour in range(8)]
    then = run(*loaded)
    later = run(*loaded, (20, 237), (60, 236), (200, 237))
    assert then.ends is not None and later.ends is not None and later.at is not None
    assert later.ends <= then.ends < later.at


@pytest.mark.parametrize("seed", [1, 2])
def test_what_stands_still_is_told_with_its_date(seed: int) -> None:
    """It ran for two hours and then nothing came, for longer than that can be chance."""
    looks = [look(0, 0, 0, 20_000), look(1, 60, 0, 20_000), look(2, 120, 1, 20_000)]
    for hours, still in ((2.5, None), (6.0, timedelta(hours=2))):
        progress = measure_progress([*looks, look(hours, 120, seed, 20_000)])
        assert progress is not None
        assert (progress.still_since and progress.still_since - NOW) == still, (hours, progress)


def test_slow_is_not_still() -> None:
    """A tenth of the forecast speed goes on; so does what only pauses, and what is all there."""
    assert run(*[(hour, round(263 * hour / 20)) for hour in range(12)]).still_since is None
    assert run((0, 0), (1, 263), (30, 263), (60, 263)).still_since is None
    assert run((0, 0), (0.9, 0)).still_since is None
