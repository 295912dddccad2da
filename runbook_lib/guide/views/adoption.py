"""How it is told that something was clicked already, and what was adopted of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.guide.views.plan import evidence_blocks
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.proof.evidence import Evidence
from runbook_lib.road import StepSpec, step_named
from runbook_lib.text import Message, joined, say


def clicked_already(steps: Sequence[StepSpec]) -> Message:
    """What the systems show, in one sentence."""
    names = joined((spec.numbered for spec in steps), ", ")
    return say("Both systems show that this was already clicked, outside this road: {steps}.", steps=names)


def how_to_adopt(folder: str) -> Message:
    """What to do about it."""
    return say(
        "Nobody can agree to it afterward; it can be adopted, with what is found on record:  runbook "
        "adopt {folder} --by NAME --clicked-by WHO --clicked-at WHEN",
        folder=folder,
    )


def adopted_blocks(evidence: Iterable[Evidence]) -> Iterable[Block]:
    """What was adopted, with what was found of each step."""
    for proof in evidence:
        title = say(
            "{step} is adopted: found done, not agreed to and not done here.",
            step=step_named(proof.step).numbered,
        )
        yield Card(Tone.WARN, title)
        yield from evidence_blocks(proof)
