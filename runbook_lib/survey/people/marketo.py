"""People who are in Marketo already, beside those of Salesforce: looked up by e-mail, or read in bulk.

By e-mail, 300 in a call, only those are found whom Salesforce has too, which is all that is compared. Where
there are so many that reading everybody is cheaper, the bulk lead extract is asked for; a subscription that
lacks it is looked up by e-mail after all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import MarketoRefused
from runbook_lib.survey.people import marketo_bulk
from runbook_lib.survey.people.marketo_bulk import BulkListener, BulkRun
from runbook_lib.survey.people.pages import PageWriter, remove_folder
from runbook_lib.survey.people.sql_text import parquet_files
from runbook_lib.survey.people.state import FILE
from runbook_lib.survey.probes.shared_emails import SPACES
from runbook_lib.systems.marketo.errors import EXPORT_QUOTA, QUEUE_FULL

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

OBJECT = "Marketo"
_FIRST_CALLS = 3
"""The token and, where the instance lacks a field, the call that is refused and the names of those it has."""
_CALLS_PER_PAGE = 50
"""Look-ups whose answers make one file: at most 50,000 people."""
_TOO_MANY = "1003"
_NO_SUCH_FIELD = "1006"
"""Source: Marketo developer guide, "Error Codes"."""
_LACKING = frozenset({"610", "616", "1035", "HTTP_404", EXPORT_QUOTA, QUEUE_FULL})
"""What Marketo answers where the subscription has no bulk extract, or none is to be had today. Source: its
guide, "Error Codes" and "Bulk Extract"."""
_FIELDS = {
    "id": "id",
    "email": "email",
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "company",
    "phone": "phone",
    "country": "country",
    "opted_out": "unsubscribed",
    "created": "createdAt",
    "source": "leadSource",
}
_LINKS = ("sfdcContactId", "sfdcLeadId")


@dataclass(frozen=True)
class _Asked:
    """What is asked of a person. ``fields``: column → field; ``links``: fields that hold Salesforce's Id."""

    fields: Mapping[str, str]
    links: tuple[str, ...]

    @classmethod
    def there(cls, reader: MarketoReader) -> _Asked:
        """What of it the instance has."""
        names = {str(field["name"]) for field in reader.describe2()["fields"]}
        fields = {column: name for column, name in _FIELDS.items() if name in names}
        return cls(fields, tuple(link for link in _LINKS if link in names))

    @property
    def names(self) -> list[str]:
        """The fields to ask for."""
        return [*self.fields.values(), *self.links]

    def writer(self, folder: Path, nothing: str = "") -> PageWriter:
        """Writes pages of it into ``folder``; ``nothing``: how an empty value is written there."""
        linked = " ".join(
            ("coalesce(", ", ".join([*(f'"{link}"' for link in self.links), "NULL"]), ")::VARCHAR")
        )
        return PageWriter(folder, self.fields, {"object": f"'{OBJECT}'", "sfdc_id": linked}, nothing)


_EVERYTHING = _Asked(_FIELDS, _LINKS)
"""What nearly every instance has; one that lacks a field refuses the call and names it, and loses nothing."""


@dataclass(frozen=True)
class InMarketo:
    """What was read. ``people``: ``None`` where it would have cost more calls than may be made, ``calls``.

    ``too_many``: e-mails not compared, since more people share them than Marketo tells about in one answer.
    ``is_everybody``: they were read in bulk, and not only those whose e-mail Salesforce has, too.
    """

    people: int | None
    calls: int
    too_many: int = 0
    is_everybody: bool = False

    @property
    def everybody(self) -> int | None:
        """How many people Marketo has; ``None`` where not all of them were read."""
        return self.people if self.is_everybody else None


def forecast_marketo(emails: int) -> int:
    """The most Marketo calls that looking up so many e-mails costs, the cheaper way."""
    return _FIRST_CALLS + min(_look_ups(emails), _bulk_calls())


def extract_marketo(
    reader: MarketoReader,
    folder: Path,
    now: datetime,
    most_calls: int,
    listener: BulkListener | None = None,
) -> InMarketo:
    """Reads the people in Marketo into ``folder/Marketo``, beside those whom ``folder`` holds already.

    Makes no call where the forecast is more than ``most_calls``. Raises what Marketo refuses. A bulk extract
    that was interrupted waits beside ``folder`` and is gone on with.
    """
    remove_folder(folder / OBJECT)
    emails = _count_emails(folder)
    calls = forecast_marketo(emails)
    if calls > most_calls:
        return InMarketo(None, calls)
    first = reader.calls
    if _look_ups(emails) > _bulk_calls():
        asked = _Asked.there(reader)
        bulk = _Bulk(reader, folder, asked.writer(_waiting(folder), "null"), asked.names)
        try:
            return bulk.read(now, most_calls - _FIRST_CALLS, listener or BulkListener())
        except MarketoRefused as refusal:
            spent = reader.calls - first
            if refusal.code not in _LACKING or _FIRST_CALLS + spent + _look_ups(emails) > most_calls:
                raise
    remove_folder(_waiting(folder))
    spare = most_calls - _FIRST_CALLS - (reader.calls - first) - _look_ups(emails)
    people = _looked_up(reader, folder, spare)
    return replace(people, calls=reader.calls - first)


