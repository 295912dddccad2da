"""Quoting for SOQL, in one place: no other module builds a query from values."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def soql(template: str, /, **values: Any) -> str:
    """``template`` with every ``{name}`` filled by a quoted SOQL literal.

    Takes texts, booleans, ``None``, whole and decimal numbers, dates, datetimes with a time zone, and lists,
    tuples or sets of these. Names of fields and objects are not values: check them against a describe.
    Raises :class:`ValueError` for any other type, for an empty list, an unknown or unused name.
    Source: SOQL reference, "Quoted String Escape Sequences" and "Date Formats and Date Literals".
    """
    from simple_salesforce.format import format_soql  # lazy: simple-salesforce loads its SOAP library with it

    raise NotImplementedError(format_soql, datetime)
