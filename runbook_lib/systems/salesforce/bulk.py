"""A query of the Bulk API 2.0: a job is made, waited for, and its pages of CSV are read one by one.

By our own hand because simple-salesforce waits five seconds before it first looks, and up to a day after.
Source: Bulk API 2.0 guide, "Query".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from runbook_lib.errors import TimedOut
from runbook_lib.systems.salesforce.errors import refusal, translated
from runbook_lib.systems.salesforce.shapes import member
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

API = "Bulk API"
ROWS_PER_PAGE = 50_000
LOOKS = 40
"""Looks at a job until it counts as stuck: half an hour. Every look costs the org an API call."""
_PAUSES = (0.1, 0.3, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before each look at the job; the last is repeated."""


@dataclass(frozen=True)
class Page:
    """One page of a result: CSV with its header line. ``locator``: of the page after it, empty at the end."""

    content: bytes
    rows: int
    locator: str


def start(reader: SalesforceReader, soql: str) -> str:
    """Makes the job of a query; its id, by which its pages can be read for seven days."""
    body = {"operation": "query", "query": soql, "columnDelimiter": "COMMA", "lineEnding": "LF"}
    made = reader.of_one_api(API, lambda: reader.call("POST", "jobs/query", json=body))
    return member(made, "id", str, "jobs/query")


def wait(reader: SalesforceReader, job: str) -> int:
    """Waits until the job is complete; the number of its records. ``TimedOut`` after half an hour."""
    waited = 0.0
    for look in range(LOOKS):
        seconds = _PAUSES[min(look, len(_PAUSES) - 1)]
        reader.transport.pause(seconds)
        waited += seconds
        where = f"jobs/query/{quote(job, safe='')}"
        status = reader.of_one_api(API, partial(reader.call, "GET", where))
        state = member(status, "state", str, where)
        if state == "JobComplete":
            return member({"count": status.get("numberRecordsProcessed") or 0}, "count", int, where)
        if state in ("Failed", "Aborted"):
            raise refusal(f"JOB_{state.upper()}", str(status.get("errorMessage") or ""), where)
    raise TimedOut(
        say(
            "Salesforce has not finished a Bulk API query within {minutes} minutes.",
            minutes=round(waited / 60),
        ),
        where=f"jobs/query/{job}",
        fix=say("Check under Setup, Bulk Data Load Jobs, what the job is waiting for; then run again."),
    )


def read_page(reader: SalesforceReader, job: str, locator: str, most: int = 0) -> Page:
    """The page at ``locator`` (empty: the first) of a job that is complete, with ``most`` rows."""
    client = reader.client
    params = {"maxRecords": str(most or ROWS_PER_PAGE)} | ({"locator": locator} if locator else {})
    url = f"{client.base_url}jobs/query/{job}/results"
    # The library's one call that gives the answer itself; with our session it never logs in anew.
    read = partial(client._call_salesforce, "GET", url, params=params, headers={"Accept": "text/csv"})
    answer = translated(read)
    following = answer.headers.get("Sforce-Locator", "null")
    count = answer.headers.get("Sforce-NumberOfRecords", "")
    rows = int(count) if count.isascii() and count.isdigit() else -1
    return Page(answer.content, rows, "" if following == "null" else following)
