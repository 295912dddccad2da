"""The pictures of the report: those that the notebooks showed, made of the same looks and decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from runbook_lib.change.decisions import read_decisions
from runbook_lib.errors import DecisionFileFault
from runbook_lib.journal import Journal, Kind
from runbook_lib.pictures.model import Bars, Picture, Spans, spoken
from runbook_lib.pictures.svg import drawing
from runbook_lib.proof.imports import read_imports
from runbook_lib.proof.pictures import moved
from runbook_lib.proof.sync_status import IN_JOURNAL, SyncStatus
from runbook_lib.review.pictures.duplicates import by_kind
from runbook_lib.review.pictures.fields import fates, fill_rates
from runbook_lib.review.pictures.gates import before_and_after
from runbook_lib.review.pictures.sync import Rate, calls_ahead, calls_today, first_sync
from runbook_lib.road import (
    DUPLICATES,
    FIELD_VISIBILITY,
    START_HERE,
    START_SYNC,
    SYNC_FIELDS,
    VERIFY_SYNC,
    WATCH,
    StepSpec,
)
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot, from_json
from runbook_lib.text import translate
from runbook_lib.workspace import Workspace


@dataclass(frozen=True)
class Pictured:
    """A picture under its step, in the reader's language."""

    step: str
    picture: Bars | Spans


@dataclass(frozen=True)
class _Seen:
    """What pictures are made of: the last look of a step, and the files of the workspace."""

    snapshot: Snapshot
    workspace: Workspace
    journal: Journal

    @property
    def rate(self) -> Rate | None:
        """How many records an hour arrive, by the newest look that measured it."""
        looks = self.journal.entries(step=VERIFY_SYNC.name, kind=Kind.evidence)
        statuses = [
            SyncStatus.from_json(look.payload[IN_JOURNAL]) for look in looks if IN_JOURNAL in look.payload
        ]
        rates = [status.progress.per_hour for status in statuses if status.progress is not None]
        return next((rate for rate in reversed(rates) if rate is not None), None)

    @property
    def decided(self) -> dict[str, bool]:
        """``Lead.Region__c`` → whether it is hidden; nothing where the file cannot be read, which is told
        where the decisions stand."""
        try:
            return read_decisions(self.workspace).hides
        except DecisionFileFault:
            return {}


def pictured(workspace: Workspace, journal: Journal, language: str) -> Iterator[Pictured]:
    """Every picture there is, in the order of the road."""
    say = partial(translate, language=language)
    for step, pictures in _OF_STEP.items():
        snapshot = _last_look(workspace, journal, step)
        if snapshot is not None:
            for picture in pictures(_Seen(snapshot, workspace, journal)):
                yield Pictured(step.name, spoken(picture, say))


def drawings(pictures: tuple[Pictured, ...], language: str) -> dict[str, list[tuple[Picture, str]]]:
    """Step → its pictures, each with its drawing; an empty one where it cannot be drawn here."""
    drawn: dict[str, list[tuple[Picture, str]]] = {}
    for pictured in pictures:
        drawn.setdefault(pictured.step, []).append((pictured.picture, drawing(pictured.picture, language)))
    return drawn


def _of_fields(seen: _Seen) -> Iterator[Picture]:
    yield from fates(seen.snapshot, seen.decided)
    yield from before_and_after(SYNC_FIELDS.name, seen.snapshot, seen.decided)


def _of_people(seen: _Seen) -> Iterator[Picture]:
    yield from before_and_after(START_SYNC.name, seen.snapshot, seen.decided)
    yield from first_sync(seen.snapshot, seen.rate)


def _of_duplicates(seen: _Seen) -> Iterator[Picture]:
    counts = seen.snapshot.duplicates
    if isinstance(counts, DuplicateCounts) and any(counts.groups.values()):
        yield by_kind(counts)


def _of_watch(seen: _Seen) -> Iterator[Picture]:
    yield from calls_today(seen.snapshot)
    yield from moved(read_imports(seen.workspace.imports).jobs or ())


_OF_STEP: Mapping[StepSpec, Callable[[_Seen], Iterator[Picture]]] = {
    START_HERE: lambda seen: calls_ahead(seen.snapshot),
    FIELD_VISIBILITY: lambda seen: fill_rates(seen.snapshot),
    SYNC_FIELDS: _of_fields,
    DUPLICATES: _of_duplicates,
    START_SYNC: _of_people,
    WATCH: _of_watch,
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
