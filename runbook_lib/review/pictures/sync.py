"""Pictures of the sync: API calls against the limit, how long the first sync takes, and what has arrived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor

from runbook_lib.pictures.model import Bar, Bars, Limit, Segment, Shade, Span, Spans
from runbook_lib.review.sync_forecast import IDLE_CALLS_PER_DAY, RECORDS_PER_HOUR, SPREAD, forecast
from runbook_lib.survey.snapshot import ApiBudget, PeopleSeen, Snapshot
from runbook_lib.text import Message, Moment, say

Rate = tuple[float, float]
"""Records an hour, at least and at most."""
_USED = Segment(say("used in the last 24 hours"), Shade.PLAIN)
_SIZES = ((3.0, 60.0, say("minutes")), (72.0, 1.0, say("hours")), (float("inf"), 1 / 24, say("days")))
"""Up to so many hours, a number is told in this unit, of which an hour has so many."""


def calls_ahead(seen: Snapshot) -> Iterator[Bars]:
    """Today's API calls, and what they would be with the sync, against the limit."""
    if not isinstance(seen.budget, ApiBudget):
        return
    used = _used(seen.budget)
    rows = [Bar(say("today"), (used, 0, 0)), Bar(say("with the sync"), (used, IDLE_CALLS_PER_DAY, 0))]
    if isinstance(seen.rows, Mapping):
        first = forecast(seen.rows).calls_first_sync
        rows.append(Bar(say("on the day of the first sync"), (used, IDLE_CALLS_PER_DAY, first)))
    parts = (
        _USED,
        Segment(say("the sync’s cycles (estimate)"), Shade.NEW),
        Segment(say("the first copy (estimate)"), Shade.OPEN),
    )
    yield _calls(seen.budget, parts, tuple(rows)).in_use()


def calls_today(seen: Snapshot) -> Iterator[Bars]:
    """The API calls of the last 24 hours, Marketo's among them, against the limit."""
    if isinstance(seen.budget, ApiBudget):
        yield _calls(seen.budget, (_USED,), (Bar(say("today"), (_used(seen.budget),)),))


def first_sync(counted: Snapshot, measured: Rate | None = None) -> Iterator[Spans]:
    """How long the first sync takes per object, one after the other: a range; ``counted``: who counted the
    records, ``measured``: how fast it goes, once that is known."""
    rows = counted.rows
    if not isinstance(rows, Mapping) or not any(rows.values()):
        return
    if measured is not None and not measured[1]:
        measured = None  # nothing came: that says nothing of how long the rest takes
    rates = (RECORDS_PER_HOUR / SPREAD, RECORDS_PER_HOUR * SPREAD)
    most = sum(rows.values()) / rates[0]
    _, per_hour, unit = next(size for size in _SIZES if most <= size[0])
    spans = tuple(_span(name, count, (rates, measured), per_hour) for name, count in rows.items() if count)
    yield Spans(
        say("How long the first sync takes"),
        _source(counted, measured),
        say("Object"),
        unit,
        spans,
        total=say("One after the other"),
    ).longest_first()


def arrived(seen: Snapshot) -> Iterator[Bars]:
    """How many of the sampled records are in Marketo, per object."""
    if not isinstance(seen.people_seen, tuple):
        return
    more = seen.records_seen.values() if isinstance(seen.records_seen, Mapping) else ()
    samples = [*seen.people_seen, *(sample for sample in more if isinstance(sample, PeopleSeen))]
    yield Bars(
        say("Sampled records of Salesforce"),
        say("A random sample, looked up in Marketo by Id."),
        say("Object"),
        (Segment(say("found in Marketo"), Shade.STAYS), Segment(say("not there"), Shade.OPEN)),
        tuple(Bar(sample.object, (sample.found, sample.sampled - sample.found)) for sample in samples),
    )


def _calls(budget: ApiBudget, parts: tuple[Segment, ...], rows: tuple[Bar, ...]) -> Bars:
    about = say("When they are used up, the sync stops, and every other integration of this org, too.")
    limit = Limit(say("limit of 24 hours"), budget.limit)
    return Bars(say("API calls of the org in a day"), about, say("When"), parts, rows, limit=limit)


def _used(budget: ApiBudget) -> int:
    return budget.limit - budget.remaining


def _span(name: str, count: int, rates: tuple[Rate, Rate | None], per_hour: float) -> Span:
    estimate, measured = (_ends(count * per_hour, rate) for rate in rates)
    least, most = estimate
    return Span(name, least or 0, most or 0, measured if rates[1] is not None else None)


def _ends(much: float, rate: Rate | None) -> tuple[float | None, float | None]:
    """How long so much takes, at least and at most, in tenths that hold it; ``None``: nobody can tell."""
    slow, fast = rate or (0, 0)
    return floor(much / fast * 10) / 10 if fast else None, ceil(much / slow * 10) / 10 if slow else None


def _source(counted: Snapshot, measured: Rate | None) -> Message:
    source = say(
        "Estimate from about {rate} records an hour (Marketo Nation td-p/91383, 2017, relayed from Support), "
        "from half to twice as long; records counted on {day}.",
        rate=RECORDS_PER_HOUR,
        day=Moment(counted.taken_at),
    )
    if measured is None:
        return source
    slow, fast = (round(rate) for rate in measured)
    return say("{source} Measured: {slow} to {fast} records an hour.", source=source, slow=slow, fast=fast)
