"""Bulk lead extract: a job is made, queued, looked at, and its file of CSV read, also in ranges of bytes.

A job's work takes no time here: it is Queued when enqueued and Completed when first asked for.
Source: Marketo developer guide, "Bulk Extract" and "Bulk Lead Extract".
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.field_types import PERSON
from runbook_lib.rehearsal.marketo.envelope import RestError, json_value

LONGEST_RANGE = timedelta(days=31)
JOB = r"v1/leads/export/(?P<id>[\w-]+)"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Job:
    """One export of people who were made in a span of time."""

    id: str
    fields: tuple[str, ...]
    start: datetime
    end: datetime
    status: str = "Created"
    content: bytes = b""
    rows: int = 0


class Exports:
    """All jobs of an instance; safe to use from several threads."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def answer(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body of an answer to all but the file. RestError as Marketo's codes say."""
        if not self._instance.world.marketo.settings.get("bulk_extract", True):
            raise RestError("610", "Requested resource not found")
        if (method, path) == ("POST", "v1/leads/export/create.json"):
            return {"result": [self._told(self._put(self._created(body)))]}
        found = re.fullmatch(JOB + r"/(?P<what>enqueue|status)\.json", path)
        if found is None:
            raise RestError("610", "Requested resource not found")
        job = self.find(found["id"])
        if found["what"] == "enqueue":
            if method != "POST":
                raise RestError("605", f"Request method '{method}' not supported")
            if job.status != "Created":
                raise RestError("1029", "Export job already queued")
            return {"result": [self._told(self._put(replace(job, status="Queued")))]}
        if job.status == "Queued":
            job = self._put(self._run(job))
        return {"result": [self._told(job)]}

    def find(self, job_id: str) -> Job:
        """The job of that id. RestError 1003 when there is none."""
        with self._lock:
            if job_id not in self._jobs:
                raise RestError("1003", f"Export job '{job_id}' not found")
            return self._jobs[job_id]

    def _put(self, job: Job) -> Job:
        with self._lock:
            self._jobs[job.id] = job
        return job

    def _created(self, body: Mapping[str, Any]) -> Job:
        names = [str(name) for name in body.get("fields") or ()]
        if not names:
            raise RestError("1003", "fields must be specified")
        for name in names:
            if self._instance.fields.find(PERSON, name) is None:
                raise RestError("1006", f"Field '{name}' not found")
        span = (body.get("filter") or {}).get("createdAt")
        if not isinstance(span, dict):
            raise RestError("1035", "Unsupported filter type for target subscription")
        try:
            start, end = (
                datetime.fromisoformat(span[each]).replace(tzinfo=None) for each in ("startAt", "endAt")
            )
        except (KeyError, ValueError, TypeError):
            raise RestError("1003", "Invalid value for createdAt") from None
        if not start <= end <= start + LONGEST_RANGE:
            raise RestError("1003", "createdAt: the range may be 31 days at most")
        return Job(f"b0000000-0000-4000-8000-{next(_numbers):012d}", tuple(names), start, end)

    def _run(self, job: Job) -> Job:
        columns = ", ".join(f"p.{quoted(name)}" for name in job.fields)
        rows = self._instance.database.sql(
            f'SELECT {columns} FROM marketo.person AS p WHERE p."createdAt" BETWEEN ? AND ? ORDER BY p."id"',
            (job.start, job.end),
        )
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(job.fields)
        writer.writerows([_cell(value) for value in row] for row in rows)
        return replace(job, status="Completed", content=text.getvalue().encode(), rows=len(rows))

    @staticmethod
    def _told(job: Job) -> dict[str, Any]:
        done = (
            {"numberOfRecords": job.rows, "fileSize": len(job.content)} if job.status == "Completed" else {}
        )
        return {"exportId": job.id, "format": "CSV", "status": job.status, **done}


def _cell(value: object) -> object:
    """A value of an export: no value is the text null, a truth value in small letters."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else json_value(value)
