"""Clicked before this road looked: noticed from what the systems show, adopted and not consented, and on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.cli.app import call
from runbook_lib.errors import Blocked, UsageFault, WaitsForPerson
from runbook_lib.guide.commands.adopt import adopt_connection
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.adoption import AdoptionNote
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.standing import standing_of
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.widgets.forms.adopt import AdoptForm
from runbook_lib.journal import Kind
from runbook_lib.proof.report import report_data
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, START_SYNC, SYNC_FIELDS
from runbook_lib.systems.rehearsal_console import RehearsalConsole
from tests.guide.walking import ORG, answer, stopped, walk, walk_on
from tests.survey.conftest import ready_world

SYNC_FIELDS_CLICKS = ("Sync with Salesforce.com", "Sync Fields", "Confirm Credentials")
START_SYNC_CLICKS = ("Start Salesforce Sync", "Start Sync")
WHO = AdoptionNote("Ada", "Bo", "last spring")


def click(session: Session, server: RehearsalServer, *buttons: str) -> None:
    """Somebody presses buttons in Marketo's pages, and tells nobody."""
    user = server.world.sync_user
    typed = {"username": user.username, "password": user.password, "token": user.security_token}
    console = RehearsalConsole(session.transport, session.connection)
    console.open("/console/crm")
    for button in buttons:
        console.submit(button, typed if button == "Sync Fields" else None)


def test_sync_fields_clicked_before_the_look(
    before_05: Session, rehearsal_server: RehearsalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Headless 05 stops, names what was found and the command; nobody can agree to the past. Adopted, the
    journal and the report say so, and there is no consent; 06 goes on."""
    click(before_05, rehearsal_server, *SYNC_FIELDS_CLICKS)
    stop = stopped(before_05)
    assert isinstance(stop, WaitsForPerson)
    assert "already clicked" in str(stop) and "runbook adopt" in str(stop)
    with pytest.raises(WaitsForPerson, match="runbook adopt"):
        approve_plan(before_05.workspace.path, SYNC_FIELDS, "Ada", "go-live", ORG)
    capsys.readouterr()
    typed = ["--by", WHO.by, "--clicked-by", WHO.clicked_by, "--clicked-at", WHO.clicked_at]
    assert call(["adopt", str(before_05.workspace.path), *typed]) == 0
    told = capsys.readouterr().out
    assert "05 Sync Fields is adopted" in told and "custom fields" in told
    where = standing_of(before_05, SYNC_FIELDS)
    assert where.stands and where.is_adopted
    assert before_05.journal.entries(step=SYNC_FIELDS.name, kind=Kind.consent) == []
    report = report_data(before_05.workspace, before_05.journal)
    assert report["steps"][5]["state"] == "adopted" and report["steps"][5]["agreed"] == ()
    assert any(
        "Clicked by: Bo; when: last spring" in decision["what"] for decision in report["steps"][5]["decided"]
    )
    walk(before_05, "06_field_mappings")
    assert count_proven(before_05) == 7


def test_a_person_adopts_in_the_notebook(before_05: Session, rehearsal_server: RehearsalServer) -> None:
    """Look says so and offers the form; Do hands out no click before, and afterward 05 stands."""
    click(before_05, rehearsal_server, *SYNC_FIELDS_CLICKS)
    step = STEPS[SYNC_FIELDS.name](before_05, interactive=True)
    shown = step.look()
    assert shown.form is not None and "already clicked" in shown.plain
    assert "First finish" in step.do().plain
    answer(step, AdoptForm, by="Ada", clicked_by="", clicked_at="")
    assert standing_of(before_05, SYNC_FIELDS).is_adopted and "Proven before" in step.do().plain


def test_start_sync_clicked_before_the_look(before_05: Session, rehearsal_server: RehearsalServer) -> None:
    """After 05 was done here, somebody clicked Start Sync: 08 is adopted, and 09 proves what arrives."""
    click(before_05, rehearsal_server, *SYNC_FIELDS_CLICKS)
    adopt_connection(before_05.workspace.path, WHO)
    click(before_05, rehearsal_server, *START_SYNC_CLICKS)
    rehearsal_server.instance.catch_up()
    stop = stopped(before_05, START_SYNC.name)
    assert isinstance(stop, WaitsForPerson)
    told = adopt_connection(before_05.workspace.path, WHO).plain
    assert "08 Start Sync is adopted" in told
    walk_on(before_05, "09", "10")
    assert count_proven(before_05) == len(ROAD)


@pytest.fixture
def visited(start_rehearsal: Callable[..., RehearsalServer]) -> RehearsalServer:
    """Both systems of a client whose connection a consultant is to look at."""
    return start_rehearsal(ready_world())


@pytest.fixture
def running(visited: RehearsalServer, tmp_path: Path) -> Iterator[Session]:
    """A consultant's first visit: a new workspace for a connection that runs."""
    folder = prepare_workspace(tmp_path / "visit", visited, "person").path
    with environment(secret_variables(visited)), open_session(folder) as session:
        click(session, visited, *SYNC_FIELDS_CLICKS, *START_SYNC_CLICKS)
        visited.instance.catch_up()
        yield session


def test_a_connection_that_runs_is_joined(running: Session) -> None:
    """00 is blocked and names the command; adopted, 05 to 08 stand, 00 goes on, and 09 proves it."""
    stop = stopped(running, "00_start_here")
    assert isinstance(stop, Blocked) and "runbook adopt" in str(stop)
    told = adopt_connection(running.workspace.path, WHO).plain
    assert "05 Sync Fields is adopted" in told and "08 Start Sync is adopted" in told
    walk(running, "00_start_here")
    walk(running, "09_verify_sync")


def test_a_first_sync_that_has_just_begun(running: Session, visited: RehearsalServer) -> None:
    """Tied, its fields there, nobody has arrived: whose it is cannot be told, and nothing is recorded."""
    visited.org.database.sql("DELETE FROM marketo.person")
    visited.org.database.sql("DELETE FROM marketo.linked")
    with pytest.raises(WaitsForPerson, match="cannot be told yet"):
        adopt_connection(running.workspace.path, WHO)
    assert running.journal.entries() == []


def test_nothing_to_adopt(before_05: Session) -> None:
    """Where nothing was clicked nothing is adopted."""
    with pytest.raises(UsageFault):
        adopt_connection(before_05.workspace.path, WHO)
    assert not standing_of(before_05, SYNC_FIELDS).stands


def test_another_org_is_not_adopted(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> None:
    """An instance that is tied to something else is blocked, not taken over."""
    world = ready_world()
    server = start_rehearsal(replace(world, marketo=replace(world.marketo, tied_to_crm=True)))
    folder = prepare_workspace(tmp_path / "other", server, "person").path
    with environment(secret_variables(server)), pytest.raises(Blocked, match="nothing in it comes from this"):
        adopt_connection(folder, WHO)
