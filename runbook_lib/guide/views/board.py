"""The board as a block: each step with its state in word and sign, what waits for whom, how long it took."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.guide.views.blocks import Link, Mark, Road, RoadStop, Tone
from runbook_lib.guide.views.plan import age
from runbook_lib.outcomes import Outcome
from runbook_lib.proof.board import Board, BoardState, BoardStep, minutes, told_so_far, took
from runbook_lib.text import say


def board_block(board: Board) -> Road:
    """The steps in their order, and above them how far one is."""
    stops = tuple(_stop(step, board) for step in board.steps)
    return Road(say("The road"), told_so_far(board), stops)


def facts_of(step: BoardStep, board: Board) -> Iterable[tuple[object, object]]:
    """What there is to tell beside its state: why, whom it waits for, when, how long."""
    if step.what:
        yield say("to do") if step.state == Outcome.WAITS else say("why"), step.what[0]
    if step.who is not None:
        yield say("waits for"), step.who.word
    if step.at and not step.is_proven:
        yield say("when"), age(step.at)
    if step.state == BoardState.OPEN:
        yield say("takes"), minutes(board.minutes_of(step))
    elif step.seconds:
        yield say("took"), took(step.seconds)


def _stop(step: BoardStep, board: Board) -> RoadStop:
    title = say("{number} {title}", number=step.spec.name[:2], title=step.spec.title)
    mark = Mark(Tone(step.tone), step.word)
    return RoadStop(
        Link(title, f"{step.spec.name}.ipynb"),
        step.spec.name,
        mark,
        tuple(facts_of(step, board)),
        step is board.here,
    )
