"""Extracts of people that a test names one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from runbook_lib.survey.people.columns import COLUMNS
from runbook_lib.survey.people.pages import PageWriter

Person = dict[str, str]


def person(number: str, email: str, **more: str) -> Person:
    """One person as a page of CSV tells about them."""
    return {"id": number, "email": email, "created": "2020-01-01T00:00:00.000Z", **more}


def people(folder: Path, **objects: Sequence[Person]) -> Path:
    """An extract with these people, by object."""
    own = {column for rows in objects.values() for row in rows for column in row if column.startswith("x_")}
    fields = [*(column for column in COLUMNS if column != "object"), *sorted(own)]
    for name, rows in objects.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, fields, restval="", lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
        columns = {field: field for field in fields}
        PageWriter(folder / name, columns, {"object": f"'{name}'"}).write(0, text.getvalue().encode())
    return folder
