"""How many API calls the sync will cost, and how long the first one takes: estimates, and named as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IDLE_CALLS_PER_DAY = 7200
"""About 25 calls per cycle, one cycle per five minutes. Source: Marketo Nation ta-p/250012 (2015), an estimate."""
RECORDS_PER_CALL = 200
"""Source: the same page: records travel in batches of 200."""
RECORDS_PER_HOUR = 10_000
"""Per object, one object at a time. Source: Marketo Nation td-p/91383 (2017), relayed from Support."""


@dataclass(frozen=True)
class Forecast:
    """Estimates for the first day. Calls in API requests; hours as a range, because nobody publishes the speed."""

    calls_idle_per_day: int
    calls_first_sync: int
    hours_least: float
    hours_most: float
    source: str

    @property
    def calls_first_day(self) -> int:
        """Idle calls of a day and the first sync together."""
        return self.calls_idle_per_day + self.calls_first_sync


def forecast(rows: Mapping[str, int]) -> Forecast:
    """The estimate for ``rows``: object → number of records the sync user sees."""
    raise NotImplementedError
