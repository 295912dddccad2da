"""The picture of Marketo's exports counts what Sync Status counts."""

from __future__ import annotations

from runbook_lib.pictures.model import UNKNOWN
from runbook_lib.proof.marketo_exports import COUNTS, SyncJob
from runbook_lib.proof.pictures import moved


def job(started_at: str, object_name: str, *counts: int | None) -> SyncJob:
    """A line of Sync Status."""
    told = dict(zip(COUNTS, counts, strict=True))
    return SyncJob(started_at, "", object_name, "Pull updates", "Succeeded", told)


def test_by_object_and_by_day() -> None:
    """Jobs are added up per object, and per day as the file writes it; a missing count makes no zero, and
    what moved nothing, as a step of all objects, is no bar."""
    jobs = [
        job("24.11.2026 10:00", "Lead", 100, 5, 0, 1, 0),
        job("24.11.2026 10:05", "Lead", 20, 0, 0, 0, 0),
        job("25.11.2026 09:00", "Account", 7, 0, 0, None, 0),
        job("25.11.2026 09:00", "All", 0, 0, 0, 0, 0),
    ]
    by_object, by_day = moved(jobs)
    assert [str(part.word) for part in by_object.parts] == ["new", "updated", "failed"]
    assert "All" not in [row[0] for row in by_object.table.rows]
    assert by_object.table.rows[:2] == (("Account", 7, 0, UNKNOWN, UNKNOWN), ("Lead", 120, 5, 1, 126))
    assert [row[0] for row in by_day.table.rows[:2]] == ["24.11.2026", "25.11.2026"]
    assert len(list(moved(jobs[:2]))) == 1 and list(moved([])) == []
