"""What is asked about records: how many there are, who shares an e-mail, and who has arrived in Marketo.

Calls of Salesforce: ten counts two; e-mails one to count and at most two pages per object where there
are few people, else one Bulk API job per object; the sample for Marketo one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.asking import NOT_FOR_HIM, unknown
from runbook_lib.survey.emails import count_duplicates
from runbook_lib.survey.requirements import SYNCED_OBJECTS
from runbook_lib.survey.snapshot import DuplicateCounts, PeopleSeen, Unknown
from runbook_lib.systems.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.marketo import MarketoReader
    from runbook_lib.systems.salesforce import SalesforceReader

SAMPLE = 100
"""People of each kind that are looked up in Marketo."""
FEW_PEOPLE = 4000
"""Up to so many people of one kind are read page by page (2,000 a call), more by a Bulk API job."""
_COUNT = {
    "Lead": "SELECT COUNT() FROM Lead WHERE IsConverted = {no}",
    "Contact": "SELECT COUNT() FROM Contact",
}
_EMAILS = {
    "Lead": "SELECT Id, Email FROM Lead WHERE IsConverted = {no}",
    "Contact": "SELECT Id, Email FROM Contact",
}
_SAMPLE = {
    "Lead": "SELECT Id FROM Lead WHERE IsConverted = {no} ORDER BY Id LIMIT {most}",
    "Contact": "SELECT Id FROM Contact ORDER BY Id LIMIT {most}",
}
_ID_FIELDS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}


def count_rows(reader: SalesforceReader) -> dict[str, int] | Unknown:
    """Object → number of records this user sees; an object he may not read has none. Two calls."""
    answers = reader.composite_queries([" ".join(("SELECT COUNT() FROM", name)) for name in SYNCED_OBJECTS])
    counts: dict[str, int] = {}
    for name, answer in zip(SYNCED_OBJECTS, answers, strict=True):
        if isinstance(answer, SystemRefused):
            if answer.code not in NOT_FOR_HIM:
                return unknown(answer)
            counts[name] = 0
        else:
            counts[name] = answer.total
    return counts


def shared_emails(reader: SalesforceReader) -> DuplicateCounts:
    """How many people share an e-mail; the e-mails are forgotten at once."""
    totals = []
    for answer in reader.composite_queries([_filled(template) for template in _COUNT.values()]):
        if isinstance(answer, SystemRefused):
            raise answer
        totals.append(answer.total)
    return count_duplicates(
        {name: _emails(reader, name, total) for name, total in zip(_COUNT, totals, strict=True)}
    )


def people_seen(reader: SalesforceReader, marketo: MarketoReader) -> tuple[PeopleSeen, ...] | Unknown:
    """A sample of the leads and contacts the user of ``reader`` sees, looked up in Marketo by their Ids.

    The same people each time as long as none of them is deleted: those with the lowest Ids.
    """
    queries = [_filled(template) for template in _SAMPLE.values()]
    seen = []
    for name, answer in zip(_SAMPLE, reader.composite_queries(queries), strict=True):
        if isinstance(answer, SystemRefused):
            return unknown(answer)
        ids = [str(row["Id"]) for row in answer.records]
        seen.append(_look_up(marketo, name, ids))
    return tuple(seen)


def _look_up(marketo: MarketoReader, object_name: str, ids: list[str]) -> PeopleSeen:
    field = _ID_FIELDS[object_name]
    rows = marketo.leads(field, ids, ["id", field]) if ids else []
    there = {str(row.get(field) or "")[:15] for row in rows}
    missing = tuple(each for each in ids if each[:15] not in there)
    return PeopleSeen(object_name, sampled=len(ids), found=len(ids) - len(missing), missing=missing)


def _emails(reader: SalesforceReader, object_name: str, total: int) -> Iterator[str | None]:
    query = _filled(_EMAILS[object_name])
    if total <= FEW_PEOPLE:
        yield from (row["Email"] for row in reader.query(query))
    else:
        yield from (row["Email"] for row in reader.bulk_query(query))


def _filled(template: str) -> str:
    values = {"no": False, "most": SAMPLE}
    return soql(template, **{name: value for name, value in values.items() if f"{{{name}}}" in template})
