"""How much of its REST quota an instance has used, and which errors it gave.

100 calls in 20 seconds and 50,000 a day, shared by everybody; the day ends at midnight US Central.
Source: Marketo REST API, "Usage" and "Rate Limits".
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runbook_lib.rehearsal.clock import Clock

CALLS_PER_WINDOW = 100
WINDOW = timedelta(seconds=20)
DAILY_QUOTA = 50_000
QUOTA_ZONE = ZoneInfo("America/Chicago")

NOT_COUNTED = frozenset({"601", "602", "604", "605", "608", "611"})
"""Errors that cost neither quota nor rate. Source: Marketo REST API, "Error Codes"."""


class LimitReached(Exception):
    """A limit is used up; `code` and `message` are Marketo's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class UsageBook:
    """Counts calls and errors per day; safe to use from several threads."""

    def __init__(self, clock: Clock, user: str, daily_quota: int = DAILY_QUOTA) -> None:
        self._clock, self._user, self._quota = clock, user, daily_quota
        self._lock = threading.Lock()
        self._recent: deque[datetime] = deque()
        self._calls: Counter[date] = Counter()
        self._errors: defaultdict[date, Counter[str]] = defaultdict(Counter)

    def count_call(self) -> None:
        """Count one call. LimitReached (606, 607) when there is none left."""
        with self._lock:
            now = self._clock.now()
            while self._recent and now - self._recent[0] >= WINDOW:
                self._recent.popleft()
            if len(self._recent) >= CALLS_PER_WINDOW:
                raise LimitReached("606", f"Max rate limit '{CALLS_PER_WINDOW}' exceeded with in '20' secs")
            if self._calls[self._today()] >= self._quota:
                raise LimitReached("607", f"Daily quota '{self._quota}' reached")
            self._recent.append(now)
            self._calls[self._today()] += 1

    def count_error(self, code: str) -> None:
        """Count one error given."""
        with self._lock:
            self._errors[self._today()][code] += 1

    def usage(self, days: int) -> list[dict[str, Any]]:
        """Calls of today and the days before, as `stats/usage.json` tells them."""
        with self._lock:
            return [
                {
                    "date": day.isoformat(),
                    "total": self._calls[day],
                    "users": [{"userId": self._user, "count": self._calls[day]}] if self._calls[day] else [],
                }
                for day in self._days(days)
            ]

    def errors(self, days: int) -> list[dict[str, Any]]:
        """Errors of today and the days before, as `stats/errors.json` tells them."""
        with self._lock:
            return [
                {
                    "date": day.isoformat(),
                    "total": self._errors[day].total(),
                    "errors": [
                        {"errorCode": code, "count": count}
                        for code, count in sorted(self._errors[day].items())
                    ],
                }
                for day in self._days(days)
            ]

    def _today(self) -> date:
        return self._clock.now().astimezone(QUOTA_ZONE).date()

    def _days(self, days: int) -> list[date]:
        return [self._today() - timedelta(days=back) for back in range(days)]
