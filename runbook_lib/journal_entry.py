"""One entry of the journal: what it tells, and its digest, which ties it to the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import Defect, WorkspaceFault
from runbook_lib.text import say

if TYPE_CHECKING:
    from sqlalchemy import Row

FIRST = "0" * 64
"""What stands as the previous digest in the first entry."""


class Kind(StrEnum):
    """What an entry tells."""

    started = "started"
    read = "read"
    finding = "finding"
    decision = "decision"
    consent = "consent"
    change_started = "change-started"
    change_done = "change-done"
    change_failed = "change-failed"
    click = "click"
    evidence = "evidence"
    ended = "ended"


@dataclass(frozen=True)
class Entry:
    """One entry of the journal."""

    sequence: int
    """1, 2, 3 … without a gap."""
    at: str
    """When, UTC, ISO 8601 with microseconds."""
    run: str
    step: str
    beat: str
    kind: Kind
    payload: dict[str, Any]
    """JSON, masked before it was written."""
    previous: str
    """Digest of the entry before; :data:`FIRST` in the first."""

    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the entry's canonical JSON, the previous digest included."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def canonical(self) -> str:
        """The whole entry as one JSON text, always the same for the same entry."""
        return canonical_json(self.__dict__)


def row_of(entry: Entry) -> dict[str, Any]:
    """The entry as columns of a database."""
    return {**entry.__dict__, "payload": canonical_json(entry.payload), "digest": entry.digest}


def canonical_json(value: object) -> str:
    """JSON that is the same for the same value. Raises :class:`Defect` for what JSON cannot hold."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as fault:
        raise Defect(say("A journal payload is not JSON: {reason}", reason=str(fault))) from None


def read_row(row: Row[Any]) -> Entry:
    """The inverse. Raises :class:`WorkspaceFault` where the row is no entry."""
    try:
        what = (Kind(row.kind), json.loads(row.payload))
    except (ValueError, TypeError, RecursionError):
        raise WorkspaceFault(
            say(
                "Entry {number} of the journal cannot be read: it has been altered.", number=str(row.sequence)
            ),
            fix=say("Restore the journal from a copy."),
        ) from None
    return Entry(row.sequence, row.at, row.run, row.step, row.beat, *what, row.previous)
