"""The tables (CSV, or saved as XLSX) that Marketo's Admin pages export: what its API does not show.

Sync Status and Sync Errors (Admin > Salesforce), Export Field Names and Export All Objects (Admin > Field
Management). Adobe documents what they contain, not their exact headers; so a column is known by its words in
``labels.toml``, in any case, with any punctuation, in English, German or Spanish, in any order. A file that
lacks a column that matters is refused with the columns it has; a count that is not there is not known, and
never 0. Moments stay as they are written: they are in the time zone of the Marketo user who exported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from runbook_lib.errors import UsageFault
from runbook_lib.spreadsheets import read_tables, tables_in
from runbook_lib.text import Coded, Message, every_wording, joined, keys_of, say
from runbook_lib.text_files import Table, TableLine, UnreadableText

STATUS_COLUMNS = "sync_column"
ERROR_COLUMNS = "sync_error_column"
"""``message`` is Salesforce's own; an error of a whole job has only Marketo's ``details``."""
FIELD_COLUMNS = "field_name_column"
OBJECT_COLUMNS = "all_objects_column"
COUNTS = ("new", "updated", "deleted", "failed", "skipped")


class Export(StrEnum):
    """The files that the Admin pages export."""

    SYNC_STATUS = "sync-status"
    SYNC_ERRORS = "sync-errors"
    FIELD_NAMES = "field-names"
    ALL_OBJECTS = "all-objects"


_TELLING: Mapping[Export, tuple[str, ...]] = {
    Export.SYNC_STATUS: (f"{STATUS_COLUMNS}.operation",),
    Export.SYNC_ERRORS: (f"{ERROR_COLUMNS}.details", f"{ERROR_COLUMNS}.message"),
    Export.FIELD_NAMES: (f"{FIELD_COLUMNS}.rest_name",),
}
"""Columns that only this one has. Export All Objects, where it has no API names, is known by two together."""


class SyncState(Coded):
    """How a job of Sync Status ended; ``UNKNOWN``: a word that stands in no edition of Marketo's page that we
    know. Source: Marketo, "Salesforce Sync Status"."""

    is_wrong: bool

    SUCCEEDED = "succeeded", False
    FAILED = "failed", True
    INCOMPLETE = "incomplete", True
    IN_PROCESS = "in_process", False
    CLEANED_UP = "cleaned_up", False
    UNKNOWN = "unknown", False


@dataclass(frozen=True)
class SyncJob:
    """One line of Sync Status: what was done to one object in one cycle, and with how many records."""

    started_at: str
    ended_at: str
    object: str
    operation: str
    status: str
    counts: Mapping[str, int | None]
    """Records, by ``new``, ``updated``, ``deleted``, ``failed`` and ``skipped``; ``None``: not known."""

    @property
    def state(self) -> SyncState:
        """What the word under Status means, in whichever language Marketo was shown."""
        return _states().get(_plain(self.status), SyncState.UNKNOWN)


@dataclass(frozen=True)
class SyncError:
    """One line of Sync Errors. ``code``: Salesforce's error code in one of its texts, empty where there is
    none."""

    at: str
    object: str
    record: str
    message: str
    details: str = ""

    @property
    def text(self) -> str:
        """Salesforce's message, or Marketo's details where Salesforce said nothing."""
        return self.message or self.details

    @property
    def texts(self) -> tuple[str, ...]:
        """Whatever was said, Salesforce's message first: of a whole job Marketo's details hold the code."""
        return tuple(filter(None, (self.message, self.details)))

    @property
    def code(self) -> str:
        """``STRING_TOO_LONG`` and the like."""
        match = re.search(r"\b[A-Z][A-Z]+(?:_[A-Z]+)+\b", " ".join(self.texts))
        return match.group() if match else ""


@dataclass(frozen=True)
class FieldName:
    """A field as Field Management exports it: what people call it and what the REST API calls it."""

    label: str
    rest_name: str


def kind_of_export(path: Path, content: bytes | None = None) -> Export:
    """Which of them the file is, by its columns; ``UsageFault`` naming its columns where it is none.
    ``content``: what is to be the file's, where it does not lie there yet."""
    if (kind := _kind_of(table := _table(path, content))) is not None:
        return kind
    missing = [every_wording(keys[0])[0] for keys in _TELLING.values()]
    raise UsageFault(
        say(
            "It is neither Sync Status nor Sync Errors: it lacks the columns {missing}.",
            missing=_quoted(missing),
        ),
        where=str(path),
        why=say("Its columns are: {columns}.", columns=", ".join(table.columns) or "–"),
        fix=say("Export the file again from Marketo's Admin pages and leave its header unchanged."),
    )


def read_sync_status(path: Path) -> tuple[SyncJob, ...]:
    """The lines of an exported Sync Status. ``UsageFault`` where it is none, or a count is no number."""
    jobs = []
    for line, cells in _read(path, STATUS_COLUMNS, (("object",), ("operation",), ("status",))):
        if not cells["object"] and not cells["status"]:
            continue  # a spreadsheet's line of totals names neither
        counts = {name: _count(cells[name], path, line) for name in COUNTS}
        words = {name: cell for name, cell in cells.items() if name not in COUNTS}
        jobs.append(SyncJob(counts=counts, **words))
    return tuple(jobs)


