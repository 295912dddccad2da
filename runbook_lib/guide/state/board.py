"""The board, made from the journal alone: no system is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing import standing_of
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof.board import Board, BoardState, BoardStep
from runbook_lib.review.findings import Finding, Who
from runbook_lib.road import ROAD, StepSpec
from runbook_lib.text import from_json


def board_of(session: Session) -> Board:
    """Where every step stands now."""
    steps: list[BoardStep] = []
    for spec in ROAD:
        steps.append(_step(session, spec, any(step.state is BoardState.CHANGED for step in steps)))
    return Board(tuple(steps))


def _step(session: Session, spec: StepSpec, lapsed_before: bool) -> BoardStep:
    entries = session.journal.entries(step=spec.name)
    bounds = [entry for entry in entries if entry.kind in (Kind.started, Kind.ended)]
    if not bounds:
        return BoardStep(spec, BoardState.OPEN)
    last, took = bounds[-1], _seconds(session, spec, entries)
    if last.kind is Kind.started:
        return BoardStep(spec, BoardState.UNFINISHED, last.at, who=Who.YOU, seconds=took)
    outcome = last.payload["outcome"]
    if outcome == Outcome.DONE:
        lapsed = standing_of(session, spec).lapsed
        if lapsed is None:
            return BoardStep(spec, BoardState.PROVEN, last.at, seconds=took)
        return BoardStep(spec, BoardState.CHANGED, last.at, (lapsed,), Who.YOU, took)
    reasons = tuple(from_json(part) for part in parts_of(last.payload["what"]) if part)
    return BoardStep(spec, outcome, last.at, reasons, _who(outcome, entries, last, lapsed_before), took)


def parts_of(what: Any) -> list[Any]:
    """The parts of what an entry tells: one or several."""
    return what if isinstance(what, list) else [what]


def _seconds(session: Session, spec: StepSpec, entries: Sequence[Entry]) -> float:
    """From the first entry of the attempt, the proven one where there is one, to its last."""
    under = history.attempt(session.journal, spec.name) or history.entries_of_proof(entries)
    if not under:
        return 0.0
    first, last = (datetime.fromisoformat(entry.at) for entry in (under[0], under[-1]))
    return (last - first).total_seconds()


def _who(outcome: str, entries: Sequence[Entry], ended: Entry, lapsed_before: bool) -> Who:
    """Whom the step waits for: whoever can make the first fix, or the clicks that were agreed to; you, where
    what a step before it proved holds no more, because then no click may be made."""
    if outcome == Outcome.BLOCKED:
        noted = [entry for entry in entries if entry.run == ended.run and entry.kind is Kind.finding]
        blocking = (finding for entry in noted if (finding := Finding.from_json(entry.payload)).blocks)
        return next((finding.who for finding in blocking), Who.YOU)
    agreed = any(entry.kind is Kind.consent for entry in history.since_done(entries))
    return Who.MARKETO_ADMIN if agreed and not lapsed_before else Who.YOU
