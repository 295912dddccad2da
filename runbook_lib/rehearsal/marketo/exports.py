"""Bulk lead extract: a job is made, queued, looked at, and its file read, also in ranges of bytes.

Source: Marketo developer guide, "Bulk Extract" and "Bulk Lead Extract"; the shape of the answers is recorded.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.field_types import PERSON
from runbook_lib.rehearsal.marketo.envelope import RestError, json_value
from runbook_lib.rehearsal.marketo.export_queue import ExportQueue, Job

LONGEST_RANGE = timedelta(days=31)
ROOT = "v1/leads/export"
JOB = ROOT + r"/(?P<id>[\w-]+)"
DELIMITERS = {"CSV": ",", "TSV": "\t", "SSV": ";"}
"""The guide's two pages disagree about SSV: semicolons in one, spaces in the other."""
MOST_TOLD = 300
_numbers = itertools.count(1)


class Exports:
    """The exports of an instance. A world may set what :class:`ExportQueue` reads, and ``export_outcomes``:
    how the next jobs end, such as Failed; the others are Completed."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._settings = instance.world.marketo.settings
        self.queue = ExportQueue(instance.clock, self._write, self._settings)

    def answer(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The body of an answer to all but the file. RestError as Marketo's codes say."""
        if not self._settings.get("bulk_extract", True):
            raise RestError("610", "Requested resource not found")
        if path == f"{ROOT}.json":
            _require(method, "GET")
            return self._listed(params)
        if path == f"{ROOT}/create.json":
            _require(method, "POST")
            return {"result": [_status(self.queue.add(self._created(body)))]}
        match = re.fullmatch(JOB + r"/(?P<what>enqueue|status|cancel)\.json", path)
        if match is None:
            raise RestError("610", "Requested resource not found")
        _require(method, "GET" if match["what"] == "status" else "POST")
        act = {"enqueue": self.queue.enqueue, "status": self.queue.find, "cancel": self.queue.cancel}
        return {"result": [_status(act[match["what"]](match["id"]))]}

    def find(self, job_id: str) -> Job:
        """The job of that id. RestError 1013 when there is none."""
        return self.queue.find(job_id)

    def _listed(self, params: Mapping[str, str]) -> dict[str, Any]:
        wanted = {status for status in params.get("status", "").split(",") if status}
        size = min(int(params.get("batchSize", MOST_TOLD)), MOST_TOLD)
        begin = int(params.get("nextPageToken", 0))
        jobs = [job for job in self.queue.all() if not wanted or job.status in wanted]
        more = {"nextPageToken": str(begin + size)} if begin + size < len(jobs) else {}
        return {"result": [_status(job) for job in jobs[begin : begin + size]], **more}

    def _created(self, body: Mapping[str, Any]) -> Job:
        names = [str(name) for name in body.get("fields") or ()]
        if not names:
            raise RestError("1003", "fields must be specified")
        for name in names:
            if self._instance.fields.find(PERSON, name) is None:
                raise RestError("1006", f"Field '{name}' not found")
        kind = str(body.get("format") or "CSV").upper()
        if kind not in DELIMITERS:
            raise RestError("1003", f"Invalid value '{kind}' for format")
        start, end = _span(body.get("filter") or {})
        outcomes = self._settings.get("export_outcomes")
        return Job(
            id=f"b0000000-0000-4000-8000-{next(_numbers):012d}",
            fields=tuple(names),
            headers=dict(body.get("columnHeaderNames") or {}),
            format=kind,
            start=start,
            end=end,
            created_at=self._instance.clock.now(),
            outcome=outcomes.pop(0) if outcomes else "Completed",
        )

    def _write(self, job: Job) -> None:
        columns = ", ".join(f"p.{quoted(name)}" for name in job.fields)
        rows = self._instance.database.sql(
            f'SELECT {columns} FROM marketo.person AS p WHERE p."createdAt" BETWEEN ? AND ? ORDER BY p."id"',
            (job.start, job.end),
        )
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n", delimiter=DELIMITERS[job.format])
        writer.writerow([job.headers.get(name, name) for name in job.fields])
        writer.writerows([_cell(value) for value in row] for row in rows)
        job.content, job.rows = text.getvalue().encode(), len(rows)


def _span(wanted: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Start and end of the filter createdAt: the one that every subscription has."""
    span = wanted.get("createdAt")
    if not isinstance(span, dict) or len(wanted) > 1:
        raise RestError("1035", "Unsupported filter type for target subscription")
    try:
        start, end = (
            datetime.fromisoformat(span[edge]).replace(tzinfo=None) for edge in ("startAt", "endAt")
        )
    except (KeyError, ValueError, TypeError):
        raise RestError("1003", "Invalid value for createdAt") from None
    if not start <= end <= start + LONGEST_RANGE:
        raise RestError("1003", "createdAt: the range may be 31 days at most")
    return start, end


def _require(method: str, expected: str) -> None:
    if method != expected:
        raise RestError("605", f"Request method '{method}' not supported")


def _status(job: Job) -> dict[str, Any]:
    status: dict[str, Any] = {"exportId": job.id, "format": job.format, "status": job.status}
    moments = {"createdAt": job.created_at, "queuedAt": job.queued_at}
    if job.status in ("Processing", "Completed", "Failed"):
        moments["startedAt"] = job.started_at
    if job.status in ("Completed", "Failed"):
        moments["finishedAt"] = job.finished_at
    status |= {name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in moments.items() if moment}
    if job.status == "Completed":
        checksum = hashlib.sha256(job.content).hexdigest()
        status |= {"numberOfRecords": job.rows, "fileSize": len(job.content)}
        status["fileChecksum"] = f"sha256:{checksum}"
    if job.status == "Failed":
        status["errorMsg"] = "Export failed"
    return status


def _cell(value: object) -> object:
    """A value of an export: no value is the text null, a truth value in small letters."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else json_value(value)
