"""What the sync tells an administrator: Sync Status and Sync Errors, five days back.

Source: Marketo, "Salesforce Sync Status" and "Salesforce Sync Errors".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.instance.tables import stamp

KEPT = timedelta(days=5)
LATEST = 1000
"""Rows that a page or an export shows at most."""

STATUS_COLUMNS = (
    "Started At",
    "Ended At",
    "Object",
    "Operation",
    "Status",
    "New",
    "Updated",
    "Deleted",
    "Failed Item",
    "Skipped",
)
ERROR_COLUMNS = (
    "Failed On",
    "Error Type",
    "Object",
    "Marketo Id",
    "SFDC Id",
    "Error Details",
    "SFDC Message",
)
MOMENT_COLUMNS = ("Started At", "Ended At", "Failed On")
COUNT_COLUMNS = STATUS_COLUMNS[5:]

JOB_LEVEL, RECORD_LEVEL = "Job Level", "Record Level"
SUCCEEDED, FAILED, INCOMPLETE, IN_PROCESS = "Succeeded", "Failed", "Incomplete", "In Process"


@dataclass(frozen=True)
class SyncCounts:
    """How many records one step of a cycle touched."""

    new: int = 0
    updated: int = 0
    deleted: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def status(self) -> str:
        """The status word of a step that ran to its end."""
        return INCOMPLETE if self.failed else SUCCEEDED


@dataclass(frozen=True)
class SyncError:
    """One failure; `object_name` is the object as Sync Status names it."""

    error_type: str
    object_name: str
    details: str
    message: str
    sfdc_id: str = ""
    marketo_id: str = ""


class SyncLog:
    """The rows of Sync Status and Sync Errors."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._place = 0

    def step(
        self, started: datetime, ended: datetime, what: tuple[str, str], status: str, counts: SyncCounts
    ) -> None:
        """One finished step; `what` is object and operation."""
        self._place += 1
        self._database.sql(
            "INSERT INTO marketo.sync_status VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                stamp(started),
                stamp(ended),
                *what,
                status,
                counts.new,
                counts.updated,
                counts.deleted,
                counts.failed,
                counts.skipped,
                self._place,
            ),
        )

    def error(self, failed_at: datetime, error: SyncError) -> None:
        """One failure."""
        self._database.sql(
            "INSERT INTO marketo.sync_error VALUES (?,?,?,?,?,?,?)",
            (
                stamp(failed_at),
                error.error_type,
                error.object_name,
                error.marketo_id,
                error.sfdc_id,
                error.details,
                error.message,
            ),
        )

    def forget_old(self, now: datetime) -> None:
        """Drop what is more than five days old."""
        limit = stamp(now - KEPT)
        self._database.sql("DELETE FROM marketo.sync_status WHERE started_at < ?", (limit,))
        self._database.sql("DELETE FROM marketo.sync_error WHERE failed_at < ?", (limit,))

    def status_rows(self) -> list[tuple[str, ...]]:
        """Sync Status, most recent first, as text under STATUS_COLUMNS."""
        rows = self._database.sql(
            "SELECT started_at, ended_at, object, operation, status, new, updated, deleted, failed, skipped"
            f" FROM marketo.sync_status ORDER BY place DESC LIMIT {LATEST}"
        )
        return [_as_text(row) for row in rows]

    def error_rows(self) -> list[tuple[str, ...]]:
        """Sync Errors, most recent first, as text under ERROR_COLUMNS."""
        rows = self._database.sql(
            "SELECT failed_at, error_type, object, marketo_id, sfdc_id, details, message"
            f" FROM marketo.sync_error ORDER BY failed_at DESC LIMIT {LATEST}"
        )
        return [_as_text(row) for row in rows]


def _as_text(row: Sequence[object]) -> tuple[str, ...]:
    return tuple(
        value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else str(value)
        for value in row
    )
