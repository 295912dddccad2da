"""The sample is drawn at random of all records, the newest included, and the same again by its seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from math import comb
from random import Random

import pytest

from runbook_lib.survey.probes.arrival import sample
from runbook_lib.survey.probes.arrival.look import DRAWN, LOSS, NEWEST, PER_CALL, SURE
from runbook_lib.survey.probes.arrival.sample import Pool, chance_of, first_places, seed_of, size_for
from tests.survey.conftest import Live

ROWS = [{"Id": f"00Q{'5g' if number < 500 else 'Kg'}{number:010}AAA"} for number in range(1000)]


def test_every_record_has_the_same_chance() -> None:
    """Over 400 draws of 50 of 1,000, each tenth of the Ids, the newest too, has a tenth of the places."""
    places = Counter(
        int(row["Id"][5:15]) // 100 for seed in range(400) for row in first_places(ROWS, 50, seed)
    )
    assert sorted(places) == list(range(10))
    assert all(abs(count - 2000) < 250 for count in places.values()), places


def test_the_seed_and_the_records_decide() -> None:
    """In whatever order they come the same are drawn; another moment draws others."""
    mixed = Random(1).sample(ROWS, len(ROWS))  # noqa: S311 - an order, no secret
    assert first_places(ROWS, 50, 7) == first_places(mixed, 50, 7)
    moments = [datetime(2026, 11, 22, 12, 0, second, tzinfo=UTC) for second in (0, 1)]
    one, other = (first_places(ROWS, 50, seed_of(moment)) for moment in moments)
    assert one != other


def test_the_size_follows_from_the_loss() -> None:
    """As many as find a loss of 2 % of an object with 99.5 %, however many records there are, and no more;
    with the newest they fit into one call of Marketo. All 300 at random would find it with 99.8 %."""
    population = 1_000_000
    intact = population - population // 50
    assert 1 - comb(intact, DRAWN) / comb(population, DRAWN) >= SURE > chance_of(LOSS, DRAWN - 1)
    assert DRAWN == size_for(LOSS, SURE) and DRAWN + NEWEST == PER_CALL == 300
    assert round(chance_of(LOSS, 300), 3) == 0.998


def test_many_records_are_drawn_from_by_a_bulk_job(ready: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of as many as fill a page, all Ids are read by a job: the same sample as from a query."""
    reader = ready.systems.sync()
    pools = {Pool("Lead", "IsConverted = false"): 20, Pool("Contact"): 20}
    by_query = sample.draw(reader, pools, 7)
    monkeypatch.setattr(sample, "WHOLE", 10)
    monkeypatch.setattr(sample, "ROWS_PER_PAGE", 37)
    by_job = sample.draw(reader, pools, 7)
    for name in ("Lead", "Contact"):
        one, other = by_query[name], by_job[name]
        assert isinstance(one, sample.Sample) and isinstance(other, sample.Sample)
        assert one.population == other.population > 37
        assert [row["Id"] for row in one.rows] == [row["Id"] for row in other.rows]
