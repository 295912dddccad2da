"""One click per decision: a form that is sent shows its consequences by itself, and leads to what is next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.guide.widgets.screen import ASLEEP
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import MARKETO_FIELDS
from tests.guide.screens import labels, run_all, send

LED = [{"lead": True}]


@pytest.fixture
def step(rehearsal_server: RehearsalServer, tmp_path: Path) -> Iterator[MarketoFields]:
    """Notebook 01 with a person in front of it, whose cells ran once."""
    workspace = prepare_workspace(tmp_path / "person", rehearsal_server, "person")
    with environment(secret_variables(rehearsal_server)), open_session(workspace.path) as session:
        yield MarketoFields(session, interactive=True)
    ipywidgets.Widget.close_all()


def line(step: MarketoFields, beat: str) -> str:
    """What the line on top of a beat's screen says."""
    return str(step.screens.screen(beat).box.children[0].text)


def told(step: MarketoFields, beat: str) -> str:
    """What stands on a beat's screen."""
    return labels(step.screens.screen(beat).box)[0]


def leads(step: MarketoFields, beat: str) -> list[object]:
    """Collects what is sent to the line of a beat: where the keyboard is led."""
    sent: list[object] = []
    step.screens.screen(beat).box.children[0].send = sent.append
    return sent


def test_a_decision_shows_its_plan_by_itself(step: MarketoFields) -> None:
    """“Run All” once: after the fields are chosen, the plan and its button stand where the form stood, and
    the keyboard is led there; nothing was changed yet."""
    run_all(step)
    assert "First finish" in told(step, "do") and step.waits_at == "decide"
    sent = leads(step, "decide")
    send(step, "decide", "Ada")
    assert "Making and proving" in told(step, "decide") and "Make these" in told(step, "decide")
    assert line(step, "decide").endswith("Next: Confirm these changes with your name.") and sent == LED
    assert not step.session.journal.entries(kind=Kind.change_started)


def test_the_button_makes_and_proves(step: MarketoFields) -> None:
    """The button that says “make these changes” makes them, proves them, and leads to the proof; the screens
    in between say what was done, and nothing waits. “Run All” again leads there, too: the keyboard is not
    left at the last cell."""
    run_all(step)
    send(step, "decide", "Ada")
    sent, lines = leads(step, "prove"), list[str]()
    step.screens.screen("do").line.observe(lambda change: lines.append(change["new"]), "text")
    send(step, "decide", "Ada")
    assert "What was decided is being carried out …" in lines and "16 of 16 changes made …" in lines
    assert "changes were made" in told(step, "do") and "Proven." in told(step, "prove")
    assert history.proven(step.session.journal, MARKETO_FIELDS.name) and step.waits_at is None
    assert sent == LED and line(step, "prove") and "First finish" not in told(step, "do")
    run_all(step)
    assert sent == LED + LED and line(step, "prove") == "Done: what was measured stands below."


def test_what_is_wrong_stays_at_the_form(step: MarketoFields) -> None:
    """A form without a name is answered under it; nothing is led away, and no later cell changes."""
    run_all(step)
    before, sent = told(step, "do"), leads(step, "decide")
    send(step, "decide", " ")
    assert "No name was given" in told(step, "decide") and sent == [] and told(step, "do") == before


def test_cells_that_never_ran_are_not_run(step: MarketoFields) -> None:
    """Who runs cell by cell is told to go on below; what they have not run is not run for them."""
    step.look(), step.check(), step.decide()
    send(step, "decide", "Ada")
    send(step, "decide", "Ada")
    assert "run the cells below" in line(step, "decide")
    assert not step.session.journal.entries(kind=Kind.change_started)


def test_a_page_without_its_kernel_says_what_to_press(step: MarketoFields) -> None:
    """Behind each screen stands the same state as a page, with one sentence for who finds it without a
    kernel; it follows the screen."""
    kept: list[str] = []

    class Handle:
        def update(self, bundle: dict[str, str], raw: bool) -> None:
            kept.append(bundle["text/html"])

    run_all(step)
    step.screens.screen("decide")._page = Handle()
    send(step, "decide", "Ada")
    assert str(ASLEEP)[:28] in kept[-1] and "Making and proving" in kept[-1]
