"""The pictures of the report: those that the notebooks showed, made of the same looks and decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from runbook_lib.change.decisions import read_decisions
from runbook_lib.errors import DecisionFileFault
from runbook_lib.journal import Journal
from runbook_lib.pictures.model import Bars, Picture, Spans, spoken
from runbook_lib.pictures.svg import drawing
from runbook_lib.review.pictures.fields import before_and_after, fates, fill_rates, made
from runbook_lib.road import FIELD_VISIBILITY, SYNC_FIELDS, StepSpec
from runbook_lib.survey.snapshot import Snapshot, from_json
from runbook_lib.text import translate
from runbook_lib.workspace import Workspace


@dataclass(frozen=True)
class Pictured:
    """A picture under its step, in the reader's language."""

    step: str
    picture: Bars | Spans


@dataclass(frozen=True)
class _Seen:
    """What pictures are made of: the last look of a step, and what was decided."""

    snapshot: Snapshot
    decided: Mapping[str, bool]


def pictured(workspace: Workspace, journal: Journal, language: str) -> Iterator[Pictured]:
    """Every picture there is, in the order of the road."""
    try:
        decided = read_decisions(workspace).hides
    except DecisionFileFault:  # the report tells it where the decisions stand
        decided = {}
    say = partial(translate, language=language)
    for step, pictures in _OF_STEP.items():
        snapshot = _last_look(workspace, journal, step)
        if snapshot is not None:
            for picture in pictures(_Seen(snapshot, decided)):
                yield Pictured(step.name, spoken(picture, say))


def drawings(pictures: tuple[Pictured, ...], language: str) -> dict[str, list[tuple[Picture, str]]]:
    """Step → its pictures, each with its drawing; an empty one where it cannot be drawn here."""
    drawn: dict[str, list[tuple[Picture, str]]] = {}
    for one in pictures:
        drawn.setdefault(one.step, []).append((one.picture, drawing(one.picture, language)))
    return drawn


def _of_fields(seen: _Seen) -> Iterator[Picture]:
    yield from fates(seen.snapshot, seen.decided)
    yield from made(seen.snapshot)
    yield from before_and_after(seen.snapshot)


_OF_STEP: Mapping[StepSpec, Callable[[_Seen], Iterator[Picture]]] = {
    FIELD_VISIBILITY: lambda seen: fill_rates(seen.snapshot),
    SYNC_FIELDS: _of_fields,
}
"""Step → the pictures of what it saw."""


def _last_look(workspace: Workspace, journal: Journal, step: StepSpec) -> Snapshot | None:
    """The snapshot that the step saved last; ``None`` where there is none, or it can no longer be read."""
    names = [
        entry.payload["snapshot"] for entry in journal.entries(step=step.name) if "snapshot" in entry.payload
    ]
    try:
        return from_json(json.loads((workspace.snapshots / names[-1]).read_text(encoding="utf-8")))
    except (IndexError, OSError, ValueError, RecursionError):
        return None
