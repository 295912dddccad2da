"""Moments and counts on the console's pages are in the reader's form; an Id is no number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
import requests
from lxml import html

from runbook_lib.rehearsal.console.locales import cell, moment
from runbook_lib.rehearsal.console.wording import Words
from runbook_lib.rehearsal.instance import Instance

AT = datetime(2026, 9, 2, 14, 5, 9)
MOMENTS = {
    "en": ("Sep 2, 2026, 14:05:09", r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d\d:\d\d:\d\d"),
    "de": ("02.09.2026, 14:05:09", r"\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d"),
    "es": ("2 sept 2026, 14:05:09", r"\d{1,2} [a-z]{3,4} \d{4}, \d\d:\d\d:\d\d"),
}


@pytest.mark.parametrize("language", MOMENTS)
def test_a_cell_is_written_by_its_column(language: str) -> None:
    """Moments and counts are written by the language; a Marketo Id keeps its digits, a word its letters."""
    thousands = {"en": "12,345", "de": "12.345", "es": "12.345"}[language]
    assert moment(AT, language) == cell("2026-09-02 14:05:09", "Failed On", language) == MOMENTS[language][0]
    assert cell("12345", "New", language) == thousands
    assert cell("12345", "Marketo Id", language) == "12345"
    assert cell("Pull updates", "Operation", language) == "Pull updates"
    assert thousands in Words(language)("tables.latest", rows=12345)


@pytest.mark.parametrize("language", MOMENTS)
def test_pages_write_no_machine_moments(
    reading: Callable[[str], tuple[Instance, str]], language: str
) -> None:
    """The status and both moments of each row of Sync Status are in the reader's form; ISO stays where
    programs read: in `datetime` and in the export."""
    root = reading("linked")[1]
    answer = requests.get(f"{root}/console/sync-status?lang={language}", timeout=60)
    page = html.document_fromstring(answer.text)
    shown = [page.xpath("string(//*[@role='status']/time)").removesuffix(" UTC")]
    shown += page.xpath("//tbody/tr/td[position() <= 2]/text()")
    assert len(shown) > 10
    assert [text for text in shown if not re.fullmatch(MOMENTS[language][1], text)] == []
    assert datetime.fromisoformat(page.xpath("string(//time/@datetime)"))
    export = requests.get(f"{root}/console/sync-status.csv", timeout=60).text
    assert re.search(r"^\d{4}-\d\d-\d\d ", export, re.M)
