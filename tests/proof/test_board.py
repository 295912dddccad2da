"""The board is pure data: how far one is, where to go on, how long the rest takes, in words."""

from __future__ import annotations

from math import ceil

import pytest

from runbook_lib.guide.views.board import board_block
from runbook_lib.proof.board import Board, BoardState, BoardStep, lasted, notes_of, told_so_far, took
from runbook_lib.review.findings import Who
from runbook_lib.road import ROAD, SYNC_FIELDS, WATCH


def board(proven: int, state: str = BoardState.OPEN) -> Board:
    """So many steps proven, the one after them in ``state``, the rest not begun."""
    states = [BoardState.PROVEN] * proven + [state] + [BoardState.OPEN] * len(ROAD)
    return Board(tuple(BoardStep(spec, state) for spec, state in zip(ROAD, states, strict=False)))


def test_the_first_step_that_is_not_proven_is_the_one_to_go_on_with() -> None:
    """A later proof does not move it; a lapsed one brings it back."""
    assert board(5).here == BoardStep(SYNC_FIELDS, BoardState.OPEN)
    lapsed = Board((BoardStep(ROAD[0], BoardState.CHANGED), *board(11).steps[1:]))
    assert lapsed.here is lapsed.steps[0] and lapsed.proven == len(ROAD) - 1
    assert board(len(ROAD)).here is None


def test_the_rest_takes_the_minutes_of_its_steps() -> None:
    """Nothing is left at the end; before, each open step adds its own."""
    assert str(told_so_far(board(len(ROAD)))) == "All 11 steps are proven."
    left = WATCH.briefing.minutes
    assert str(told_so_far(board(10))).endswith(f"about {left} minutes by hand.")
    assert board(0).minutes_left == sum(spec.briefing.minutes for spec in ROAD) > left


@pytest.mark.parametrize(("times", "pace"), [(2.0, 2.0), (0.5, 0.5), (500, 3.0), (0.001, 1 / 3)])
def test_the_rest_takes_what_the_steps_so_far_took(times: float, pace: float) -> None:
    """Who is slower than the rule is told so; a night in between, or a program, is no pace. What the board
    says of each step adds up to what it says of the rest."""
    spec = ROAD[0]
    first = BoardStep(spec, BoardState.PROVEN, seconds=times * spec.briefing.minutes * 60)
    rest = [BoardStep(spec, BoardState.OPEN) for spec in ROAD[1:]]
    walked = Board((first, *rest))
    assert walked.pace == pytest.approx(pace)
    assert walked.minutes_left == sum(ceil(pace * step.spec.briefing.minutes) for step in rest)
    facts = [fact for stop in board_block(walked).stops for fact in stop.facts]
    takes = [str(text).replace("one", "1").split()[0] for name, text in facts if str(name) == "takes"]
    assert len(takes) == len(rest) and sum(map(int, takes)) == walked.minutes_left


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(3, "less than a minute"), (61, "one minute"), (600, "10 minutes"), (7300, "2 hours")],
)
def test_time_is_told_in_the_unit_people_use(seconds: float, told: str) -> None:
    """Nobody wants to read 7,300 seconds."""
    assert str(took(seconds)) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.6, "one second"), (89.6, "90 seconds"), (1626.9, "27 minutes"), (9000.0, "2 hours")],
)
def test_what_lasted_long_is_told_in_minutes(seconds: float, told: str) -> None:
    """The report says 27 minutes, not 1,626.9 seconds."""
    assert str(lasted(seconds)) == told


def test_an_outcome_of_a_later_edition_is_shown_by_its_name() -> None:
    """It is a stop, never in order."""
    step = BoardStep(WATCH, "postponed", "2026-11-22T00:00:00+00:00", who=Who.SUPPORT)
    assert (step.tone, step.word, step.is_proven) == ("stop", "postponed", False)
    assert [str(note) for note in notes_of(step)] == ["postponed", "waits for the vendor's support"]
