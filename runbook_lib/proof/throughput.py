"""How many records an hour Marketo handled of each object, by its own Sync Status.

Moments stand there as Marketo's page shows them to the user who exported, in their language and time zone:
of a column whose dates can be read in two ways nothing is made. Marketo's own backlog page has such numbers,
too (records an hour, at least and at most); it has no export. Source: Marketo documentation, "Salesforce
Sync Backlog Metrics".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.proof.marketo_exports import SyncJob

_HANDLED = ("new", "updated", "deleted")
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%b %d, %Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_FORMATS = tuple(f"{day}{between}{time}" for day in _DAYS for between in (" ", ", ", "T") for time in _TIMES)


@dataclass(frozen=True)
class Throughput:
    """Of one object, between two moments of the exporting user's clock: how many records were handled, and
    of the hours in which any were, how many at least and at most."""

    object: str
    first: datetime
    last: datetime
    records: int
    least_per_hour: int
    most_per_hour: int


def measure_throughput(jobs: Sequence[SyncJob]) -> tuple[Throughput, ...]:
    """By object, the busiest first; none where nobody can tell when the jobs ended."""
    moments = read_moments([job.ended_at or job.started_at for job in jobs])
    hours: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for job, at in zip(jobs, moments, strict=True):
        handled = sum(job.counts[name] or 0 for name in _HANDLED)
        if at is not None and handled and job.object:
            hours[job.object][at.replace(minute=0, second=0)] += handled
    throughputs = (_of_hours(name, per_hour) for name, per_hour in hours.items())
    return tuple(sorted(throughputs, key=lambda throughput: (-throughput.records, throughput.object)))


def read_moments(cells: Sequence[str]) -> list[datetime | None]:
    """The moments of a column, all in the one form that fits them all; of none where two forms fit and say
    something else (03/04 may be in March or in April)."""
    texts = [cell for cell in dict.fromkeys(cells) if cell]
    readings = [reading for form in _FORMATS if (reading := _read(texts, form)) is not None]
    if not readings or any(reading != readings[0] for reading in readings):
        return [None] * len(cells)
    return [readings[0].get(cell) for cell in cells]


def _read(cells: Sequence[str], form: str) -> dict[str, datetime] | None:
    try:
        return {cell: datetime.strptime(cell.rstrip("Z"), form) for cell in cells}  # noqa: DTZ007 - their zone
    except ValueError:
        return None


def _of_hours(name: str, per_hour: dict[datetime, int]) -> Throughput:
    last = max(per_hour) + timedelta(hours=1)
    counts = per_hour.values()
    return Throughput(name, min(per_hour), last, sum(counts), min(counts), max(counts))
