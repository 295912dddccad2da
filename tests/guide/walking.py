"""Steps walked in the test's own process, beat by beat, as a headless run does."""

from __future__ import annotations

import pytest

from runbook_lib.errors import RunbookError
from runbook_lib.guide.notebooks import BEATS
from runbook_lib.guide.session import Session
from runbook_lib.guide.signing import approve_plan
from runbook_lib.guide.step import Step
from runbook_lib.guide.steps import STEPS
from runbook_lib.road import stop_named

ORG = "Acme Corporation"
GATE = stop_named("05_sync_fields")


def walk(session: Session, name: str) -> Step:
    """Runs the five beats of a step as a headless run does; raises what stops it."""
    step = STEPS[name](session, interactive=False)
    for beat in BEATS:
        getattr(step, beat)()
    return step


def stopped(session: Session, name: str = GATE.name) -> RunbookError:
    """What stops a step."""
    with pytest.raises(RunbookError) as stop:
        walk(session, name)
    return stop.value


def approve(session: Session) -> None:
    """Agrees to the plan of 05 from the command line."""
    approve_plan(session.workspace.path, GATE, "Ada", "go-live", ORG)
