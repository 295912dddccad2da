"""The queue of bulk extracts on the rehearsal's clock: two jobs are worked on at a time, ten may be queued.

What a job is told to be is renewed once in 60 seconds, counted from the moment it was queued.
Source: Marketo developer guide, "Bulk Extract" (limits, queue, file size, starting a job).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.marketo.envelope import RestError

AT_A_TIME, MOST_QUEUED = 2, 10
RENEWED = timedelta(seconds=60)
DAILY_MEGABYTES = 500
WORK_SECONDS = 150.0
"""How long one job takes in the rehearsal, once it is begun."""
OVER = frozenset({"Completed", "Failed", "Cancelled"})
CENTRAL = ZoneInfo("America/Chicago")


@dataclass
class Job:
    """One export of people who were made in a span of time."""

    id: str
    fields: tuple[str, ...]
    headers: Mapping[str, str]
    format: str
    start: datetime
    end: datetime
    created_at: datetime
    outcome: str = "Completed"
    """How it will end."""
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    status: str = "Created"
    """As it was last told."""
    content: bytes = b""
    rows: int = 0


@dataclass
class ExportQueue:
    """All jobs of an instance; safe to use from several threads. ``write`` gives a job its file.

    ``settings`` of a world, which may change at any time: ``export_seconds``, ``export_megabytes`` (of a
    day)."""

    clock: Clock
    write: Callable[[Job], None]
    settings: Mapping[str, Any] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, job: Job) -> Job:
        """A new job. RestError 1029 where the day's allocation is used up."""
        with self._lock:
            self._advance()
            self._require_quota()
            self.jobs[job.id] = job
            return job

    def enqueue(self, job_id: str) -> Job:
        """Puts a job into the queue. RestError 1029: queued before, no room, or nothing left of the day."""
        with self._lock:
            self._advance()
            job = self._find(job_id)
            if job.status != "Created":
                raise RestError("1029", "Export job already queued")
            self._require_quota()
            waiting = [job for job in self.jobs.values() if job.queued_at and job.status not in OVER]
            if len(waiting) >= MOST_QUEUED:
                raise RestError("1029", "Too many jobs in queue")
            job.queued_at, job.status = self.clock.now(), "Queued"
            return job

    def cancel(self, job_id: str) -> Job:
        """Ends a job that is not over."""
        with self._lock:
            self._advance()
            job = self._find(job_id)
            if job.status not in OVER:
                job.status, job.finished_at = "Cancelled", self.clock.now()
            return job

    def find(self, job_id: str) -> Job:
        """The job as it is told now. RestError 1013 where there is none."""
        with self._lock:
            self._advance()
            return self._find(job_id)

    def all(self) -> list[Job]:
        """Every job, the oldest first."""
        with self._lock:
            self._advance()
            return list(self.jobs.values())

    def _find(self, job_id: str) -> Job:
        if job_id not in self.jobs:
            raise RestError("1013", f"Export job '{job_id}' not found")
        return self.jobs[job_id]

    def _advance(self) -> None:
        """Begins what has room, and renews what is told of each job."""
        now = self.clock.now()
        waiting = [job for job in self.jobs.values() if job.status == "Queued" and job.started_at is None]
        for job in sorted(waiting, key=lambda job: (job.queued_at, job.id)):
            assert job.queued_at is not None
            begin = max(job.queued_at, self._free_at())
            if begin > now:
                break
            job.started_at, job.finished_at = begin, begin + self._work()
        for job in self.jobs.values():
            if job.queued_at is not None and job.status not in OVER:
                self._tell(job, job.queued_at + RENEWED * ((now - job.queued_at) // RENEWED))

    def _free_at(self) -> datetime:
        """When one of the places is free."""
        ends = sorted(job.finished_at for job in self.jobs.values() if job.started_at and job.finished_at)
        return ends[-AT_A_TIME] if len(ends) >= AT_A_TIME else datetime.min.replace(tzinfo=CENTRAL)

    def _tell(self, job: Job, moment: datetime) -> None:
        """What was true of the job at that moment."""
        if job.started_at is None or job.finished_at is None or job.started_at >= moment:
            return
        job.status = job.outcome if job.finished_at <= moment else "Processing"
        if job.status == "Completed":
            self.write(job)

    def _require_quota(self) -> None:
        megabytes = int(self.settings.get("export_megabytes", DAILY_MEGABYTES))
        if self._used_today() >= megabytes * 1_000_000:
            raise RestError("1029", f"Export daily quota {megabytes}MB exceeded.")

    def _work(self) -> timedelta:
        return timedelta(seconds=float(self.settings.get("export_seconds", WORK_SECONDS)))

    def _used_today(self) -> int:
        """Bytes of the files that were finished since midnight, US Central time."""
        today = self.clock.now().astimezone(CENTRAL).date()
        return sum(
            len(job.content)
            for job in self.jobs.values()
            if job.finished_at and job.finished_at.astimezone(CENTRAL).date() == today
        )
