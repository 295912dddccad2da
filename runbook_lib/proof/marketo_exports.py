"""The CSV files that Marketo's Admin pages export: what its API does not show.

Sync Status and Sync Errors (Admin > Salesforce) and Export Field Names (Admin > Field Management). Adobe
documents what they contain, not their exact headers; so a column is known by its words in any case, with any
punctuation, in English, German or Spanish, in any order. A file that lacks a column that matters is refused
with the columns it has. Moments stay as they are written: they are in the time zone of the Marketo user who
exported.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say

STATUS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "started_at": ("started at", "gestartet am", "iniciado"),
    "ended_at": ("ended at", "beendet am", "finalizado"),
    "object": ("object", "objekt", "objeto"),
    "operation": ("operation", "vorgang", "operacion"),
    "status": ("status", "estado"),
    "new": ("new", "neu", "nuevo", "nuevos"),
    "updated": ("updated", "aktualisiert", "actualizado", "actualizados"),
    "deleted": ("deleted", "geloscht", "eliminado", "eliminados"),
    "failed": ("failed item", "failed items", "failed", "fehlgeschlagen", "con error", "fallidos"),
    "skipped": ("skipped", "ubersprungen", "omitido", "omitidos"),
}
COUNTS = ("new", "updated", "deleted", "failed", "skipped")
ERROR_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "at": ("failed on", "time", "date", "occurred at", "fehlgeschlagen am", "zeit", "datum", "fecha", "hora"),
    "object": ("object", "objekt", "objeto"),
    "record": ("sfdc id", "salesforce id", "record id", "record", "id", "datensatz", "registro"),
    "message": ("sfdc message", "salesforce message", "message", "sfdc nachricht", "nachricht", "mensaje"),
    "details": (
        "error details",
        "details",
        "error",
        "fehlerdetails",
        "fehler",
        "detalles",
        "detalles del error",
    ),
}
"""``message`` is Salesforce's own; an error of a whole job has only Marketo's ``details``."""
FIELD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "label": ("friendly label", "field name", "name", "label", "anzeigename", "nombre"),
    "rest_name": ("rest api name", "rest name", "api name", "rest-api-name", "nombre de api rest"),
}


class Export(StrEnum):
    """The files that the Admin pages export."""

    SYNC_STATUS = "sync-status"
    SYNC_ERRORS = "sync-errors"
    FIELD_NAMES = "field-names"


_TELLING: Mapping[Export, tuple[str, ...]] = {
    Export.SYNC_STATUS: STATUS_COLUMNS["operation"],
    Export.SYNC_ERRORS: (*ERROR_COLUMNS["details"], *ERROR_COLUMNS["message"]),
    Export.FIELD_NAMES: FIELD_COLUMNS["rest_name"],
}
"""A column that only this one has."""

FIXES: Mapping[str, Message] = {
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": say(
        "Exempt the sync user from the validation rule, or fill what it asks for."
    ),
    "REQUIRED_FIELD_MISSING": say("Fill the field in Marketo, or make it optional in Salesforce."),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": say(
        "Add the value to the picklist, or correct it in Marketo."
    ),
    "STRING_TOO_LONG": say("Shorten the value in Marketo, or lengthen the field in Salesforce."),
    "DUPLICATES_DETECTED": say("Exempt the sync user from the duplicate rule, or merge the records."),
    "DUPLICATE_VALUE": say("Another record has this unique value; merge or correct one of them."),
    "INSUFFICIENT_ACCESS_OR_READONLY": say("Give the sync user the right to edit this record (step 02)."),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": say(
        "Give the sync user access to the record it refers to."
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": say("A trigger or flow stopped the write; read its message."),
    "UNABLE_TO_LOCK_ROW": say("Another process held the record; Marketo tries again by itself."),
    "ENTITY_IS_DELETED": say("The record was deleted in Salesforce; nothing is to be done."),
    "REQUEST_LIMIT_EXCEEDED": say("The org's API calls are spent; wait, or raise the limit."),
    "INVALID_LOGIN": say("Correct the sync user's password and token in Marketo (step 03)."),
    "INVALID_FIELD": say(
        "The sync user no longer sees a field that is mapped; make it visible again (step 04)."
    ),
}
"""Salesforce's error code → what to do."""


@dataclass(frozen=True)
class SyncJob:
    """One line of Sync Status: what was done to one object in one cycle, and with how many records."""

    started_at: str
    ended_at: str
    object: str
    operation: str
    status: str
    counts: Mapping[str, int]
    """Records, by ``new``, ``updated``, ``deleted``, ``failed`` and ``skipped``."""


@dataclass(frozen=True)
class SyncError:
    """One line of Sync Errors. ``code``: Salesforce's error code in the message, empty where there is
    none."""

    at: str
    object: str
    record: str
    message: str
    details: str = ""

    @property
    def told(self) -> str:
        """Salesforce's message, or Marketo's details where Salesforce said nothing."""
        return self.message or self.details

    @property
    def code(self) -> str:
        """``STRING_TOO_LONG`` and the like."""
        found = re.search(r"\b[A-Z][A-Z]+(?:_[A-Z]+)+\b", self.told)
        return found.group() if found else ""


