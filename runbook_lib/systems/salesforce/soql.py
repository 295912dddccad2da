"""Quoting for SOQL, in one place: no other module builds a query from values."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any, Self

_CONTROL = re.compile(r"[\x00-\x07\x0b\x0e-\x1f]")


def soql(template: str, /, **values: Any) -> str:
    """``template`` with every ``{name}`` filled by a quoted SOQL literal.

    Takes texts, booleans, ``None``, whole and decimal numbers, dates, datetimes with a time zone, and lists,
    tuples or sets of these. Names of fields and objects are not values: check them against a describe.
    Raises :class:`ValueError` for any other type, for an empty list, a control character, a gap with a format
    of its own, and for a name that is missing or not used.
    Source: SOQL reference, "Quoted String Escape Sequences" and "Date Formats and Date Literals".
    """
    from simple_salesforce.format import format_soql  # lazy: simple-salesforce loads its SOAP library with it

    gaps = set()
    for _, name, form, conversion in Formatter().parse(template):
        if form or conversion:
            raise ValueError(f"the gap {name!r} has a format of its own, which would not be quoted")
        if name is not None:
            gaps.add(name)
    if gaps != set(values):
        raise ValueError(f"gaps and values differ: {sorted(gaps ^ set(values))}")
    return str(format_soql(template, **{name: _check(value) for name, value in values.items()}))


def _check(value: Any) -> Any:
    """The value as the library takes it; what it would quote wrongly is refused here."""
    match value:
        case list() | tuple() | set() | frozenset():
            if not value:
                raise ValueError("an empty list matches nothing, and SOQL has no way to write it")
            return [_check_member(member) for member in value]
        case _:
            return _check_member(value)


def _check_member(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            if _CONTROL.search(value):
                raise ValueError("a control character cannot be written in SOQL")
            return str(value)
        case float() | Decimal():
            if not math.isfinite(value):
                raise ValueError("not a finite number")
            return _Number(f"{Decimal(str(value)):f}")
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a datetime without a time zone")
            return value
        case date():
            return value
        case _:
            raise ValueError(f"SOQL has no literal for {type(value).__name__}")


class _Number(float):
    """A decimal number that keeps its digits: ``str(float)`` would write 1e-07, which SOQL does not know."""

    def __new__(cls, digits: str) -> Self:
        number = super().__new__(cls, digits)
        number._digits = digits
        return number

    def __str__(self) -> str:
        return self._digits

    _digits: str
