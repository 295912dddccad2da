"""The hand-over: every row says when, what, why and where it stands written."""

from __future__ import annotations

import pytest

from runbook_lib.review.handover import HANDOVER, Advice, When, due


@pytest.mark.parametrize("advice", HANDOVER, ids=lambda advice: advice.id)
def test_a_row_is_whole(advice: Advice) -> None:
    """It has a moment with a word, something to do, a reason and a source, and says it in a sentence."""
    assert advice.when.word and advice.source
    assert str(advice.what).endswith(".") and str(advice.why).endswith(".")


def test_each_row_is_there_once() -> None:
    """Ids are unique, and every row is due at one of the four moments."""
    assert len({advice.id for advice in HANDOVER}) == len(HANDOVER)
    assert sorted(advice.id for advice in due(*When)) == sorted(advice.id for advice in HANDOVER)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("queues", "lead queue"), ("campaign-members", "members"), ("activities-off", "three months"),
        ("custom-objects", "two levels"), ("new-fields", "permanently"), ("type-changes", "deletes values"),
        ("deletions", "SFDC Is Deleted"), ("conversions", "new account"), ("disable-sync", "flow steps"),
        ("hide-in-marketo", "Hide Field"), ("default-names", "validation rules"),
        ("unsubscribed", "Unsubscribed"), ("sync-errors", "five days"), ("reset-schema", "mappings"),
    ],
)  # fmt: skip
def test_what_users_suffer_is_told(name: str, words: str) -> None:
    """Each pain that cannot be measured before the click has its row, with a word that people know it by."""
    (advice,) = (advice for advice in HANDOVER if advice.id == name)
    assert words in f"{advice.what} {advice.why}"
