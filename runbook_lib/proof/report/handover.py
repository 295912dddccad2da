"""What the report hands over to whoever lives with the sync: what to do and by when, which way records travel
and who wins, and which fields lack the values that were there before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.decisions.setup import SetupDecision
from runbook_lib.errors import DecisionFileFault
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof.claims.drift import NEW_FIELD
from runbook_lib.proof.journal_payloads import ACKNOWLEDGED
from runbook_lib.proof.report.step_report import StepStory
from runbook_lib.review.directions import CUSTOM, DIRECTIONS, Direction, Way, Winner
from runbook_lib.review.handover import HANDOVER
from runbook_lib.review.sources import told_source
from runbook_lib.road import START_SYNC
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

Speak = Callable[[object], str]


@dataclass(frozen=True)
class HandedOver:
    """One row. ``when``: ``day-1``, ``day-4``, ``day-30`` or ``always``; ``due``: that day as ISO 8601, empty
    before the sync was started; ``optional``: a next step that nobody has to take."""

    id: str
    when: str
    what: str
    why: str
    source: str
    due: str
    optional: bool


@dataclass(frozen=True)
class Travels:
    """Which way an object's records travel. ``way``: both, to-marketo or none (not synced here); ``winner``:
    marketo, salesforce or none."""

    object: str
    way: str
    winner: str
    what: str
    source: str


@dataclass(frozen=True)
class Late:
    """A field that the sync user sees since after the start: values from before arrive only when their record
    is changed. ``by``, ``reason``, ``at``: who accepted it, why and when (ISO 8601, UTC)."""

    field: str
    by: str
    reason: str
    at: str


def live_since(steps: Iterable[StepStory]) -> str:
    """When the sync was started here: the last click of 08, ISO 8601; empty where it was not."""
    clicks = [
        click.at
        for step in steps
        if step.name == START_SYNC.name and step.is_proven
        for click in step.clicked
    ]
    return max(clicks, default="")


def handed_over(speak: Speak, since: str) -> tuple[HandedOver, ...]:
    """Every row of the hand-over, in its order, in the words of ``speak``."""
    return tuple(
        HandedOver(
            advice.id, advice.when.value, speak(advice.what), speak(advice.why),
            speak(told_source(advice.source)),
            _due(advice.when.value, since), advice.optional,
        )
        for advice in HANDOVER
    )  # fmt: skip


def travelling(workspace: Workspace, speak: Speak) -> tuple[Travels, ...]:
    """Which way the objects of this connection travel; what was decided against is told as such."""
    try:
        setup = read_decisions(workspace).setup
    except DecisionFileFault:  # the report tells it where the decisions stand
        setup = None
    return tuple(row for direction in DIRECTIONS for row in _travels(direction, setup, speak))


def late_fields(entries: Iterable[Entry]) -> tuple[Late, ...]:
    """The fields that appeared after go-live and that somebody accepted, in the order of time."""
    by_name: dict[str, Late] = {}
    for entry in entries:
        if entry.kind is Kind.decision:
            for claim in entry.payload.get(ACKNOWLEDGED, {}):
                if claim.startswith(NEW_FIELD):
                    name = claim.removeprefix(NEW_FIELD)
                    said = entry.payload
                    by_name.setdefault(name, Late(name, said["by"], said["reason"], said["at"] or entry.at))
    return tuple(by_name.values())


def _due(when: str, since: str) -> str:
    days = when.partition("-")[2]
    if not since or not days:
        return ""
    return (datetime.fromisoformat(since) + timedelta(days=int(days))).date().isoformat()


def _travels(direction: Direction, setup: SetupDecision | None, speak: Speak) -> Iterator[Travels]:
    names: tuple[str, ...] = (direction.object,)
    if direction.object == CUSTOM:
        names = setup.custom_objects if setup else ()
    source = speak(told_source(direction.source))
    for name in names:
        if name == "Campaign" and setup is not None and not setup.sync_campaigns:
            what = say("Decided: campaigns are not synced ({by}).", by=setup.decided_by or "?")
            yield Travels(name, Way.NONE, Winner.NONE, speak(what), source)
        else:
            content = speak(direction.what)
            yield Travels(name, direction.way.value, direction.winner.value, content, source)
