"""People of one object where they are few: a query gives them all, where a Bulk API job costs three calls."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.people.columns import PeopleQuery

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

MOST = 2_000
"""Rows of one answer to a query. Source: REST API guide, "Query"."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+)\+0000")
"""How REST writes a moment; the Bulk API writes a Z in place of +0000."""


def csv_of(reader: SalesforceReader, source: PeopleQuery) -> bytes:
    """What the Bulk API would give for the query: its CSV, with a header line."""
    (answer,) = reader.composite_queries([source.soql])
    if isinstance(answer, Exception):
        raise answer
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(source.fields.values())
    writer.writerows([_text(record, path) for path in source.fields.values()] for record in answer.records)
    return text.getvalue().encode()


def _text(record: Mapping[str, Any], path: str) -> str:
    """The value of a field, which may be one of a parent, as the Bulk API writes it; nothing for null."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    match = _MOMENT.fullmatch(text)
    return f"{match[1]}Z" if match else text
