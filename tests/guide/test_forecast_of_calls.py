"""How many Salesforce calls a notebook tells before it runs is never exceeded, whatever the org is like.

One made-up org in the suite, many in `make soak`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from runbook_lib.change.decisions import SetupDecision, read_decisions
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state import call_forecast
from runbook_lib.guide.state.call_forecast import calls_ahead, calls_from_here
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session, now, open_session
from runbook_lib.guide.state.standing import ground_of
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.declarations import PermissionDeclaration
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, world_of
from runbook_lib.road import FIELD_VISIBILITY, ROAD, StepSpec

SOAKS = bool(os.environ.get("RUNBOOK_SOAK_MINUTES"))
OBJECTS = ("Lead", "Contact", "Account", "Opportunity", "Campaign")
FORETOLD = ROAD[: ROAD.index(FIELD_VISIBILITY) + 1]
"""From 05 on a notebook waits for Marketo, and nobody can tell how long."""


@dataclass(frozen=True)
class Shape:
    """How large an org is. ``fields``: custom ones of each of so many ``objects``; ``profiles``: others that
    see all of them; ``sets``: permission sets of the sync user that do."""

    fields: int
    objects: int
    profiles: int
    sets: int
    people: int


SHAPES = st.builds(
    Shape,
    fields=st.integers(0, 120),
    objects=st.integers(1, len(OBJECTS)),
    profiles=st.integers(0, 30),
    sets=st.integers(0, 8),
    people=st.sampled_from([0, 1, 40, 2_500, 12_000]),
)


def world_like(shape: Shape) -> World:
    """World clean, in that size."""
    names = [
        f"{name}.Told_{number:03}__c" for name in OBJECTS[: shape.objects] for number in range(shape.fields)
    ]
    columns = [{"field": name, "label": name, "type": "Text", "length": 80} for name in names]
    world = world_of({"like": "clean", "name": "told", "custom_fields": columns})
    rights: dict[str, Any] = {"objects": dict.fromkeys(OBJECTS, "r"), "fields": tuple(names)}
    others = [PermissionDeclaration(f"Other {number}", **rights) for number in range(shape.profiles)]
    sets = [PermissionDeclaration(f"Set_{number}", f"Set {number}", **rights) for number in range(shape.sets)]
    held = tuple(declared.name for declared in sets)
    return replace(
        world,
        profiles=(*world.profiles, *others),
        permission_sets=(*world.permission_sets, *sets),
        users=tuple(
            replace(user, permission_sets=(*user.permission_sets, *held)) if user is world.sync_user else user
            for user in world.users
        ),
    )


@contextmanager
def opened(shape: Shape) -> Iterator[Session]:
    """A session of a rehearsal in that size."""
    with RehearsalServer(world_like(shape), shape.people) as server, TemporaryDirectory() as folder:
        workspace = prepare_workspace(Path(folder) / "acme", server, "robot")
        with environment(secret_variables(server)), open_session(workspace.path) as session:
            yield session


def beyond_forecast(session: Session, stops: Sequence[StepSpec] = FORETOLD) -> list[tuple[str, int, int]]:
    """Walks the steps; step and beat, calls told before, and calls made, where more were made."""
    beyond: list[tuple[str, int, int]] = []
    for stop in stops:
        step = STEPS[stop.name](session, interactive=False)
        ahead = calls_ahead(step, planned(step))
        begun = decided = session.calls()["salesforce"]
        from_here = 0
        for beat in BEATS:
            getattr(step, beat)()
            if beat == "decide":
                from_here, decided = calls_from_here(step, step.plan()), session.calls()["salesforce"]
        made = session.calls()["salesforce"]
        lines = ((stop.name, ahead or 0, made - begun), (f"{stop.name} do", from_here, made - decided))
        beyond += [line for line in lines if line[2] > line[1]]
    return beyond


def planned(step: Step) -> Plan:
    """What the step will do, as the road tells it before anything is touched."""
    decisions = read_decisions(step.session.workspace)
    decisions = replace(decisions, setup=decisions.setup or SetupDecision())
    seen = step.session.collect(step.parts())
    return plan_for(step.name, seen, decisions, now(), ground_of(step.session, step.spec))


@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate] if SOAKS else [Phase.explicit],
)  # fmt: skip
@example(Shape(fields=30, objects=2, profiles=1, sets=2, people=0))
@given(SHAPES)
def test_no_notebook_costs_more_than_it_told(shape: Shape) -> None:
    """Fields, objects, profiles, permission sets and people may be many or none."""
    with opened(shape) as session:
        assert beyond_forecast(session) == []


def test_a_forecast_that_is_one_too_low_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk above would find it: 00 makes five calls, and is made to tell four."""
    monkeypatch.setattr(call_forecast, "forecast_calls", lambda *_, **__: 4)
    with opened(Shape(fields=0, objects=1, profiles=0, sets=0, people=0)) as session:
        assert beyond_forecast(session, FORETOLD[:1]) == [("00_start_here", 4, 5)]
