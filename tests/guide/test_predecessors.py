"""No step does anything before every step stands that it stands on; planted where a person left one out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError, UsageFault, WaitsForPerson
from runbook_lib.guide.commands.approve import approve_plan, attest_clicks
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.pattern import FOLDER
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import FIELD_MAPPINGS, START_SYNC, SYNC_FIELDS
from tests.guide.messy_mappings import DECIDED
from tests.guide.walking import count_as_proven, stopped, walk, walk_on

MERGED_LATER = "decision;reason;decided_by\r\naccept;merged later;Ada\r\n"


@pytest.fixture(scope="module")
def unmapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """World messy, proven up to 05 and in 07; of the five mapping clicks that 06 asks for none was made."""
    with RehearsalServer("messy", people=120) as server, environment(secret_variables(server)):
        server.org.database.sql("""UPDATE org."Organization" SET "DefaultLeadAccess" = 'Edit'""")
        folder = tmp_path_factory.mktemp("unmapped") / "acme"
        workspace = prepare_workspace(folder, server, "robot")
        (workspace.decisions / "mappings.csv").write_text(DECIDED, encoding="utf-8")
        (workspace.decisions / "duplicates.csv").write_text(MERGED_LATER, encoding="utf-8")
        with open_session(folder) as session:
            walk_on(session, "00", "05")
        prepare_workspace(folder, server, "person")
        with open_session(folder) as session:
            assert isinstance(stopped(session, FIELD_MAPPINGS.name), WaitsForPerson)
            walk(session, "07_duplicates")
        yield folder


@pytest.fixture
def session(unmapped: Path, tmp_path: Path) -> Iterator[Session]:
    """A copy of its workspace, opened."""
    with open_session(shutil.copytree(unmapped, tmp_path / "acme")) as opened:
        yield opened


def called(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own, with the secrets of this one."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603


def was_clicked(session: Session) -> bool:
    """Whether the journal holds a consent or a click of Start Sync."""
    entries = session.journal.entries(step=START_SYNC.name)
    return any(entry.kind in (Kind.consent, Kind.click) for entry in entries)


def names_06(stop: RunbookError) -> bool:
    """Whether the stop says that 06 was never proven, and how to go on."""
    told = f"{stop.what} {stop.fix}"
    return "06_field_mappings" in told and "never proven" in told and "--from 06_field_mappings" in told


def test_the_command_approves_nothing(session: Session) -> None:
    """``approve`` refuses to sign for Start Sync, and writes nothing."""
    with pytest.raises(WaitsForPerson) as stop:
        approve_plan(session.workspace.path, START_SYNC, "Ada", "go-live", "Acme Holding")
    assert names_06(stop.value)
    assert not (session.workspace.approvals / "08_start_sync.json").exists()


def test_the_command_attests_nothing(session: Session) -> None:
    """``attest`` writes no click down: not where none was shown, not where 06 lapsed after the consent."""
    with pytest.raises(UsageFault):
        attest_clicks(session.workspace.path, START_SYNC, "Ada", "")
    count_as_proven(session, "06")
    approve_plan(session.workspace.path, START_SYNC, "Ada", "go-live", "Acme Holding")
    changed = DECIDED.replace(";break;", ";leave;", 1)
    (session.workspace.decisions / "mappings.csv").write_text(changed, encoding="utf-8")
    with pytest.raises(WaitsForPerson, match="decided in it was changed"):
        attest_clicks(session.workspace.path, START_SYNC, "Ada", "")
    assert session.journal.entries(step=START_SYNC.name, kind=Kind.click) == []


def test_the_runner_waits(session: Session) -> None:
    """``run --from 08`` ends with exit code 2 and names what is missing."""
    said = called("runbook_lib.cli", "run", session.workspace.path, "--from", "08", "--to", "08")
    assert said.returncode == 2 and "06_field_mappings" in said.stderr
    assert not was_clicked(session)


def test_plain_papermill_is_refused(session: Session, tmp_path: Path) -> None:
    """The notebook alone stops with an error, and shows no click list."""
    notebook, out = FOLDER / "08_start_sync.ipynb", tmp_path / "out.ipynb"
    said = called("papermill", notebook, out, "-p", "workspace", session.workspace.path)
    assert said.returncode != 0 and "06_field_mappings" in said.stderr
    assert "Click" not in out.read_text(encoding="utf-8")
    assert not was_clicked(session)


@pytest.mark.parametrize("beat", ["check", "decide", "do", "prove"])
def test_no_beat_by_hand(session: Session, beat: str) -> None:
    """Whoever calls one beat of the step object with a person there gets no form and no click list."""
    step = STEPS[START_SYNC.name](session, interactive=True)
    view = getattr(step, beat)()
    assert view.form is None and "06_field_mappings" in view.plain
    assert "Click" not in view.plain


def test_nothing_was_clicked(unmapped: Path) -> None:
    """After all of that 08 has no consent, no click and no proof; 05 and 07 stand."""
    with open_session(unmapped) as session:
        assert not was_clicked(session)
        assert history.proven(session.journal, SYNC_FIELDS.name) is not None
