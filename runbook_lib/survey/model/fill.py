"""How often a field is filled: measured, never guessed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fill:
    """How many records have a value in a field; of a checkbox, how many are ticked.

    ``records``: of how many. ``recent``, ``recent_records``: the same for records created within the last 365
    days; ``None``: not asked. ``sampled``: only the newest records were looked at.
    """

    filled: int
    records: int
    recent: int | None = None
    recent_records: int | None = None
    sampled: bool = False

    @property
    def share(self) -> float | None:
        """Between 0 and 1; ``None`` where there is no record at all, which says nothing about the field."""
        return self.filled / self.records if self.records else None

    @property
    def used_lately(self) -> bool | None:
        """Whether a record of the last 365 days has a value; ``None``: cannot tell."""
        if self.recent is None or not self.recent_records:
            return None
        return self.recent > 0
