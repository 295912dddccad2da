"""Bulk lead extract, call by call: a job is made, queued, looked at, and its file read bit by bit.

Source: Marketo developer guide, "Bulk Extract" and "Bulk Lead Extract": createdAt is the filter that every
subscription has, for at most 31 days; a job's status is renewed at most once in 60 seconds; two jobs are
worked on at a time and ten may be queued; a day has 500 MB, which all integrations share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from runbook_lib.errors import MarketoRefused
from runbook_lib.systems.marketo.errors import ALREADY_QUEUED, refusal, wrong_shape

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

LONGEST_DAYS = 31
AT_A_TIME = 2
"""Jobs that Marketo works on at the same time."""
RENEWED = 60.0
"""Seconds in which the status of a job does not change: nobody looks more often."""
PIECE = 8_000_000
"""Bytes that are read at once."""
NULL = "null"
"""How an export writes that there is no value."""
FORMAT = "CSV"
_DELIMITERS = {"CSV": ",", "TSV": "\t", "SSV": ";"}
_WORKING = frozenset({"Created", "Queued", "Processing"})


@dataclass(frozen=True)
class ExportJob:
    """What Marketo tells about a job. ``rows``, ``size`` (bytes): of its file, once that is there."""

    id: str
    status: str
    rows: int = 0
    size: int = 0
    checksum: str = ""
    delimiter: str = ","
    error: str = ""

    @property
    def is_working(self) -> bool:
        """Whether it has not ended."""
        return self.status in _WORKING

    @property
    def is_complete(self) -> bool:
        """Whether its file is there."""
        return self.status == "Completed"


def create(reader: MarketoReader, fields: Sequence[str], span: tuple[datetime, datetime]) -> str:
    """Makes the job for all people who were made in ``span`` (UTC); its id. It costs one call, as all here
    do."""
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in span)
    asked = {
        "fields": list(fields),
        "format": FORMAT,
        "filter": {"createdAt": {"startAt": start, "endAt": end}},
    }
    made = reader.export("create", asked).get("exportId")
    if not isinstance(made, str):
        raise wrong_shape("/bulk/v1/leads/export/create.json")
    return made


def enqueue(reader: MarketoReader, job: str) -> None:
    """Queues the job; one that is queued already, as after a lost answer, is as good."""
    try:
        reader.export(f"{quote(job, safe='')}/enqueue", {})
    except MarketoRefused as refused:
        if refused.code != ALREADY_QUEUED:
            raise


def look(reader: MarketoReader, job: str) -> ExportJob:
    """How far the job is."""
    status = reader.export(f"{quote(job, safe='')}/status")
    return ExportJob(
        job,
        str(status.get("status", "")),
        _number(status, "numberOfRecords"),
        _number(status, "fileSize"),
        str(status.get("fileChecksum") or "").removeprefix("sha256:"),
        _DELIMITERS.get(str(status.get("format") or FORMAT), ","),
        str(status.get("errorMsg") or ""),
    )


def download(reader: MarketoReader, export: ExportJob, file: BinaryIO) -> None:
    """Writes the file of a completed job to ``file``; a call for each piece.

    Raises ``MarketoRefused``, also where what arrived is not what was written.
    """
    digest = hashlib.sha256()
    for begin in range(0, export.size, PIECE):
        piece = reader.export_bytes(export.id, begin, PIECE)
        digest.update(piece)
        file.write(piece)
    if export.checksum and digest.hexdigest() != export.checksum:
        raise refusal("EXPORT_CHECKSUM", "the file is not the one that was written", export.id, "")


def _number(status: Mapping[str, Any], key: str) -> int:
    number = status.get(key) or 0
    if not isinstance(number, int):
        raise wrong_shape("/bulk/v1/leads/export/status.json")
    return number
