"""Where the road stands, as one value that notebook, terminal and report show: the steps, and what waits.

Pure data: whoever opens a workspace makes it from the journal, and whoever shows it only reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from runbook_lib.outcomes import outcome_named
from runbook_lib.review.findings import Who
from runbook_lib.road import StepSpec
from runbook_lib.text import Coded, Message, counted, say

_SPREAD = 3
"""How many times slower or faster than the rule a step can show a person to be."""


class BoardState(Coded):
    """Where a step stands that no outcome has stopped.

    ``tone``: how it is shown, a value of the views' ``Tone``; ``word``: how it reads.
    """

    tone: str
    word: Message

    PROVEN = "proven", "ok", say("proven")
    OPEN = "open", "info", say("not begun")
    CHANGED = "changed", "warn", say("proven once, but no longer valid")
    UNFINISHED = "unfinished", "warn", say("begun, and how it ended is unknown")


@dataclass(frozen=True)
class BoardStep:
    """Where one step stands.

    ``state``: a :class:`BoardState`, or the outcome that stopped it. ``at``: since when, ISO 8601 in UTC,
    empty where it was not begun. ``what``: why it is not proven. ``who``: whom it waits for. ``seconds``:
    from its beginning to its end.
    """

    spec: StepSpec
    state: str
    at: str = ""
    what: tuple[object, ...] = ()
    who: Who | None = None
    seconds: float = 0.0

    @property
    def is_proven(self) -> bool:
        """Whether its proof stands."""
        return self.state == BoardState.PROVEN

    @property
    def tone(self) -> str:
        """How it is shown; what a later edition has written, as a stop."""
        if isinstance(self.state, BoardState):
            return self.state.tone
        outcome = outcome_named(self.state)
        return outcome.tone if outcome else "stop"

    @property
    def word(self) -> object:
        """How its state reads; what a later edition has written, by its name."""
        if isinstance(self.state, BoardState):
            return self.state.word
        outcome = outcome_named(self.state)
        return outcome.word if outcome else self.state

    def to_json(self) -> dict[str, Any]:
        """Where it stands as JSON, in English."""
        return {
            "step": self.spec.name,
            "state": self.state,
            "at": self.at,
            "what": [str(part) for part in self.what],
        }


@dataclass(frozen=True)
class Board:
    """All steps in the order of the road."""

    steps: tuple[BoardStep, ...]

    @property
    def proven(self) -> int:
        """How many steps are proven."""
        return sum(step.is_proven for step in self.steps)

    @property
    def here(self) -> BoardStep | None:
        """The step to go on with: the first that is not proven; ``None`` at the end of the road."""
        return next((step for step in self.steps if not step.is_proven), None)

    @property
    def pace(self) -> float:
        """How long the steps so far took, measured against what they take as a rule; 1 before the first.

        A step that lay open over night, or that a program walked, says nothing of a person's pace: none
        counts as more than thrice, or less than a third, of what it takes as a rule.
        """
        proven = [step for step in self.steps if step.is_proven and step.seconds]
        usual = sum(step.spec.briefing.minutes for step in proven)
        return sum(map(_minutes_counted, proven)) / usual if usual else 1.0

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes at the pace so far, without what it waits for."""
        return sum(self.minutes_of(step) for step in self.steps if not step.is_proven)

    def minutes_of(self, step: BoardStep) -> int:
        """About how long this step takes at the pace so far; those of all that is left make up the rest."""
        return ceil(step.spec.briefing.minutes * self.pace)


def _minutes_counted(step: BoardStep) -> float:
    usual = step.spec.briefing.minutes
    return min(max(step.seconds / 60, usual / _SPREAD), usual * _SPREAD)


def told_so_far(board: Board) -> Message:
    """How many steps are proven, and about how long the rest takes."""
    proven, total, left = board.proven, len(board.steps), board.minutes_left
    if not left:
        return say("All {total} steps are proven.", total=total)
    return counted(
        proven,
        say("One of {total} steps is proven; the others take about {left} by hand.",
            total=total, left=minutes(left)),
        say("{proven} of {total} steps are proven; the others take about {left} by hand.",
            proven=proven, total=total, left=minutes(left)),
    )  # fmt: skip


def took(seconds: float) -> Message:
    """How long something took, in a unit that people would use."""
    if seconds < 60:
        return say("less than a minute")
    if seconds < 7200:
        return minutes(round(seconds / 60))
    hours = round(seconds / 3600)
    return counted(hours, say("one hour"), say("{count} hours", count=hours))


def lasted(seconds: float) -> Message:
    """How long something lasted: to the second where that is short, in larger units where it is not."""
    if seconds > 90:
        return took(seconds)
    count = round(seconds)
    return counted(count, say("one second"), say("{count} seconds", count=count))


def minutes(count: int) -> Message:
    """So many minutes."""
    return counted(count, say("one minute"), say("{count} minutes", count=count))


def notes_of(step: BoardStep) -> tuple[object, ...]:
    """What the report tells of a step beside its title: its state, whom it waits for, how long it took."""
    notes = [step.word]
    if step.who is not None:
        notes.append(say("waits for {who}", who=step.who.word))
    if step.seconds:
        notes.append(took(step.seconds))
    return tuple(notes)