def read_sync_errors(path: Path) -> tuple[SyncError, ...]:
    """The lines of an exported Sync Errors. ``UsageFault`` where it is none."""
    return tuple(SyncError(**cells) for _, cells in _read(path, ERROR_COLUMNS, (("message", "details"),)))


def read_field_names(path: Path) -> tuple[FieldName, ...]:
    """The lines of exported field names. ``UsageFault`` where it is none."""
    return tuple(FieldName(**cells) for _, cells in _read(path, FIELD_COLUMNS, (("rest_name",),)))


def read_labels(path: Path) -> tuple[str, ...]:
    """The friendly labels of exported objects, each as often as it is there. ``UsageFault`` where there are
    none."""
    return tuple(cells["label"] for _, cells in _read(path, OBJECT_COLUMNS, (("label",),)) if cells["label"])


def _read(path: Path, columns: str, required: Sequence[tuple[str, ...]]) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by our names, for each line that holds something.

    ``columns``: the table of ``labels.toml`` that names them. ``required``: of each of these groups, one
    column must be there.
    """
    table = _table(path)
    header = list(map(_plain, table.columns))
    names = [key.partition(".")[2] for key in keys_of(columns)]
    places = {
        name: next((header.index(word) for word in _words(f"{columns}.{name}") if word in header), None)
        for name in names
    }
    absent = [group for group in required if all(places[name] is None for name in group)]
    missing = [every_wording(f"{columns}.{group[0]}")[0] for group in absent]
    if missing:
        raise UsageFault(
            say("The file has no column {missing}.", missing=_quoted(missing)),
            where=str(path),
            why=say("Its columns are: {columns}.", columns=", ".join(table.columns) or "–"),
            fix=say("Export the file again from Marketo's Admin pages and leave its header unchanged."),
        )
    for place in places.values():
        _require_one(table, place, path)
    lines = (line for line in table.lines if not _is_total(line))
    return [(line.number, {name: _cell(line, place) for name, place in places.items()}) for line in lines]


def _require_one(table: Table, place: int | None, path: Path) -> None:
    """Refuses a column that is there twice with different cells: nobody knows which of them counts."""
    if place is None:
        return
    name = _plain(table.columns[place])
    others = [other for other, column in enumerate(table.columns) if _plain(column) == name]
    for line in table.lines:
        if len({_cell(line, other) for other in others}) > 1:
            raise UsageFault(
                say("The column {column} is there {count} times, and its cells differ (line {line}).",
                    column=_quoted([table.columns[place]]), count=len(others), line=line.number),
                where=str(path),
                fix=say("Export the file again from Marketo's Admin pages and leave its header unchanged."),
            )  # fmt: skip


def _cell(line: TableLine, place: int | None) -> str:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


def _is_total(line: TableLine) -> bool:
    """Whether a spreadsheet's sum stands in the line: no export has such a word as the first cell."""
    first = next((cell for cell in line.cells if cell), "")
    return _plain(first) in _words("table.total")


def _kind_of(table: Table) -> Export | None:
    header = set(map(_plain, table.columns))
    for kind, keys in _TELLING.items():
        if header & {word for key in keys for word in _words(key)}:
            return kind
    has_both = all(header & set(_words(f"{OBJECT_COLUMNS}.{name}")) for name in ("label", "type"))
    return Export.ALL_OBJECTS if has_both else None


def _table(path: Path, content: bytes | None = None) -> Table:
    """The table in the file; of a workbook the sheet that is an export, or the first."""
    try:
        tables = read_tables(path) if content is None else tables_in(content)
        return next((table for table in tables if _kind_of(table) is not None), tables[0])
    except FileNotFoundError:
        reason: Message = say("it is not there")
    except UnreadableText as fault:
        reason = fault.reason
    raise UsageFault(
        say("The file cannot be read: {reason}.", reason=reason),
        where=str(path),
        fix=say("Export it again from Marketo's Admin pages, as CSV."),
    )


@cache
def _words(key: str) -> tuple[str, ...]:
    """Every wording of ``key`` as it is compared, the usual ones first."""
    return tuple(map(_plain, every_wording(key)))


@cache
def _states() -> Mapping[str, SyncState]:
    keys = keys_of("sync_state")
    return {word: SyncState(key.partition(".")[2]) for key in keys for word in _words(key)}


def _plain(words: str) -> str:
    """Lower case, without accents and punctuation, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return re.sub(r"\W+", " ", bare).strip().lower()


def _quoted(words: Iterable[str]) -> Message:
    return joined([say("“{word}”", word=word) for word in words], ", ")


_COUNT = re.compile(r"(\d{1,15}|\d{1,3}(?:([.,'’\s\u00a0\u202f])\d{3})(?:\2\d{3}){0,4})(?:[.,]0{1,2})?")
"""Digits, or groups of three with one separator; a spreadsheet may have added a decimal zero or two.
No more digits than a count can have."""


def _count(cell: str, path: Path, line: int) -> int | None:
    """A count as any of the languages writes it, or ``None`` where none is given."""
    if cell in ("", "-", "–"):
        return None
    matched = _COUNT.fullmatch(cell)
    if matched is None:
        raise UsageFault(say("“{cell}” is not a count.", cell=cell), where=f"{path}, line {line}")
    return int(re.sub(r"\D", "", matched[1]))
