"""Moments and numbers as the reader of a page writes them; the exported files keep Marketo's own form.

Source of the forms: Unicode CLDR, dateFormats medium; 24 hours, so that no half of a day is missed.
"""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from runbook_lib.rehearsal.instance.sync.log import COUNT_COLUMNS, MOMENT_COLUMNS


def moment(at: datetime, language: str) -> str:
    """``02.09.2026, 14:05:09``, ``Sep 2, 2026, 14:05:09``; the page says that it is UTC."""
    return f"{format_date(at, 'medium', locale=language)}, {at:%H:%M:%S}"


def number(count: int, language: str) -> str:
    """``1.234``, ``1,234``."""
    return str(format_decimal(count, locale=language))


def cell(text: str, column: str, language: str) -> str:
    """A cell of Sync Status or Sync Errors: moments and counts by language; an Id is no number."""
    if column in MOMENT_COLUMNS:
        return moment(datetime.fromisoformat(text), language)
    return number(int(text), language) if column in COUNT_COLUMNS else text
