"""The line above a beat while it runs."""

from __future__ import annotations

from runbook_lib.guide.engine.screens import Screens
from runbook_lib.text import say


def line(screens: Screens) -> str:
    """What the screen of Look says now."""
    return str(screens.screen("look").line.text)


def test_a_long_look_says_how_far_it_is() -> None:
    """Answers of the first moment are not told; later ones are counted, all of them, every three seconds."""
    now = [0.0]
    screens = Screens("en", lambda: now[0])
    screens.stand_here("look")
    screens.begin("look")
    for _ in range(5):
        screens.answered()
    assert line(screens) == "Both systems are being looked at …"
    now[0] += 4
    screens.answered()
    assert line(screens).endswith("6 answers read in 4 seconds …")
    screens.answered()
    assert line(screens).endswith("6 answers read in 4 seconds …")
    now[0] += 3
    screens.answered()
    assert line(screens).endswith("8 answers read in 7 seconds …")


def test_who_says_more_is_not_talked_over() -> None:
    """What a beat tells by itself, such as how many seconds are left, stays until it tells something else."""
    now = [0.0]
    screens = Screens("de", lambda: now[0])
    screens.stand_here("look")
    screens.begin("look")
    screens.tell(say("Recorded."))
    said = line(screens)
    now[0] += 60
    screens.answered()
    assert line(screens) == said
    screens.begin("look")
    now[0] += 60
    screens.answered()
    assert line(screens) != said
