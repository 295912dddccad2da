"""The picture of duplicates counts as the comparison does."""

from __future__ import annotations

from runbook_lib.pictures.model import UNKNOWN
from runbook_lib.review.pictures.duplicates import by_kind, counted_by
from runbook_lib.survey.snapshot import DuplicateCounts
from runbook_lib.text import say


def test_of_each_group_one_is_enough() -> None:
    """Groups, and the records beyond one for each, together are the records in groups."""
    counts = DuplicateCounts(900, 10, {"lead": 3, "contact": 0, "marketo": 2}, {"lead": 8, "contact": 0})
    picture = by_kind(counts)
    assert [row[1:] for row in picture.table.rows] == [(3, 5, 8), (0, 0, 0), (0, 0, 0), (2, UNKNOWN, UNKNOWN)]
    assert "900" in str(picture.about)


def test_no_name_is_a_name_too() -> None:
    """Records without a source are told as such, and are not lost."""
    picture = counted_by(say("by source"), say("Source"), {"Web": 4, "": 2}, {})
    assert [(str(name), count) for name, count in picture.table.rows] == [("Web", 4), ("none", 2)]
