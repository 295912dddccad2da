"""The rehearsal's clock: real time, plus the seconds somebody has moved it forward.

Everything that stamps a record or decides that something is old asks this clock, so a test can let
a sync cycle pass without waiting for it.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time in UTC, which can be moved forward but never back."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def forward(self, seconds: float) -> datetime:
        """Move the clock on by `seconds` and give the new time; ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("the clock of the rehearsal only moves forward")
        self._offset += timedelta(seconds=seconds)
        return self.now()
