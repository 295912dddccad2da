"""Query results that do not fit on one page wait here until the client asks for the rest."""

from __future__ import annotations

import threading
from collections import OrderedDict

from runbook_lib.rehearsal.org import QueryResult
from runbook_lib.rehearsal.org.faults import OrgFault

KEPT = 200
"""Results kept; the one unused for longest goes first. Salesforce keeps them for two days."""


class Cursors:
    """Open query results by locator; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: OrderedDict[str, tuple[str, QueryResult]] = OrderedDict()
        self._made = 0

    def keep(self, user_id: str, result: QueryResult) -> str:
        """Put a result aside for its owner and return its locator (18 characters, prefix 01g)."""
        with self._lock:
            self._made += 1
            locator = f"01g5g0000{self._made:09d}"
            self._results[locator] = (user_id, result)
            while len(self._results) > KEPT:
                self._results.popitem(last=False)
            return locator

    def find(self, user_id: str, locator: str) -> QueryResult:
        """The result of that locator. OrgFault INVALID_QUERY_LOCATOR when it is gone or somebody else's."""
        with self._lock:
            owner, result = self._results.get(locator, ("", None))
            if result is None or owner != user_id:
                raise OrgFault(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            self._results.move_to_end(locator)
            return result
