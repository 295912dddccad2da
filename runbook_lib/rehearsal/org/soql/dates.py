"""The date words of SOQL (TODAY, LAST_N_DAYS:30 …) as spans of time.

Source: SOQL and SOSL Reference, "Date Formats and Date Literals". The rehearsal's users live in UTC, and
weeks start on Sunday as in the locale en_US.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from runbook_lib.rehearsal.org.faults import malformed_query, not_imitated
from runbook_lib.rehearsal.org.soql.not_imitated import DATES

Span = tuple[date, date]
"""First day, and the day after the last."""


def span_of(word: str, today: date) -> Span:
    """The span that a date word means today; OrgFault MALFORMED_QUERY for an unknown word."""
    name, _, count = word.partition(":")
    if count and name in COUNTED:
        return COUNTED[name](today, int(count))
    if not count and name in PLAIN:
        return PLAIN[name](today)
    if DATES.fullmatch(name):
        raise not_imitated(f"the date literal {name} in SOQL")
    raise malformed_query(f"unexpected token: '{word}'")


def _day(offset: int) -> Callable[[date], Span]:
    return lambda today: (today + timedelta(offset), today + timedelta(offset + 1))


def _week(offset: int) -> Callable[[date], Span]:
    def span(today: date) -> Span:
        sunday = today - timedelta((today.weekday() + 1) % 7) + timedelta(7 * offset)
        return sunday, sunday + timedelta(7)

    return span


def _month_start(day: date, offset: int) -> date:
    months = day.year * 12 + day.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def _months(first: int, count: int, *, per: int = 1) -> Callable[[date], Span]:
    """`count` periods of `per` months, the first of them `first` periods from the present one."""

    def span(today: date) -> Span:
        start = _month_start(today, -((today.month - 1) % per) + first * per)
        return start, _month_start(start, count * per)

    return span


PLAIN: dict[str, Callable[[date], Span]] = {
    "YESTERDAY": _day(-1),
    "TODAY": _day(0),
    "TOMORROW": _day(1),
    "LAST_WEEK": _week(-1),
    "THIS_WEEK": _week(0),
    "NEXT_WEEK": _week(1),
    "LAST_MONTH": _months(-1, 1),
    "THIS_MONTH": _months(0, 1),
    "NEXT_MONTH": _months(1, 1),
    "LAST_QUARTER": _months(-1, 1, per=3),
    "THIS_QUARTER": _months(0, 1, per=3),
    "NEXT_QUARTER": _months(1, 1, per=3),
    "LAST_YEAR": _months(-1, 1, per=12),
    "THIS_YEAR": _months(0, 1, per=12),
    "NEXT_YEAR": _months(1, 1, per=12),
    "LAST_90_DAYS": lambda today: (today - timedelta(90), today + timedelta(1)),
    "NEXT_90_DAYS": lambda today: (today + timedelta(1), today + timedelta(91)),
}
COUNTED: dict[str, Callable[[date, int], Span]] = {
    "LAST_N_DAYS": lambda today, n: (today - timedelta(n), today + timedelta(1)),
    "NEXT_N_DAYS": lambda today, n: (today + timedelta(1), today + timedelta(n + 1)),
    "N_DAYS_AGO": lambda today, n: _day(-n)(today),
    "LAST_N_WEEKS": lambda today, n: (_week(-n)(today)[0], _week(0)(today)[0]),
    "NEXT_N_WEEKS": lambda today, n: (_week(1)(today)[0], _week(n + 1)(today)[0]),
    "LAST_N_MONTHS": lambda today, n: _months(-n, n)(today),
    "NEXT_N_MONTHS": lambda today, n: _months(1, n)(today),
    "LAST_N_QUARTERS": lambda today, n: _months(-n, n, per=3)(today),
    "NEXT_N_QUARTERS": lambda today, n: _months(1, n, per=3)(today),
    "LAST_N_YEARS": lambda today, n: _months(-n, n, per=12)(today),
    "NEXT_N_YEARS": lambda today, n: _months(1, n, per=12)(today),
}
