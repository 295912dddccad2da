"""What the review offers about duplicates is the counting of the survey."""

from __future__ import annotations

from runbook_lib.review.duplicates import KINDS, count_duplicates, normalised_email


def test_the_review_s_door() -> None:
    """Counting, normalising and the kinds are reached by this name."""
    counts = count_duplicates({"Lead": [(" A@b.c", None)], "Contact": [(normalised_email("a@B.c "), None)]})
    assert counts.groups == dict.fromkeys(KINDS, 0) | {"across": 1}
