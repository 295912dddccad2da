"""Steps walked in the test's own process, beat by beat, as a headless run does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import RunbookError
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing.scope import footing_of
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.form import Form
from runbook_lib.journal import Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, step_named
from runbook_lib.survey.snapshot import Snapshot

ORG = "Acme Corporation"
GATE = step_named("05_sync_fields")


def walk(session: Session, name: str) -> Step:
    """Runs the five beats of a step as a headless run does; raises what stops it."""
    step = STEPS[name](session, interactive=False)
    for beat in BEATS:
        getattr(step, beat)()
    return step


def answer(step: Step, form: type[Form[Any]], **values: object) -> str:
    """Presses the button of the form of that kind which the step offers now; what is shown of it. Raises what
    is wrong with the values."""
    asked = [ask for ask in step.asks if isinstance(ask.form, form)]
    return View("en", "", tuple(step.take(asked[-1], values))).plain


def walk_on(session: Session, first: str, last: str) -> None:
    """Walks the steps from ``first`` to ``last``, without a kernel for each; raises what stops them."""
    for stop in ROAD[ROAD.index(step_named(first)) : ROAD.index(step_named(last)) + 1]:
        walk(session, stop.name)


def stopped(session: Session, name: str = GATE.name) -> RunbookError:
    """What stops a step."""
    with pytest.raises(RunbookError) as stop:
        walk(session, name)
    return stop.value


def approve(session: Session) -> None:
    """Agrees to the plan of 05 from the command line."""
    approve_plan(session.workspace.path, GATE, "Ada", "go-live", ORG)


def count_as_proven(session: Session, *names: str, seen: Snapshot | None = None) -> None:
    """Writes down that these steps ended proven, for what connection.toml names and was decided now."""
    for name in names:
        ended = journal_payloads.ended(Outcome.DONE, session.calls(), 1.0)
        footing = footing_of(session, step_named(name), seen)
        session.journal.append(step_named(name).name, "prove", Kind.ended, ended | footing)


def people_of(server: RehearsalServer) -> set[bytes]:
    """E-mails and whole names of everybody in the org."""
    rows = server.org.database.sql(
        'SELECT "Email", "Name" FROM org."Lead" UNION SELECT "Email", "Name" FROM org."Contact"'
    )
    return {str(text).encode() for row in rows for text in row if text}


def personal(folder: Path, people: set[bytes]) -> dict[str, set[bytes]]:
    """File → what it holds of people; capital letters or small ones."""
    held = {}
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        if hits := {person for person in people if person.lower() in content}:
            held[str(path.relative_to(folder))] = hits
    return held
