"""What the journal tells about one step, in the reader's language. Shapes of payloads: ``record.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof.report.words import ChangeState, StepState
from runbook_lib.proof.values import in_words
from runbook_lib.road import StepSpec
from runbook_lib.text import Label, from_json, translate


@dataclass(frozen=True)
class FindingStory:
    """What a check answered, the last time it was asked. ``at``: ISO 8601, UTC."""

    check: str
    status: str
    what: str
    why: str
    fix: str
    source: str
    at: str


@dataclass(frozen=True)
class Decided:
    """What was decided, by whom, why and when (ISO 8601, UTC; empty where it was not noted)."""

    what: str
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Agreed:
    """A consent: every text in full, who agreed, why, to which plan, for which org as typed."""

    by: str
    reason: str
    org: str
    at: str
    expires: str
    plan_digest: str
    texts: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What becomes of a field in Marketo → the fields of the plan that was agreed to; empty where its file is
    gone."""


@dataclass(frozen=True)
class Changed:
    """A change of the org. ``state``: made, found (it was so when we looked again), failed, not-tried,
    unknown.
    """

    id: str
    what: str
    target: str
    before: str
    after: str
    state: str
    reason: str
    at: str


@dataclass(frozen=True)
class Clicked:
    """A click that a person (or the rehearsal's robot) made, and what the screen then showed."""

    screen: str
    what: str
    by: str
    shown: str
    for_ever: bool
    at: str


@dataclass(frozen=True)
class Proven:
    """A claim: what was measured, before and now."""

    id: str
    status: str
    what: str
    before: str
    now: str


@dataclass(frozen=True)
class StepStory:
    """Everything about one step. ``state``: ``proven``, ``adopted`` (found done, not done here), ``said``
    (proven, says a journal that was altered), ``not-started``, ``begun`` or the outcome it ended with.
    """

    name: str
    number: int
    title: str
    of_documentation: str
    for_ever: bool
    state: str
    stopped_by: tuple[str, ...]
    began: str
    ended: str
    seconds: float
    calls: Mapping[str, int]
    found: tuple[FindingStory, ...]
    decided: tuple[Decided, ...]
    agreed: tuple[Agreed, ...]
    changed: tuple[Changed, ...]
    clicked: tuple[Clicked, ...]
    proven: tuple[Proven, ...]

    @property
    def is_proven(self) -> bool:
        """Whether the step ended with its proof."""
        return self.state in (StepState.PROVEN, StepState.ADOPTED)


