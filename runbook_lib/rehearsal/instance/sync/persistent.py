"""The persistent sync: an initial sync in the background, then a cycle every five minutes of the clock.

Source: Marketo, "Understanding the Salesforce Sync". Moving the rehearsal's clock forward, however far,
makes one cycle due: the cycles that would have passed meanwhile would have found nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.cycle import Credentials, Cycle, JobFailed
from runbook_lib.rehearsal.instance.sync.log import SyncLog
from runbook_lib.rehearsal.instance.sync.pace import Pace
from runbook_lib.rehearsal.org import Org

PAUSE = timedelta(minutes=5)
LOOK_AGAIN = 0.2
"""Seconds of real time between two looks at the clock."""


class SyncWord(StrEnum):
    """The message in the upper right corner of Admin > Salesforce."""

    NEVER = "never"
    IN_PROGRESS = "in_progress"
    LAST_SYNCED = "last_synced"
    FAILED = "failed"


@dataclass(frozen=True)
class SyncStatus:
    """The message, and since when it holds."""

    word: SyncWord
    at: datetime | None = None


class PersistentSync:
    """Runs the cycles. `pace`: seconds the initial sync spends on an object at least, to be seen;
    `per_hour`: how many records it copies in an hour of the clock, 0 for as many as it can; `go_on`: what
    happens in Marketo before each cycle but the first."""

    def __init__(
        self,
        org: Org,
        clock: Clock,
        book: FieldBook,
        pace: float,
        per_hour: int = 0,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self._go_on = go_on
        self._org, self._clock, self._book = org, clock, book
        self._database: Database = org.database
        self.log = SyncLog(self._database)
        self.status = SyncStatus(SyncWord.NEVER)
        self._cycle_lock = threading.Lock()
        self._stopped = threading.Event()
        self._pace = Pace(clock, self._stopped, pace, per_hour)
        self._thread: threading.Thread | None = None
        self._pulled_until: datetime | None = None
        self._due: datetime | None = None

    def start(self, credentials: Credentials) -> None:
        """Begin with the initial sync; the status is "in progress" when this returns."""
        self.status = SyncStatus(SyncWord.IN_PROGRESS, self._clock.now())
        self._due = self._clock.now()
        self._thread = threading.Thread(
            target=self._run, args=(credentials,), name="marketo-sync", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the background thread; returns when the cycle under way has ended."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def catch_up(self, credentials: Credentials) -> None:
        """Run the cycle that is due, if one is, and wait for a cycle that is under way: to its end, or until
        an initial sync has done what the clock allows."""
        while not self._cycle_lock.acquire(timeout=LOOK_AGAIN):
            if self._pace.rests:
                return
        try:
            if self._due is not None and self._clock.now() >= self._due and not self._stopped.is_set():
                self._cycle(credentials)
        finally:
            self._cycle_lock.release()

    def _run(self, credentials: Credentials) -> None:
        while not self._stopped.is_set():
            self.catch_up(credentials)
            self._stopped.wait(LOOK_AGAIN)

    def _cycle(self, credentials: Credentials) -> None:
        now = self._clock.now()
        self.status = SyncStatus(SyncWord.IN_PROGRESS, now)
        self._pace.begin()
        if self._pulled_until is not None:
            self._go_on()
        cycle = Cycle(
            self._org,
            self._clock,
            self._database,
            self._book,
            self.log,
            self._pulled_until,
            now,
            self._pace,
        )
        word = SyncWord.FAILED
        try:
            cycle.run(credentials)
            word, self._pulled_until = SyncWord.LAST_SYNCED, now
        except JobFailed:
            pass  # Sync Errors says why
        finally:
            self._end(word)

    def _end(self, word: SyncWord) -> None:
        self.log.forget_old(self._clock.now())
        self.status = SyncStatus(word, self._clock.now())
        self._due = self._clock.now() + PAUSE
