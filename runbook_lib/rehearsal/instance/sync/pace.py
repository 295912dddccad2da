"""How fast the initial sync goes: at once, or so many records an hour of the rehearsal's clock.

Marketo's first sync takes hours or days; a world that declares `first_sync_per_hour` takes them, too, and
whoever moves the clock forward sees it come along.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from runbook_lib.rehearsal.clock import Clock

SLICE = 100_000
"""Rows copied by one statement."""
SLICES_PER_HOUR = 120
LOOK_AGAIN = 0.02
"""Seconds of real time between two looks at the clock."""


class Pace:
    """`seconds`: of real time, at least, per object; `per_hour`: records, 0 for no limit."""

    def __init__(self, clock: Clock, stopped: threading.Event, seconds: float, per_hour: int = 0) -> None:
        self._clock, self._stopped = clock, stopped
        self._seconds, self._per_hour = seconds, per_hour
        self._resumes: datetime | None = None

    @property
    def slice(self) -> int:
        """Rows that one statement copies."""
        return max(1, self._per_hour // SLICES_PER_HOUR) if self._per_hour else SLICE

    @property
    def rests(self) -> bool:
        """Whether the sync has done all that the clock allows so far."""
        return self._resumes is not None and self._clock.now() < self._resumes

    def begin(self) -> None:
        """The initial sync starts now."""
        self._resumes = self._clock.now()

    def next_object(self) -> None:
        """Between two objects."""
        self._stopped.wait(self._seconds)

    def copied(self, records: int) -> None:
        """So many records were copied; returns when the clock allows more, or when all is stopped."""
        if not self._per_hour or self._resumes is None:
            return
        self._resumes += timedelta(hours=records / self._per_hour)
        while self.rests and not self._stopped.is_set():
            self._stopped.wait(LOOK_AGAIN)