def _looked_up(reader: MarketoReader, folder: Path, spare: int) -> InMarketo:
    """By e-mail, at first without asking which fields there are."""
    try:
        return _by_email(
            _LookUp(reader, _EVERYTHING.names, spare), folder, _EVERYTHING.writer(folder / OBJECT)
        )
    except MarketoRefused as refusal:
        if refusal.code != _NO_SUCH_FIELD:
            raise
    asked = _Asked.there(reader)
    return _by_email(_LookUp(reader, asked.names, spare), folder, asked.writer(folder / OBJECT))


def _look_ups(emails: int) -> int:
    from runbook_lib.systems.marketo.client import VALUES_PER_CALL  # lazy: loaded with the reader

    return -(-emails // VALUES_PER_CALL)


def _bulk_calls() -> int:
    return marketo_bulk.WINDOWS * marketo_bulk.CALLS_OF_A_JOB


def _waiting(folder: Path) -> Path:
    """Where a bulk extract stands until it is whole: outside the people who are compared."""
    return folder.with_name(f"{folder.name}-marketo")


@dataclass
class _Bulk:
    """A bulk extract into a folder of its own, which becomes ``folder/Marketo`` when it is whole."""

    reader: MarketoReader
    folder: Path
    writer: PageWriter
    fields: Sequence[str]

    def read(self, now: datetime, most: int, listener: BulkListener) -> InMarketo:
        """Goes on with what was interrupted, or begins anew."""
        before, waiting, instance = self.reader.calls, self.writer.folder, self.reader.instance
        state = marketo_bulk.state_of(waiting, instance, self.fields, now)
        if state is None:
            waiting.mkdir(parents=True, mode=0o700)
            windows = marketo_bulk.windows_until(now, marketo_bulk.WINDOWS)
            state = marketo_bulk.BulkState(instance, tuple(self.fields), now, windows)
        missing = sum(not window.is_done for window in state.windows)
        promised = min(most, missing * marketo_bulk.CALLS_OF_A_JOB)
        listener.forecast(missing, promised)
        people = BulkRun(self.reader, self.writer, state, promised, listener).run()
        (waiting / FILE).unlink()
        waiting.replace(self.folder / OBJECT)
        return InMarketo(people, self.reader.calls - before, is_everybody=True)


@dataclass
class _LookUp:
    """Look-ups by e-mail. ``spare``: calls that may be made beyond one for each batch."""

    reader: MarketoReader
    fields: Sequence[str]
    spare: int
    too_many: int = 0

    def people(self, emails: Sequence[str]) -> list[dict[str, Any]]:
        """The people with these e-mails; where they are too many for one answer, in halves."""
        try:
            return self.reader.leads("email", emails, self.fields)
        except MarketoRefused as refusal:
            if refusal.code != _TOO_MANY:
                raise
        if len(emails) == 1 or self.spare < len(_HALVES):
            self.too_many += len(emails)
            return []
        self.spare -= len(_HALVES)
        middle = len(emails) // 2
        return [row for half in _HALVES for row in self.people(emails[half(middle)])]


_HALVES: tuple[Callable[[int], slice], ...] = (
    lambda middle: slice(middle),
    lambda middle: slice(middle, None),
)


def _by_email(look_up: _LookUp, folder: Path, writer: PageWriter) -> InMarketo:
    before, people, number = look_up.reader.calls, 0, 0
    rows: list[dict[str, Any]] = []
    for batch, emails in enumerate(_batches(folder), start=1):
        rows += look_up.people(emails)
        if batch % _CALLS_PER_PAGE == 0:
            people += writer.write(number, _csv(look_up.fields, rows))
            rows, number = [], number + 1
    people += writer.write(number, _csv(look_up.fields, rows))
    return InMarketo(people, look_up.reader.calls - before, look_up.too_many)


_EMAILS = """
SELECT DISTINCT lower(trim(email, $spaces)) AS address FROM read_parquet($files, union_by_name = true)
WHERE address <> '' AND NOT contains(address, ',') AND object <> 'Marketo'
"""
"""Addresses with a comma, which Marketo would take for two, cannot be asked for."""


def _count_emails(folder: Path) -> int:
    import duckdb  # lazy: only reading people needs it

    with duckdb.connect() as engine:
        counted = engine.execute(f"SELECT count(*) FROM ({_EMAILS})", _values(folder)).fetchone()  # noqa: S608 - our own text
    return int(counted[0]) if counted else 0


def _batches(folder: Path) -> Iterator[list[str]]:
    import duckdb  # lazy: only reading people needs it

    from runbook_lib.systems.marketo.client import VALUES_PER_CALL  # lazy: loaded with the reader

    with duckdb.connect() as engine:
        answer = engine.execute(_EMAILS, _values(folder))
        while rows := answer.fetchmany(VALUES_PER_CALL):
            yield [str(value) for (value,) in rows]


def _values(folder: Path) -> dict[str, Any]:
    return {"spaces": SPACES, "files": parquet_files(folder)}


def _csv(fields: Sequence[str], rows: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(fields)
    writer.writerows([_cell(row.get(name)) for name in fields] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
