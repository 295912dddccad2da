"""What is asked about records: how many there are, and who shares an e-mail.

Calls of Salesforce: ten counts two; e-mails one to count and at most six where there are few people, else an
extract (see :mod:`runbook_lib.survey.people.extract`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.private_folder import private_folder
from runbook_lib.survey.people.columns import OPT_OUT, PEOPLE, people_query
from runbook_lib.survey.people.counting import count_people
from runbook_lib.survey.people.extract import count_each, extract_people
from runbook_lib.survey.probes.query import NOT_FOR_HIM, Question, ask, unknown
from runbook_lib.survey.probes.shared_emails import Person, count_duplicates
from runbook_lib.survey.requirements import SYNCED_OBJECTS
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

FEW_PEOPLE = 4000
"""Up to so many people of one kind are read page by page (2,000 a call), more by a Bulk API job."""


def count_rows(reader: SalesforceReader) -> dict[str, int] | Unknown:
    """Object → number of records this user sees; an object they may not read has none. Two calls."""
    answers = reader.composite_queries(row_counts())
    counts: dict[str, int] = {}
    for name, answer in zip(SYNCED_OBJECTS, answers, strict=True):
        if isinstance(answer, SystemRefused):
            if answer.code not in NOT_FOR_HIM:
                return unknown(answer)
            counts[name] = 0
        else:
            counts[name] = answer.total
    return counts


def row_counts() -> list[str]:
    """The queries of :func:`count_rows`."""
    return [" ".join(("SELECT COUNT() FROM", name)) for name in SYNCED_OBJECTS]


def shared_emails(reader: SalesforceReader, most: int | None = None) -> DuplicateCounts | Unknown:
    """How many people share an e-mail; the e-mails are forgotten at once.

    ``most``: how many there are of one kind at most, where somebody counted them; else that is asked first.
    """
    if (max(count_each(reader).values()) if most is None else most) <= FEW_PEOPLE:
        return _few(reader)
    with private_folder() as folder:
        extract_people(reader, folder / "people", datetime.now(UTC))
        return count_people(folder / "people")


def _few(reader: SalesforceReader) -> DuplicateCounts | Unknown:
    """By e-mail and opt-out of each; where the opt-out is not visible, by the e-mail alone."""
    questions = [
        Question(name, people_query(name, ("Id", "Email", OPT_OUT)), young=(OPT_OUT,)) for name in PEOPLE
    ]
    answers = ask(reader, questions)
    people: dict[str, Iterator[Person]] = {}
    for name, rows in answers.items():
        if isinstance(rows, Unknown):
            return rows
        people[name] = ((row["Email"], row.get(OPT_OUT)) for row in rows)
    return count_duplicates(people)
