"""Every order in which a person could try the steps: nothing that cannot be undone is handed out too early.

One road was walked to its end, step by step, and the workspace was kept after each of them. Each order begins
with such a copy, or with a workspace in which single proofs are missing, and tries one step: by the step
object with a person there, and by the command line. What counts is what the journal and the screen then hold:
a consent, a click, a click list, a form to agree in. The runner and plain papermill: test_predecessors.py.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError
from runbook_lib.guide.commands.approve import approve_plan, attest_clicks
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.standing import standing_of
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.view import Clicks
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import GATES, ROAD, StepSpec, step_named
from tests.guide.walking import ORG, count_as_proven, walk, walk_on

BEFORE = {spec: ROAD[: spec.number] for spec in ROAD}
"""What is proven where a person keeps to the road."""


@dataclass(frozen=True)
class Walked:
    """A workspace whose road is proven up to 04, with a person's hands: nobody has clicked anything."""

    folder: Path

    def with_proofs(self, folder: Path, proven: frozenset[StepSpec]) -> Path:
        """A copy in which exactly these steps are proven; the others were begun and came to no proof."""
        shutil.copytree(self.folder, folder)
        with open_session(folder) as session:
            for spec in ROAD:
                if spec in proven and not standing_of(session, spec).stands:
                    count_as_proven(session, spec.name)
                elif spec not in proven and standing_of(session, spec).stands:
                    begun = journal_payloads.started(session.expected, {}, None)
                    session.journal.append(spec.name, "look", Kind.started, begun)
        return folder


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """World clean, walked by hand up to the first gate; every test works on copies of its workspace."""
    with RehearsalServer("clean", people=60) as server, environment(secret_variables(server)):
        folder = tmp_path_factory.mktemp("orders") / "acme"
        prepare_workspace(folder, server, "person")
        with open_session(folder) as session:
            walk_on(session, "00", "04")
            (folder / "decisions" / "duplicates.csv").write_text(
                "decision;reason;decided_by\r\naccept;merged later;Ada\r\n", encoding="utf-8"
            )
            walk(session, "07_duplicates")
        yield Walked(folder)


def lacks(spec: StepSpec, proven: frozenset[StepSpec]) -> bool:
    """Whether something that ``spec`` stands on is not proven."""
    return any(earlier not in proven for earlier in spec.stands_on)


def orders() -> Iterator[tuple[StepSpec, frozenset[StepSpec]]]:
    """Each step alone, each left out, each pair swapped, and each gate with every set of what it needs."""
    for spec in ROAD:
        yield spec, frozenset()
        for skipped in BEFORE[spec]:
            yield spec, frozenset(BEFORE[spec]) - {skipped}
    for first, second in itertools.combinations(ROAD, 2):
        yield second, frozenset(BEFORE[first])
    for gate in map(step_named, GATES):
        for count in range(len(gate.stands_on)):
            for some in itertools.combinations(gate.stands_on, count):
                yield gate, frozenset(some)


TABLE = sorted(
    {
        (spec.number, tuple(sorted(spec.name for spec in proven)), lacks(spec, proven))
        for spec, proven in orders()
    }
)
TOO_EARLY = [(ROAD[number], frozenset(map(step_named, names))) for number, names, early in TABLE if early]


def test_the_table_holds_every_order() -> None:
    """The table is no sample: each step is tried alone, each one left out, each pair swapped."""
    assert len(TOO_EARLY) > 60
    assert {spec.name for spec, _ in TOO_EARLY} == {spec.name for spec in ROAD if spec.stands_on}
    for gate in map(step_named, GATES):
        tried = {frozenset(gate.stands_on) & proven for spec, proven in TOO_EARLY if spec is gate}
        assert len(tried) == 2 ** len(gate.stands_on) - 1


def handed_out(session: Session, spec: StepSpec) -> list[str]:
    """What the journal holds of consents and clicks of a step."""
    kinds = (Kind.consent, Kind.click)
    told = [entry.kind.value for entry in session.journal.entries(step=spec.name) if entry.kind in kinds]
    signed = session.workspace.approvals / f"{spec.name}.json"
    return [*told, *(["approval"] if signed.exists() else [])]


def by_hand(session: Session, spec: StepSpec) -> list[str]:
    """Runs every beat but Look, each on a step object of its own, with a person there; what a screen offered
    that must not be offered."""
    offered = []
    for beat in BEATS[1:]:
        view = getattr(STEPS[spec.name](session, interactive=True), beat)()
        offered += [f"{beat}: form"] if view.form else []
        offered += [f"{beat}: clicks"] if any(isinstance(block, Clicks) for block in view.blocks) else []
    return offered


def test_no_order_by_hand_or_by_command(walked: Walked, tmp_path: Path) -> None:
    """In no order does the step object offer a form or a click list, or a command sign or attest."""
    for number, (spec, proven) in enumerate(TOO_EARLY):
        order = f"{spec.name} after {sorted(spec.name for spec in proven)}"
        with open_session(walked.with_proofs(tmp_path / str(number), proven)) as session:
            folder = session.workspace.path
            assert by_hand(session, spec) == [], order
            with pytest.raises(RunbookError):
                approve_plan(folder, spec, "Ada", "go-live", ORG)
            with pytest.raises(RunbookError):
                attest_clicks(folder, spec, "Ada", "")
            assert handed_out(session, spec) == [], order
            assert not standing_of(session, spec).stands or spec in proven, order
        shutil.rmtree(tmp_path / str(number))
