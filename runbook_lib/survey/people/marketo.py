"""People who are in Marketo already, beside those of Salesforce: looked up by e-mail, or read in bulk.

By e-mail, 300 in a call, only those are found whom Salesforce has too, which is all that is compared. Where
there are so many that reading everybody is cheaper, the bulk lead extract is asked for; a subscription that
lacks it is looked up by e-mail after all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import MarketoRefused
from runbook_lib.survey.people.pages import PageWriter, remove_folder
from runbook_lib.survey.probes.shared_emails import SPACES

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

OBJECT = "Marketo"
YEARS = 10
"""How far back a bulk extract reads."""
_CALLS_OF_A_JOB = 5
_MONTHS_PER_YEAR = 12
_FIRST_CALLS = 2
"""The token and the names of the fields."""
_CALLS_PER_PAGE = 50
"""Look-ups whose answers make one file: at most 50,000 people."""
_TOO_MANY = "1003"
_LACKING = frozenset({"610", "616", "1035", "HTTP_404"})
"""What Marketo answers where the subscription has no bulk extract. Source: its guide, "Error Codes"."""
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
class InMarketo:
    """What was read. ``people``: ``None`` where it would have cost more calls than may be made, ``calls``.

    ``too_many``: e-mails not compared, since more people share them than Marketo tells about in one answer.
    """

    people: int | None
    calls: int
    too_many: int = 0


def forecast_marketo(emails: int) -> int:
    """The most Marketo calls that looking up so many e-mails costs, the cheaper way."""
    from runbook_lib.systems.marketo.client import VALUES_PER_CALL  # lazy: loaded with the reader

    by_email = -(-emails // VALUES_PER_CALL)
    return _FIRST_CALLS + min(by_email, YEARS * _MONTHS_PER_YEAR * _CALLS_OF_A_JOB)


def extract_marketo(reader: MarketoReader, folder: Path, now: datetime, most_calls: int) -> InMarketo:
    """Reads the people in Marketo into ``folder/Marketo``, beside those whom ``folder`` holds already.

    Makes no call where the forecast is more than ``most_calls``. Raises what Marketo refuses.
    """
    remove_folder(folder / OBJECT)
    emails = _count_emails(folder)
    calls = forecast_marketo(emails)
    if calls > most_calls:
        return InMarketo(None, calls)
    names = {str(each["name"]) for each in reader.describe2()["fields"]}
    links = [each for each in _LINKS if each in names]
    fields = {column: name for column, name in _FIELDS.items() if name in names}
    wanted = [*fields.values(), *links]
    linked = " ".join(("coalesce(", ", ".join([*(f'"{each}"' for each in links), "NULL"]), ")::VARCHAR"))
    computed = {"object": f"'{OBJECT}'", "sfdc_id": linked}
    if -(-emails // 300) > YEARS * _MONTHS_PER_YEAR * _CALLS_OF_A_JOB:
        try:
            return _in_bulk(reader, PageWriter(folder / OBJECT, fields, computed, "null"), wanted, now)
        except MarketoRefused as refusal:
            if refusal.code not in _LACKING or _FIRST_CALLS + -(-emails // 300) > most_calls:
                raise
            remove_folder(folder / OBJECT)
    look_up = _LookUp(reader, wanted, spare=most_calls - _FIRST_CALLS - -(-emails // 300))
    return _by_email(look_up, folder, PageWriter(folder / OBJECT, fields, computed))


def _in_bulk(reader: MarketoReader, writer: PageWriter, fields: Sequence[str], now: datetime) -> InMarketo:
    from runbook_lib.systems.marketo.bulk_export import LONGEST_DAYS, export_people  # lazy: rarely asked for

    before, people, end = reader.calls, 0, now
    for number in range(YEARS * _MONTHS_PER_YEAR):
        start = end - timedelta(days=LONGEST_DAYS) + timedelta(seconds=1)
        with writer.draft(number) as file:
            export_people(reader, fields, (start, end), file)
        people += writer.finish(number)
        end = start - timedelta(seconds=1)
    return InMarketo(people, reader.calls - before)


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
            yield [str(each) for (each,) in rows]


def _values(folder: Path) -> dict[str, str]:
    return {"spaces": SPACES, "files": str(folder / "**" / "*.parquet")}


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
