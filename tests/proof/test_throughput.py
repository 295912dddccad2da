"""Records an hour by Marketo's own list of jobs, and nothing where its moments can be read in two ways."""

from __future__ import annotations

from datetime import datetime

import pytest

from runbook_lib.proof.marketo_exports import COUNTS, SyncJob
from runbook_lib.proof.throughput import measure_throughput, read_moments


def job(ended_at: str, new: int | None, object_name: str = "Contact") -> SyncJob:
    """A job that brought so many."""
    return SyncJob(ended_at, ended_at, object_name, "Pull", "OK", dict.fromkeys(COUNTS) | {"new": new})


def test_hours_are_summed() -> None:
    """Two jobs of one hour count together; the emptiest and the fullest hour are the range."""
    jobs = [
        job("2026-11-22 10:05:00", 100), job("2026-11-22 10:55:00", 50), job("2026-11-22 13:10:00", 900),
        job("2026-11-22 13:20:00", 7, "Account"), job("2026-11-22 14:00:00", None),
    ]  # fmt: skip
    contacts, accounts = measure_throughput(jobs)
    assert (contacts.object, contacts.records) == ("Contact", 1050)
    assert (contacts.least_per_hour, contacts.most_per_hour) == (150, 900)
    assert contacts.first == datetime(2026, 11, 22, 10) and contacts.last == datetime(2026, 11, 22, 14)
    assert (accounts.records, accounts.most_per_hour) == (7, 7)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2026-11-22 10:00:00", "2026-11-22T10:00:00"], None),
        (["22.11.2026 10:00", "23.11.2026 11:00"], datetime(2026, 11, 22, 10)),
        (["11/22/2026 9:05 AM", "11/22/2026 4:00 PM"], datetime(2026, 11, 22, 9, 5)),
        (["22/11/2026 09:05", "03/04/2026 10:00"], datetime(2026, 11, 22, 9, 5)),
        (["03/04/2026 10:00", "05/06/2026 10:00"], None),
        (["Nov 22, 2026 10:00 AM"], datetime(2026, 11, 22, 10)),
        (["", "2026-11-22 10:00"], None),
        (["gestern"], None),
        ([], None),
    ],
)
def test_moments_of_a_column(cells: list[str], first: datetime | None) -> None:
    """One form must fit all of them; where March and April are both possible, nobody guesses."""
    moments = read_moments(cells)
    assert len(moments) == len(cells) and (moments[0] if moments else None) == first
