"""How many API calls the sync will cost, and how long the first one takes: estimates, and named as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.text import Message, say

IDLE_CALLS_PER_DAY = 7200
"""About 25 calls per cycle of five minutes: an estimate. Source: Marketo Nation ta-p/250012 (2015)."""
RECORDS_PER_CALL = 200
"""Source: the same page: records travel in batches of 200."""
RECORDS_PER_HOUR = 10_000
"""Per object, one object at a time. Source: Marketo Nation td-p/91383 (2017), relayed from Support."""
SPREAD = 2.0
"""The range runs from half to twice the estimate: our own margin, for nobody publishes the speed."""
SOURCE = say(
    "Estimate from Marketo Nation ta-p/250012 (about 25 calls per five-minute cycle, 200 records per call) "
    "and td-p/91383 (about 10,000 records per hour, one object at a time)"
)


@dataclass(frozen=True)
class Forecast:
    """Estimates for the first day: calls in API requests, hours as a range, as nobody publishes the speed."""

    calls_idle_per_day: int
    calls_first_sync: int
    hours_least: float
    hours_most: float
    source: Message = SOURCE

    @property
    def calls_first_day(self) -> int:
        """Idle calls of a day and the first sync together."""
        return self.calls_idle_per_day + self.calls_first_sync

    @property
    def duration(self) -> Message:
        """The length of the first sync in words; an order of magnitude, no promise."""
        if self.hours_most < 1:
            return say("less than an hour (estimate)")
        if self.hours_most < 48:
            least, most = round(self.hours_least) or 1, round(self.hours_most)
            if least == most:
                return say("about {hours} hours (estimate)", hours=most)
            return say("{least} to {most} hours (estimate)", least=least, most=most)
        return say(
            "{least} to {most} days (estimate)",
            least=max(1, round(self.hours_least / 24)),
            most=round(self.hours_most / 24),
        )


def forecast(rows: Mapping[str, int]) -> Forecast:
    """The estimate for ``rows``: object → number of records the sync user sees. ``ValueError`` below zero."""
    if any(count < 0 for count in rows.values()):
        raise ValueError("a number of records cannot be negative")
    hours = sum(rows.values()) / RECORDS_PER_HOUR
    return Forecast(
        calls_idle_per_day=IDLE_CALLS_PER_DAY,
        calls_first_sync=sum(-(-count // RECORDS_PER_CALL) for count in rows.values()),
        hours_least=hours / SPREAD,
        hours_most=hours * SPREAD,
    )
