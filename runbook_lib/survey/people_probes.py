"""What is asked about records: how many there are, and who shares an e-mail.

Calls of Salesforce: ten counts two; e-mails one to count and at most two pages per object where there
are few people, else one Bulk API job per object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.asking import NOT_FOR_HIM, unknown
from runbook_lib.survey.emails import count_duplicates
from runbook_lib.survey.requirements import SYNCED_OBJECTS
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from runbook_lib.systems.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce import SalesforceReader

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


def _emails(reader: SalesforceReader, object_name: str, total: int) -> Iterator[str | None]:
    query = _filled(_EMAILS[object_name])
    if total <= FEW_PEOPLE:
        yield from (row["Email"] for row in reader.query(query))
    else:
        yield from (row["Email"] for row in reader.bulk_query(query))


def _filled(template: str) -> str:
    return soql(template, no=False) if "{no}" in template else template
