"""What a reader of the whole report asks first: what is open, and who decided what and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from runbook_lib.proof.acceptance import Acceptance, name_of
from runbook_lib.proof.report.step_report import Decided, FindingStory, StepStory
from runbook_lib.road import WATCH
from runbook_lib.text import counted, say

Speak = Callable[[object], str]
FEW = 6
"""So many decisions of one person in one step are told one by one; more are counted, and stand under it."""
_OPEN = ("error", "unknown", "warn")
"""The worst first."""


@dataclass(frozen=True)
class OpenPoint:
    """Something that is not in order, by the newest answer. ``status``: error, unknown or warn."""

    step: str
    id: str
    status: str
    what: str
    why: str
    fix: str


@dataclass(frozen=True)
class Said:
    """What one person decided, agreed to or clicked. ``kind``: decided, agreed or clicked; ``at``: ISO 8601,
    UTC, empty where nobody noted it."""

    step: str
    kind: str
    what: str
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Accepted:
    """Something that is not in order and that somebody accepted as it is. ``at``: ISO 8601, UTC."""

    id: str
    status: str
    what: str
    by: str
    reason: str
    at: str


def open_points(steps: Iterable[StepStory], accepted: Mapping[str, Acceptance]) -> tuple[OpenPoint, ...]:
    """What is not in order, and nobody ``accepted``, the worst first."""
    return tuple(point for point in _wrong(steps) if _acceptance(point, accepted) is None)


def accepted_points(steps: Iterable[StepStory], accepted: Mapping[str, Acceptance]) -> tuple[Accepted, ...]:
    """What is not in order, and somebody accepted at 10."""
    accepted_or_not = ((point, _acceptance(point, accepted)) for point in _wrong(steps))
    return tuple(
        Accepted(point.id, point.status, point.what, said.by, said.reason, said.at)
        for point, said in accepted_or_not
        if said is not None
    )


def _acceptance(point: OpenPoint, accepted: Mapping[str, Acceptance]) -> Acceptance | None:
    """Who accepted it; what an earlier step found stays open."""
    if point.step != WATCH.name:
        return None
    return accepted.get(point.id) or accepted.get(name_of(point.id))


def newest_findings(steps: Iterable[StepStory]) -> dict[str, tuple[StepStory, FindingStory]]:
    """Check → what it answered last, in whatever step: what one repaired, another finds in order."""
    answers = [(step, finding) for step in steps for finding in step.found]
    by_time = sorted(answers, key=lambda pair: pair[1].at)
    return {finding.check: (step, finding) for step, finding in by_time}


def _wrong(steps: Iterable[StepStory]) -> tuple[OpenPoint, ...]:
    """What checks and proofs say now that is not in order: what was found mended since is not told."""
    known = list(steps)
    newest: dict[str, OpenPoint] = {
        name: OpenPoint(step.name, name, finding.status, finding.what, finding.why, finding.fix)
        for name, (step, finding) in newest_findings(known).items()
    }
    for step in known:
        for claim in step.proven:
            newest[claim.id] = OpenPoint(step.name, claim.id, claim.status, claim.what, "", "")
    points = [point for point in newest.values() if point.status in _OPEN]
    return tuple(sorted(points, key=lambda point: (_OPEN.index(point.status), point.step)))


def said_by_people(steps: Iterable[StepStory], speak: Speak) -> tuple[Said, ...]:
    """Everything that a person said, in the order of time."""
    statements = [said for step in steps for said in _of_step(step, speak)]
    return tuple(sorted(statements, key=lambda said: said.at))


def _of_step(step: StepStory, speak: Speak) -> Iterator[Said]:
    named = sorted((decided for decided in step.decided if decided.by), key=lambda decided: decided.by)
    for by, group in groupby(named, key=lambda decided: decided.by):
        yield from _decisions(step.name, by, list(group), speak)
    for agreed in step.agreed:
        many = say("{count} consents", count=len(agreed.texts))
        what = speak(counted(len(agreed.texts), say("One consent"), many))
        yield Said(step.name, "agreed", what, agreed.by, agreed.reason, agreed.at)
    for by, clicks in groupby(step.clicked, key=lambda clicked: clicked.by):
        made = list(clicks)
        many = say("{count} clicks in Marketo", count=len(made))
        what = speak(counted(len(made), say("One click in Marketo"), many))
        yield Said(step.name, "clicked", what, by, "", made[-1].at)


def _decisions(step: str, by: str, decisions: list[Decided], speak: Speak) -> Iterator[Said]:
    if len(decisions) <= FEW:
        yield from (
            Said(step, "decided", decision.what, by, decision.reason, decision.at) for decision in decisions
        )
        return
    what = speak(say("{count} decisions, listed under the step", count=len(decisions)))
    reasons = {decision.reason for decision in decisions}
    yield Said(step, "decided", what, by, reasons.pop() if len(reasons) == 1 else "",
               max(decision.at for decision in decisions))  # fmt: skip
