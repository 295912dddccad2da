"""What is shown after a proven step: the hand-over, once the sync was started."""

from __future__ import annotations

import pytest

from runbook_lib.guide.views.next_steps import handover_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.review.handover import HANDOVER, When
from runbook_lib.road import ROAD, START_SYNC, VERIFY_SYNC, StepSpec
from runbook_lib.text import translate


@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize(("stop", "is_first_day"), [(START_SYNC, True), (VERIFY_SYNC, False)])
def test_the_hand_over_is_shown(stop: StepSpec, is_first_day: bool, language: str) -> None:
    """After 08 what is due on the first day, after 09 everything else; in the language of the connection."""
    shown = View(language, "", tuple(handover_blocks(stop))).html
    for advice in HANDOVER:
        is_due = (advice.when is When.DAY_1) == is_first_day
        words = translate(advice.why, language)[:30].replace("'", "&#39;")
        assert (words in shown) is is_due, advice.id


def test_before_the_sync_nothing_is_handed_over() -> None:
    """No other step speaks of living with the sync."""
    others = [stop for stop in ROAD if stop not in (START_SYNC, VERIFY_SYNC)]
    assert not any(list(handover_blocks(stop)) for stop in others)