class Teller:
    """Turns journal entries into stories, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def story(self, stop: StepSpec, number: int, entries: list[Entry]) -> StepStory:
        """The story of ``stop`` from its journal entries, in their order."""
        ends = _of(entries, Kind.ended)
        last = ends[-1].payload if ends else {}
        evidence = _of(entries, Kind.evidence)
        return StepStory(
            name=stop.name,
            number=number,
            title=self.speak(stop.title),
            of_documentation=self.speak(stop.of_documentation),
            for_ever=stop.irreversible,
            state=_state(entries, last),
            stopped_by=() if not last or last["outcome"] == Outcome.DONE else self.lines(last["what"]),
            began=entries[0].at if entries else "",
            ended=ends[-1].at if ends else "",
            seconds=round(sum(end.payload["seconds"] for end in ends), 1),
            calls=_calls(entries),
            found=tuple(self._finding(entry) for entry in _newest(_answers(entries, last), "check")),
            decided=tuple(self._decided(entry) for entry in _of(entries, Kind.decision)),
            agreed=tuple(self._agreed(entry) for entry in _newest(_of(entries, Kind.consent), "plan_digest")),
            changed=self._changes(entries),
            clicked=tuple(self._clicked(entry) for entry in _of(entries, Kind.click)),
            proven=tuple(self._proven(claim) for claim in evidence[-1].payload["claims"]) if evidence else (),
        )

    def speak(self, text: object) -> str:
        """A message (also as the JSON that the journal keeps) in the reader's language."""
        return translate(from_json(text), self.language) if text is not None else ""

    def lines(self, text: object) -> tuple[str, ...]:
        """A text, or the parts of an error, as lines."""
        parts = text if isinstance(text, list) else [text]
        return tuple(line for part in parts for line in self.speak(part).splitlines() if line)

    def _finding(self, entry: Entry) -> FindingStory:
        payload = entry.payload
        words = {key: self.speak(payload[key]) for key in ("what", "why", "fix")}
        return FindingStory(
            check=payload["check"],
            status=payload["status"],
            source=payload["source"],
            at=entry.at,
            **words,
        )

    def _decided(self, entry: Entry) -> Decided:
        payload = entry.payload
        return Decided(
            self.speak(payload["what"]), payload["by"], payload["reason"], payload["at"] or entry.at
        )

    def _agreed(self, entry: Entry) -> Agreed:
        payload = entry.payload
        return Agreed(
            by=payload["approver"],
            reason=payload["reason"],
            org=payload["org"],
            at=payload["created"],
            expires=payload["expires"],
            plan_digest=payload["plan_digest"],
            texts=tuple(payload["consents"].values()),
        )

    def _changes(self, entries: list[Entry]) -> tuple[Changed, ...]:
        kinds = (Kind.change_started, Kind.change_done, Kind.change_failed)
        newest: dict[str, Entry] = {}
        for entry in (entry for entry in entries if entry.kind in kinds):
            newest[entry.payload["change"]] = entry  # a change keeps the place where it was first tried
        return tuple(self._changed(entry) for entry in newest.values())

    def _changed(self, entry: Entry) -> Changed:
        payload = entry.payload
        return Changed(
            id=payload["change"],
            what=self.speak(payload["what"]),
            target=payload["target"],
            before=self._in_words(payload["before"]),
            after=self._in_words(payload["after"]),
            state=_change_state(entry),
            reason=self.speak(payload.get("reason", "")),
            at=entry.at,
        )

    def _clicked(self, entry: Entry) -> Clicked:
        payload = entry.payload
        screen = " › ".join(translate(Label(key), self.language) for key in payload["screen"])
        return Clicked(
            screen, self.speak(payload["do"]), payload["by"], payload["shown"], payload["for_ever"], entry.at
        )

    def _proven(self, claim: Mapping[str, Any]) -> Proven:
        return Proven(
            claim["id"], claim["status"], self.speak(claim["what"]), self._in_words(claim["before"]),
            self._in_words(claim["now"]),
        )  # fmt: skip

    def _in_words(self, value: object) -> str:
        """A JSON value in short words of the reader's language."""
        return translate(in_words(value), self.language)


def _state(entries: list[Entry], last: Mapping[str, Any]) -> str:
    if not last:
        return StepState.BEGUN if entries else StepState.NOT_STARTED
    if last["outcome"] == Outcome.DONE:
        return StepState.ADOPTED if last.get("adopted") else StepState.PROVEN
    return str(last["outcome"])


def _answers(entries: list[Entry], last: Mapping[str, Any]) -> list[Entry]:
    """What the checks said; of a step that was taken back, not what they said of its changes."""
    findings = _of(entries, Kind.finding)
    is_undone = bool(last) and last["outcome"] == Outcome.UNDONE
    return [entry for entry in findings if entry.beat != "prove"] if is_undone else findings


def _change_state(entry: Entry) -> str:
    match entry.kind:
        case Kind.change_done:
            return ChangeState.FOUND if entry.payload.get("found") else ChangeState.MADE
        case Kind.change_failed:
            return ChangeState.FAILED if entry.payload["tried"] else ChangeState.NOT_TRIED
        case _:
            return ChangeState.OPEN


def _calls(entries: list[Entry]) -> dict[str, int]:
    """Calls per system. A payload counts from the start of its run, so the highest of each run is added."""
    highest: dict[tuple[str, str], int] = {}
    for entry in entries:
        for system, count in entry.payload.get("calls", {}).items():
            highest[entry.run, system] = max(count, highest.get((entry.run, system), 0))
    total = {"salesforce": 0, "marketo": 0}
    for (_, system), count in highest.items():
        total[system] = total.get(system, 0) + count
    return total


def _of(entries: list[Entry], kind: Kind) -> list[Entry]:
    return [entry for entry in entries if entry.kind is kind]


def _newest(entries: Iterable[Entry], key: str) -> list[Entry]:
    """The newest entry for each value of ``key``, in the order in which they were first seen."""
    newest: dict[str, Entry] = {}
    for entry in entries:
        newest[str(entry.payload[key])] = entry
    return list(newest.values())