@dataclass(frozen=True)
class ErrorGroup:
    """All errors of one kind, the most frequent first; ``example`` is one of their messages."""

    code: str
    count: int
    objects: tuple[str, ...]
    example: str
    fix: Message


@dataclass(frozen=True)
class FieldName:
    """A field as Field Management exports it: what people call it and what the REST API calls it."""

    label: str
    rest_name: str


def kind_of_export(path: Path) -> Export:
    """Which of the three the file is, by its columns; ``UsageFault`` naming its columns where it is none."""
    lines = _lines(path)
    header = {_plain(cell) for cell in lines[0][1]} if lines else set()
    for kind, words in _TELLING.items():
        if header & set(map(_plain, words)):
            return kind
    raise UsageFault(
        say(
            "It is neither Sync Status nor Sync Errors: it lacks the columns {missing}.",
            missing=", ".join(f"“{words[0]}”" for words in _TELLING.values()),
        ),
        where=str(path),
        why=say("Its columns are: {columns}.", columns=", ".join(lines[0][1]) if lines else "–"),
        fix=say("Export the file again from Marketo's Admin page and leave its header as it is."),
    )


def read_sync_status(path: Path) -> tuple[SyncJob, ...]:
    """The lines of an exported Sync Status. ``UsageFault`` where it is none, or a count is no number."""
    jobs = []
    for line, cells in _read(path, STATUS_COLUMNS, (("object",), ("operation",), ("status",))):
        counts = {name: _count(cells[name], path, line) for name in COUNTS}
        words = {name: cells[name] for name in STATUS_COLUMNS if name not in COUNTS}
        jobs.append(SyncJob(counts=counts, **words))
    return tuple(jobs)


def read_sync_errors(path: Path) -> tuple[SyncError, ...]:
    """The lines of an exported Sync Errors. ``UsageFault`` where it is none."""
    return tuple(SyncError(**cells) for _, cells in _read(path, ERROR_COLUMNS, (("message", "details"),)))


def read_field_names(path: Path) -> tuple[FieldName, ...]:
    """The lines of exported field names. ``UsageFault`` where it is none."""
    return tuple(FieldName(**cells) for _, cells in _read(path, FIELD_COLUMNS, (("rest_name",),)))


def group_errors(errors: Iterable[SyncError]) -> tuple[ErrorGroup, ...]:
    """Errors by their Salesforce code (by their text where they have none), each kind with what to do."""
    kinds: dict[str, list[SyncError]] = defaultdict(list)
    for error in errors:
        kinds[error.code or error.told].append(error)
    groups = [
        ErrorGroup(
            code=some[0].code,
            count=len(some),
            objects=tuple(sorted({each.object for each in some if each.object})),
            example=some[0].told,
            fix=FIXES.get(some[0].code, say("Read the message; it comes from Salesforce.")),
        )
        for some in kinds.values()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.code, group.example)))


def _read(
    path: Path, columns: Mapping[str, tuple[str, ...]], required: Sequence[tuple[str, ...]]
) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by our names, for each line that holds something.

    ``required``: of each of these groups, one column must be there.
    """
    lines = _lines(path)
    header = [_plain(cell) for cell in lines[0][1]] if lines else []
    places = {
        name: next((header.index(word) for word in map(_plain, words) if word in header), None)
        for name, words in columns.items()
    }
    if missing := [columns[some[0]][0] for some in required if all(places[name] is None for name in some)]:
        raise UsageFault(
            say("The file has no column {missing}.", missing=", ".join(f"“{word}”" for word in missing)),
            where=str(path),
            why=say("Its columns are: {columns}.", columns=", ".join(lines[0][1]) if lines else "–"),
            fix=say("Export the file again from Marketo's Admin page and leave its header as it is."),
        )
    return [
        (
            line,
            {
                name: "" if place is None or place >= len(cells) else cells[place]
                for name, place in places.items()
            },
        )
        for line, cells in lines[1:]
    ]


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = _decoded(path.read_bytes())
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UsageFault(
            say("The file cannot be read: {reason}.", reason=type(fault).__name__),
            where=str(path),
            fix=say("Export it again from Marketo's Admin page, as CSV."),
        ) from None


def _decoded(data: bytes) -> str:
    """UTF-8, or what Excel in Western Europe writes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in data:  # no text at all
            raise
        return data.decode("cp1252")


def _plain(words: str) -> str:
    """Lower case, without accents and punctuation, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return re.sub(r"\W+", " ", bare).strip().lower()


def _count(cell: str, path: Path, line: int) -> int:
    digits = re.sub(r"[.,'\s]", "", cell)
    if digits in ("", "-", "–"):
        return 0
    if not digits.isdecimal():
        raise UsageFault(say("“{cell}” is not a number.", cell=cell), where=f"{path}, line {line}")
    return int(digits)
