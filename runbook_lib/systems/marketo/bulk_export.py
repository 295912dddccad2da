"""Bulk lead extract: the people of at most 31 days, written to a file bit by bit.

Source: Marketo developer guide, "Bulk Lead Extract": createdAt is the filter that every subscription has; a
job's status is renewed once a minute at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from runbook_lib.errors import TimedOut
from runbook_lib.systems.marketo.errors import refusal
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

LONGEST_DAYS = 31
PIECE = 8_000_000
"""Bytes that are read at once."""
NULL = "null"
"""How an export writes that there is no value."""
_PAUSES = (0.1, 5.0, 20.0, *[60.0] * 28)
"""Seconds before each look at a job: half an hour in all."""


def export_people(
    reader: MarketoReader, fields: Sequence[str], span: tuple[datetime, datetime], file: BinaryIO
) -> int:
    """Writes the CSV of all people who were made in ``span`` (UTC) to ``file``; how many they are.

    Raises ``MarketoRefused`` (also where the subscription has no bulk extract), ``TimedOut`` after half an
    hour.
    """
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in span)
    asked = {
        "fields": list(fields),
        "format": "CSV",
        "filter": {"createdAt": {"startAt": start, "endAt": end}},
    }
    job = quote(str(reader.export("create", asked)["exportId"]), safe="")
    reader.export(f"{job}/enqueue", {})
    size, rows = _wait(reader, job)
    for begin in range(0, size, PIECE):
        file.write(reader.export_bytes(job, begin, PIECE))
    return rows


def _wait(reader: MarketoReader, job: str) -> tuple[int, int]:
    """Bytes and records of the file, once it is there."""
    for seconds in _PAUSES:
        reader.pause(seconds)
        told = reader.export(f"{job}/status")
        if told["status"] == "Completed":
            return int(told.get("fileSize") or 0), int(told.get("numberOfRecords") or 0)
        if told["status"] in ("Failed", "Canceled", "Cancelled"):
            raise refusal(f"EXPORT_{told['status'].upper()}", str(told.get("errorMsg") or ""), job, "")
    raise TimedOut(
        say("Marketo has not finished an export within {minutes} minutes.", minutes=round(sum(_PAUSES) / 60)),
        where=job,
        fix=say("Run again later; Marketo works on two exports at a time."),
    )
