"""09 and 10: what must have arrived, what only supports it, and what is still on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.proof.claims.arrival import claim_rising, loading_until, normal_until
from runbook_lib.proof.evidence import Claim, Evidence, prove
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Lock, Login, PeopleSeen, Snapshot, Unknown
from tests.org_by_hand import MARKETO, NOW, small_org

BEFORE = small_org(rows={"Lead": 20_000, "Contact": 5_000}, people_seen=(PeopleSeen("Lead", 100, 0),))
"""25,000 records: by the forecast five hours at most."""


def later(hours: float, found: int = 100, **more: object) -> Snapshot:
    """A look some hours after the start, with so many of a hundred people there."""
    missing = tuple(f"00Q{number:012}" for number in range(100 - found))
    seen = small_org(
        people_seen=(PeopleSeen("Lead", 100, found, missing),),
        marketo=replace(MARKETO, lock=Lock.TIED),
        **more,
    )
    return replace(seen, taken_at=NOW + timedelta(hours=hours))


def claims(evidence: Evidence) -> dict[str, Claim]:
    """By their names."""
    return {claim.id: claim for claim in evidence.claims}


@pytest.mark.parametrize(
    ("hours", "found", "status"),
    [
        (1, 0, Status.UNKNOWN),
        (1, 40, Status.UNKNOWN),
        (6, 40, Status.UNKNOWN),
        (6, 0, Status.ERROR),
        (1, 100, Status.OK),
    ],
)
def test_what_is_missing_within_the_forecast_is_still_loading(hours: int, found: int, status: Status) -> None:
    """Nobody there yet is no error before the first sync can have ended; afterward it is."""
    evidence = prove("09", BEFORE, later(hours, found), None)
    claim = claims(evidence)["people-lead"]
    assert claim.status is status
    assert ("still loading" in str(claim.what)) is (hours == 1 and found < 100)
    assert evidence.proven is (status is Status.OK)


def test_a_small_org_gets_an_hour() -> None:
    """Marketo begins when it likes: an hour is normal, however few the records; without a count nobody
    knows."""
    assert normal_until(small_org(rows={"Lead": 3})) == NOW + timedelta(hours=1)
    assert normal_until(replace(BEFORE, rows=None)) is None
    assert normal_until(None) is None


def test_when_waiting_makes_sense() -> None:
    """Within the forecast one waits, unless something is wrong or nobody could look."""
    early, wrong = later(1, 40), Claim("x", Status.ERROR, "x")  # type: ignore[arg-type]
    assert loading_until(BEFORE, early, ()) == NOW + timedelta(hours=5)
    assert loading_until(BEFORE, later(5, 40), ()) is None
    assert loading_until(BEFORE, early, [wrong]) is None
    assert loading_until(BEFORE, replace(early, people_seen=Unknown("no")), ()) is None


@pytest.mark.parametrize(
    ("counts", "status"), [([0, 40, 100], Status.OK), ([40, 40], Status.SKIP), ([100], None)]
)
def test_a_rising_share(counts: list[int], status: Status | None) -> None:
    """More people at the last look than at the first support the proof; one look says nothing."""
    looks = [(NOW + timedelta(minutes=n), count) for n, count in enumerate(counts)]
    assert [claim.status for claim in claim_rising(looks)] == ([] if status is None else [status])


def test_logins_support_and_are_never_needed() -> None:
    """Only logins from elsewhere since the start count; without any, the step is proven all the same."""
    start = NOW + timedelta(minutes=1)
    seen = (
        Login(start, "Success", elsewhere=True),
        Login(start, "Invalid Password", elsewhere=True),
        Login(start, "Success", elsewhere=False),
        Login(start, "Success"),
        Login(NOW - timedelta(days=1), "Success", elsewhere=True),
    )
    with_logins = prove("09", BEFORE, later(1, logins=seen), None)
    found = claims(with_logins)
    assert (found["logins"].status, found["logins"].now) == (Status.OK, 1)
    assert found["logins-refused"].status is Status.WARN and with_logins.proven
    without = prove("09", BEFORE, later(1, logins=()), None)
    assert claims(without)["logins"].status is Status.SKIP and without.proven
    nobody = prove("09", BEFORE, later(1, found=0, logins=seen), None)
    assert not nobody.proven


def test_watching_does_not_look_back_before_the_start() -> None:
    """10 tells how it is now, not how nobody was there before the start."""
    found = claims(prove("10", BEFORE, later(100), None))
    assert found["people-lead"].before is None
