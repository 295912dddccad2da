"""Bulk API 2.0 query jobs: what is kept about each of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from runbook_lib.rehearsal.org import QueryResult
from runbook_lib.rehearsal.org.faults import not_found


@dataclass(frozen=True)
class QueryJob:
    """One query job. Source: Bulk API 2.0 Developer Guide, "Create a Query Job"."""

    id: str
    owner_id: str
    operation: str
    object_name: str
    created_at: datetime
    version: str
    delimiter: str
    """Salesforce's name of it: COMMA, TAB, …"""
    line_ending: str
    """LF or CRLF."""
    result: QueryResult
    state: str = "UploadComplete"


class Jobs:
    """All query jobs of an org; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, QueryJob] = {}

    def next_id(self) -> str:
        """An id for a new job (18 characters, prefix 750)."""
        with self._lock:
            return f"7505g0000{len(self._jobs) + 1:09d}"

    def put(self, job: QueryJob) -> None:
        """Keep a job, or its new state."""
        with self._lock:
            self._jobs[job.id] = job

    def find(self, job_id: str) -> QueryJob:
        """The job of that id. OrgFault 404 when there is none."""
        with self._lock:
            if job_id not in self._jobs or self._jobs[job_id].state == "Deleted":
                raise not_found()
            return self._jobs[job_id]

    def move(self, job_id: str, state: str) -> QueryJob:
        """Put a job into another state and return it. OrgFault 404 when there is none."""
        job = replace(self.find(job_id), state=state)
        self.put(job)
        return job

    def all(self) -> list[QueryJob]:
        """Every job that was not deleted, newest first."""
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.state != "Deleted"]
