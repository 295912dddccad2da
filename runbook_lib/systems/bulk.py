"""A query of the Bulk API 2.0: a job is made, waited for, and its pages of CSV are read one by one.

By our own hand because simple-salesforce waits five seconds before it first looks, and up to a day after.
Source: Bulk API 2.0 guide, "Query".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runbook_lib.errors import TimedOut
from runbook_lib.systems.salesforce_faults import refusal, translated
from runbook_lib.text import say

if TYPE_CHECKING:
    import requests

    from runbook_lib.systems.salesforce import SalesforceReader

ROWS_PER_PAGE = 50_000
LONGEST_WAIT = 3600.0
"""Seconds of waiting until a job counts as stuck."""
_PAUSES = (0.1, 0.3, 1.0, 2.0, 5.0)
"""Seconds before each look at the job; the last is repeated. Every look costs the org an API call."""


def query(reader: SalesforceReader, soql: str) -> Iterator[dict[str, str]]:
    """The records of ``soql`` as texts. See :meth:`SalesforceReader.bulk_query`."""
    body = {"operation": "query", "query": soql, "columnDelimiter": "COMMA", "lineEnding": "LF"}
    job = str(reader.call("POST", "jobs/query", json=body)["id"])
    _wait(reader, job)
    locator = ""
    while locator != "null":
        page = _page(reader, job, locator)
        # Split by the csv module alone: a text may hold line breaks, also such as str.splitlines() knows.
        yield from csv.DictReader(io.StringIO(page.content.decode(), newline=""))
        locator = page.headers.get("Sforce-Locator", "null")


def _wait(reader: SalesforceReader, job: str) -> None:
    waited, looks = 0.0, 0
    while waited < LONGEST_WAIT:
        seconds = _PAUSES[min(looks, len(_PAUSES) - 1)]
        reader.transport.pause(seconds)
        waited, looks = waited + seconds, looks + 1
        state: dict[str, Any] = reader.call("GET", f"jobs/query/{quote(job, safe='')}")
        if state["state"] == "JobComplete":
            return
        if state["state"] in ("Failed", "Aborted"):
            raise refusal(
                f"JOB_{state['state'].upper()}", state.get("errorMessage") or "", f"jobs/query/{job}"
            )
    raise TimedOut(
        say(
            "Salesforce has not finished a Bulk API query within {minutes} minutes.",
            minutes=round(LONGEST_WAIT / 60),
        ),
        where=f"jobs/query/{job}",
        fix=say("Look under Setup, Bulk Data Load Jobs, what the job waits for; then run again."),
    )


def _page(reader: SalesforceReader, job: str, locator: str) -> requests.Response:
    client = reader.client
    params = {"maxRecords": str(ROWS_PER_PAGE)} | ({"locator": locator} if locator else {})
    url = f"{client.base_url}jobs/query/{job}/results"
    # The library's one call that gives the answer itself; with our session it never logs in anew.
    return translated(
        lambda: client._call_salesforce("GET", url, params=params, headers={"Accept": "text/csv"})
    )
