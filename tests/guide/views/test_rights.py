"""What the sync user's own login shows of their rights."""

from __future__ import annotations

from dataclasses import replace

from runbook_lib.guide.views.rights import confirmed_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.review.rights_matrix import Held, RightKind, RightLine
from runbook_lib.text import say

LINE = RightLine(RightKind.FIELD, "Lead.Email", "Lead.Email", say("Read"), Held.YES)


def told(*lines: RightLine) -> str:
    """What 04 says of these rights."""
    return View("en", "", tuple(confirmed_blocks(lines))).plain


def test_all_of_them_are_no_number() -> None:
    """02 counts the fields of an object that nobody reads yet as one, 04 each: two totals would not fit."""
    assert "holds every right" in told(LINE, LINE) and "2" not in told(LINE, LINE)
    assert "1 of the 2 rights" in told(LINE, replace(LINE, held=Held.NO))
