"""How far the first sync has come, how fast it goes and how much longer it takes: measured from two looks.

Each look found a share of a random sample; what that says of all records is a range (Wilson's interval). Of
two looks at the same sample the records that came in between are counted, of two different samples the ranges
are subtracted, which gives a wider one. Leads, contacts and opportunities are measured; what else Marketo
copies shows nowhere in its API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from runbook_lib.proof.claims.interval import wilson
from runbook_lib.proof.claims.newest import samples
from runbook_lib.review.sync_forecast import RECORDS_PER_HOUR, SPREAD
from runbook_lib.survey.snapshot import Snapshot

APART = timedelta(minutes=5)
"""Two looks that lie nearer together say nothing of a sync that pauses for five minutes between cycles."""
AN_HOUR, A_DAY, LONGEST = timedelta(hours=1), timedelta(days=1), timedelta(days=3650)
"""What stands still for less than an hour only pauses."""
Range = tuple[float, float]


@dataclass(frozen=True)
class Arrived:
    """Of one object: how many of a sample were there, and of how many records it was drawn."""

    object: str
    sampled: int
    found: int
    population: int
    seed: int

    @property
    def there(self) -> Range:
        """How many records of all are there, at least and at most."""
        low, high = wilson(self.found, self.sampled)
        if self.sampled >= self.population:
            low = high = self.found / self.sampled
        return low * self.population, high * self.population


@dataclass(frozen=True)
class Glance:
    """What one look found."""

    at: datetime
    arrived: tuple[Arrived, ...]

    @classmethod
    def of(cls, seen: Snapshot) -> Glance:
        """What a snapshot found; of an object that nobody could look for there is nothing."""
        return cls(seen.taken_at, tuple(_arrived(seen)))

    def to_json(self) -> dict[str, Any]:
        """The look as JSON: numbers alone."""
        return {"at": self.at.isoformat(), "arrived": [asdict(arrived) for arrived in self.arrived]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Glance:
        """The inverse of :meth:`to_json`."""
        arrived = (Arrived(**arrived) for arrived in data["arrived"])
        return cls(datetime.fromisoformat(data["at"]), tuple(arrived))


@dataclass(frozen=True)
class Progress:
    """How far it has come: ``there`` of ``records``. ``per_hour``: measured ``since`` the first of two looks;
    ``None`` where there is no other look yet. ``at``: the last look. ``still_since``: the look since which
    nothing came that can be measured, though it should have. ``ends``: the latest moment at which all is
    there, by the speed. ``hours_left``: the second is ``None`` where nothing moved for
    sure, so that nobody can tell how long it takes at most."""

    records: int
    there: Range
    since: datetime | None = None
    per_hour: Range | None = None
    at: datetime | None = None
    still_since: datetime | None = None
    ends: datetime | None = None

    @property
    def hours_left(self) -> tuple[float, float | None] | None:
        """How much longer, at least and at most; ``None`` where nobody can tell."""
        if self.per_hour is None or not self.per_hour[1]:
            return None
        least, most = (self.records - there for there in reversed(self.there))
        slow, fast = self.per_hour
        return least / fast, most / slow if slow else None

    def to_json(self) -> dict[str, Any]:
        """For programs: records, hours, ISO 8601; ``null`` where nobody can tell."""
        return {
            "records": self.records,
            "there": list(self.there),
            "since": self.since.isoformat() if self.since else None,
            "per_hour": list(self.per_hour) if self.per_hour else None,
            "hours_left": list(self.hours_left) if self.hours_left else None,
            "at": self.at.isoformat() if self.at else None,
            "still_since": self.still_since.isoformat() if self.still_since else None,
            "ends": self.ends.isoformat() if self.ends else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Progress:
        """The inverse of :meth:`to_json`."""
        rate = data["per_hour"]
        since, *moments = (
            datetime.fromisoformat(data[name]) if data.get(name) else None
            for name in ("since", "at", "still_since", "ends")
        )
        there = data["there"][0], data["there"][1]
        return cls(data["records"], there, since, (rate[0], rate[1]) if rate else None, *moments)


def measure_progress(looks: Sequence[Glance]) -> Progress | None:
    """From the first and the last of ``looks``, the oldest first; ``None`` where the last found nothing to
    measure by."""
    last = looks[-1] if looks else None
    if last is None or not last.arrived:
        return None
    there = _sum(arrived.there for arrived in last.arrived)
    records = sum(arrived.population for arrived in last.arrived)
    compared = [look for look in looks if _is_comparable(look, last)]
    if not compared:
        return Progress(records, there, at=last.at)
    first = compared[0]
    return Progress(
        records, there, first.at, _per_hour(first, last), last.at, _still_since(compared, last),
        _ends([*compared, last]),
    )  # fmt: skip


def _ends(looks: Sequence[Glance]) -> datetime | None:
    """The latest moment at which all is there. Each look told one, and the earliest of them counts: else
    what is lost for good would be said to come still. Only what came within a day puts it off."""
    moments = [end for look in looks[1:] if (end := _end(looks[0], look))]
    if not moments or min(moments) > looks[-1].at or any(_is_all_there(look) for look in looks):
        return min(moments, default=None)
    of_today = [look for look in looks if AN_HOUR <= looks[-1].at - look.at <= A_DAY]
    return max(filter(None, (_end(look, looks[-1]) for look in of_today)), default=min(moments))


def _end(first: Glance, last: Glance) -> datetime | None:
    """When all is there at the slowest speed between the two looks; ``None``: perhaps nothing came."""
    if not _is_comparable(first, last) or not (slow := _per_hour(first, last)[0]):
        return None
    left = sum(arrived.population - arrived.there[0] for arrived in last.arrived)
    return last.at + min(timedelta(hours=left / slow), LONGEST)


def _is_all_there(look: Glance) -> bool:
    return all(arrived.found == arrived.sampled for arrived in look.arrived)


def _per_hour(first: Glance, last: Glance) -> Range:
    """How many records came in an hour between two looks, at least and at most."""
    hours = (last.at - first.at).total_seconds() / 3600
    before = {arrived.object: arrived for arrived in first.arrived}
    low, high = _sum(_came(before[arrived.object], arrived) for arrived in last.arrived)
    return low / hours, high / hours


def _still_since(compared: Sequence[Glance], last: Glance) -> datetime | None:
    """The first look since which fewer came than at the slowest speed that is to be expected: that of the
    forecast, or what was measured until then where that is slower. ``None``: what came may be as much."""
    for look in compared:
        hours = (last.at - look.at) / AN_HOUR
        low, high = _per_hour(look, last)
        left = sum(arrived.population for arrived in look.arrived) - _sum(a.there for a in look.arrived)[1]
        measured = _per_hour(compared[0], look)[0] if _is_comparable(compared[0], look) else 0
        expected = min(RECORDS_PER_HOUR / SPREAD, measured or RECORDS_PER_HOUR, left / hours)
        if hours >= 1 and low == 0 and high < expected:
            return look.at
    return None


def _is_comparable(first: Glance, last: Glance) -> bool:
    known = {arrived.object for arrived in first.arrived}
    return last.at - first.at >= APART and known >= {arrived.object for arrived in last.arrived}


def _came(before: Arrived, now: Arrived) -> Range:
    """How many records of an object came between two looks, at least and at most."""
    if (before.seed, before.sampled) == (now.seed, now.sampled):
        low, high = wilson(max(0, now.found - before.found), now.sampled)
        return low * now.population, high * now.population
    least, most = now.there[0] - before.there[1], now.there[1] - before.there[0]
    return max(0.0, least), max(0.0, most)


def _sum(ranges: Iterator[Range]) -> Range:
    known = list(ranges)
    return sum(low for low, _ in known), sum(high for _, high in known)


def _arrived(seen: Snapshot) -> Iterator[Arrived]:
    for sample in samples(seen):
        if sample.sampled and sample.population and sample.object != "User":
            yield Arrived(sample.object, sample.sampled, sample.found, sample.population, sample.seed)
