"""Pictures of the sync hold the numbers that the texts beside them tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.pictures.model import UNKNOWN
from runbook_lib.review.pictures.sync import arrived, calls_ahead, calls_today, first_sync
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.survey.snapshot import ApiBudget, PeopleSeen, Unknown
from tests.org_by_hand import small_org

ROWS = {"Lead": 412_000, "Contact": 1_200_345, "Account": 90_000, "Campaign": 0}


def test_calls_against_the_limit_of_a_day() -> None:
    """What is used today, with the sync's cycles, and with the first copy: as the check reckons."""
    seen = small_org(rows=ROWS, budget=ApiBudget(118_000, 90_000))
    (picture,) = calls_ahead(seen)
    assert picture.limit is not None and picture.limit.count == 118_000
    used, need = 28_000, forecast(ROWS).calls_first_day
    assert [row.total for row in picture.rows] == [used, used + 7_200, used + need]
    (today,) = calls_today(seen)
    assert today.table.rows[0][1:] == (used,) and today.limit == picture.limit


def test_calls_without_a_count_of_records() -> None:
    """Where nobody counted, the first day has no bar; where nobody knows the limit, there is no picture."""
    seen = small_org(rows=Unknown("Refused."), budget=ApiBudget(118_000, 90_000))
    assert [len(picture.rows) for picture in calls_ahead(seen)] == [2]
    blind = replace(seen, budget=Unknown("Refused."))
    assert [*calls_ahead(blind), *calls_today(blind)] == []


def test_the_first_sync_is_as_long_as_the_forecast_says() -> None:
    """Per object a range that holds the estimate; one after the other it is that of the whole."""
    (picture,) = first_sync(small_org(rows=ROWS))
    whole, ahead = picture.lines[-1], forecast(ROWS)
    assert [row.name for row in picture.rows] == ["Contact", "Lead", "Account"] and str(
        picture.unit
    ) == "days"
    assert (
        whole.least <= ahead.hours_least / 24 and ahead.hours_most / 24 <= whole.most <= 1 + whole.least * 5
    )
    assert "Nov 22, 2026" in str(picture.about) and "td-p/91383" in str(picture.about)


@pytest.mark.parametrize(("records", "unit"), [(1, "minutes"), (10_000, "minutes"), (90_000, "hours")])
def test_a_small_org_is_told_in_small_units(records: int, unit: str) -> None:
    """No range is nought: what is there takes a while."""
    (picture,) = first_sync(small_org(rows={"Lead": records}))
    assert str(picture.unit) == unit and picture.rows[0].most > 0


def test_the_measured_rate_corrects_the_estimate() -> None:
    """Once it runs, what was measured stands beside the estimate; without an upper end nobody can tell."""
    (picture,) = first_sync(small_org(rows={"Lead": 72_000}), (0.0, 36_000.0))
    assert picture.table.rows == (("Lead", 3.6, 14.4, 2.0, UNKNOWN),) and "36,000" in str(picture.about)


def test_nobody_counted_nothing_is_drawn() -> None:
    """Neither unknown nor missing rows are drawn as nought."""
    assert [*first_sync(small_org(rows=Unknown("Refused."))), *first_sync(small_org(rows={}))] == []
    assert [*arrived(small_org(people_seen=Unknown("Refused.")))] == []


def test_what_arrived_of_each_sample() -> None:
    """Found and missing are the sample; an object that nobody could look for has no bar."""
    seen = small_org(
        people_seen=(PeopleSeen("Lead", 150, 143),),
        records_seen={"Opportunity": PeopleSeen("Opportunity", 9, 0), "User": Unknown("Refused.")},
    )
    (picture,) = arrived(seen)
    assert picture.table.rows == (("Lead", 143, 7, 150), ("Opportunity", 0, 9, 9))
