"""What a beat asks: a form, and what the step does with its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from runbook_lib.errors import RunbookError
from runbook_lib.guide.state.phases import BEAT_WORDS, BEATS
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.form import Form
from runbook_lib.text import Message, say

Answer = TypeVar("Answer")
Body = Callable[[], Iterable[Block]]
Said = Message | Iterable[Block]
"""What a step says of an answer that it has kept."""


@dataclass(frozen=True)
class Ask:
    """A form, and what the step does with its answer: it alone writes down, and goes on."""

    form: Form[Any]
    keep: Callable[[Any], Said]


def first_title(blocks: Sequence[Block]) -> object:
    """What is said first of an answer; empty where nothing is said."""
    return next((block.title for block in blocks if isinstance(block, Card)), "")


def what_is_next(stop: RunbookError | None) -> Message:
    """What a person is to do where a beat stopped, or where none did."""
    if stop is None:
        return say("Done: what was measured stands below.")
    return say("Next: {what}", what=stop.what)


def first_finish(beat: str, stop: RunbookError) -> Card:
    """What a beat says behind one that is not finished: which one, and what is missing there."""
    number = BEATS.index(beat) + 1
    title = say("First finish “{n} {beat}”.", n=number, beat=BEAT_WORDS[beat])
    return Card(Tone.INFO, title, (stop.what,))
