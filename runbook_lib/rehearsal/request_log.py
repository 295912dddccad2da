"""The request log: what clients asked for, never what they said.

Only method, host, path, status and duration are kept. Passwords and tokens travel in bodies, headers and
query strings; none of these is stored, so none can leak.
"""

from __future__ import annotations

import datetime
import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

LOG_LENGTH = 50_000
"""Requests kept; older ones are forgotten."""


@dataclass(frozen=True)
class LoggedRequest:
    """One answered request."""

    sequence: int
    """Counts from 1 and goes on over `clear`, so that nobody mistakes a new request for an old one."""
    at: str
    """UTC, ISO 8601, of this machine's clock (not the rehearsal's, which can be put forward)."""
    method: str
    host: str
    path: str
    """As asked for after normalization, without the query string."""
    status: int
    """HTTP status; 0 when the connection was dropped without an answer."""
    milliseconds: float
    fault: str
    """Kind of the injected fault that shaped the answer, or empty."""


class RequestLog:
    """The last `LOG_LENGTH` requests; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[LoggedRequest] = deque(maxlen=LOG_LENGTH)
        self._sequence = 0

    @property
    def sequence(self) -> int:
        """The number of the last request noted; goes on over `clear`."""
        return self._sequence

    def add(self, where: tuple[str, str, str], status: int, milliseconds: float, fault: str) -> None:
        """Note one answered request; `where` is method, host and path."""
        method, host, path = where
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._sequence += 1
            self._entries.append(
                LoggedRequest(self._sequence, now, method, host, path, status, round(milliseconds, 1), fault)
            )

    def entries(self) -> list[LoggedRequest]:
        """All requests kept, oldest first."""
        with self._lock:
            return list(self._entries)

    def as_json(self) -> list[dict[str, Any]]:
        """The same as plain dictionaries."""
        return [asdict(entry) for entry in self.entries()]

    def clear(self) -> None:
        """Forget all requests so far."""
        with self._lock:
            self._entries.clear()
