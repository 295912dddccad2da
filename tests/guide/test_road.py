"""The whole road, walked by ``runbook rehearse`` in world clean, and what it leaves."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from runbook_lib.guide.state.session import open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world
from runbook_lib.road import ROAD, StepSpec
from runbook_lib.systems.secrets.vault import Secret, Vault
from tests.guide.conftest import PEOPLE, Runbook
from tests.guide.walking import people_of, personal


@dataclass(frozen=True)
class Walked:
    """A road that was walked to its end: its workspace, and what the command said."""

    workspace: Path
    said: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, runbook: Runbook) -> Walked:
    """``runbook rehearse`` in world clean, once for all these tests; they read what it left and change
    nothing. They are in one file, for two workers would walk it twice."""
    workspace = tmp_path_factory.mktemp("walked") / "with space {and} brace"
    return Walked(workspace, runbook("rehearse", "--people", PEOPLE, "--workspace", workspace))


def test_the_road_is_proven(walked: Walked) -> None:
    """The last line says so, and the exit code agrees."""
    last = walked.said.stdout.splitlines()[-1]
    report = walked.workspace / "report.html"
    assert last == f"rehearsal clean: done, 11/11 steps proven, report {report}", walked.said.stderr
    assert walked.said.returncode == 0


def test_each_step_is_told_while_it_runs(walked: Walked) -> None:
    """stderr has a line per step, in order, with its title and time; stdout has the one line only."""
    told = [line for line in walked.said.stderr.splitlines() if line.startswith("✔")]
    assert [line.split()[1] for line in told] == [stop.name for stop in ROAD]
    assert len(walked.said.stdout.splitlines()) == 1


def test_nothing_odd_is_said(walked: Walked) -> None:
    """No warning of a library and no traceback reaches the person who waits."""
    odd = [line for line in walked.said.stderr.splitlines() if "arning" in line or "Traceback" in line]
    assert odd == []


@pytest.mark.parametrize("stop", ROAD, ids=[stop.name for stop in ROAD])
def test_each_notebook_was_executed(walked: Walked, stop: StepSpec) -> None:
    """Its executed copy has an output under each of the five beats, no error, and no widget state."""
    (run,) = (walked.workspace / "runs").iterdir()
    notebook = nbformat.read(run / f"{stop.name}.ipynb", as_version=4)
    beats = [cell for cell in notebook.cells if cell.source.startswith("step.")]
    assert [len(cell.outputs) > 0 for cell in beats] == [True] * 5
    assert not any(output.output_type == "error" for cell in beats for output in cell.outputs)
    assert "widgets" not in notebook.metadata


def test_a_preview_is_html_and_text(walked: Walked) -> None:
    """What a beat shows is stored both ways, so that an untrusted notebook reads well."""
    (run,) = (walked.workspace / "runs").iterdir()
    notebook = nbformat.read(run / "05_sync_fields.ipynb", as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert {"text/html", "text/plain"} <= set(output.data)


def test_no_secret_is_left(walked: Walked) -> None:
    """No secret of the world is anywhere under the workspace, in any encoding."""
    with open_session(walked.workspace) as session:
        vault = Vault(session.connection)
        for name, secret in load_world("clean").secrets().items():
            vault.watch(name, Secret(secret))
        assert vault.find_leaks([walked.workspace]) == []


def test_nothing_personal_is_left(walked: Walked, rehearsal_server: RehearsalServer) -> None:
    """After the whole road no file of the workspace holds an e-mail or a name of the org's people."""
    people = people_of(rehearsal_server)
    assert len(people) > 300
    assert personal(walked.workspace, people) == {}
    assert not (walked.workspace / "extract").exists()
    rows = list(csv.DictReader((walked.workspace / "duplicates" / "groups.csv").read_text().splitlines()))
    assert rows and {row["object"] for row in rows} <= {"Lead", "Contact", "Marketo"}


def test_the_journal_is_whole(walked: Walked) -> None:
    """Every change that was started is done, every step has evidence, and no entry was altered."""
    with open_session(walked.workspace) as session:
        assert session.journal.verify() is None
        for stop in ROAD:
            assert session.journal.unfinished_changes(stop.name) == []
            assert session.journal.last(stop.name, Kind.evidence) is not None, stop.name


def test_calls_stay_within_the_design(walked: Walked) -> None:
    """The whole road costs at most 110 Salesforce calls and 40 Marketo calls; where 09 comes before the first
    sync has ended, each further look at it costs three and four more."""
    with open_session(walked.workspace) as session:
        ended = [entry.payload["calls"] for entry in session.journal.entries(kind=Kind.ended)]
        waited = len(session.journal.entries(step="09_verify_sync", kind=Kind.evidence)) - 1
    assert sum(calls["salesforce"] for calls in ended) <= 110 + 3 * waited
    assert sum(calls["marketo"] for calls in ended) <= 40 + 4 * waited


def test_status_reads_the_journal_alone(walked: Walked, runbook: Runbook) -> None:
    """The rehearsal is gone, and ``status --json`` still tells: one object on stdout."""
    said = runbook("status", walked.workspace, "--json")
    told = json.loads(said.stdout)
    assert (said.returncode, told["proven"]) == (0, 11)
    assert [step["state"] for step in told["steps"]] == ["proven"] * 11
    assert "05_sync_fields" in runbook("status", walked.workspace).stdout


def test_the_report_can_be_written_again(walked: Walked, runbook: Runbook) -> None:
    """``report`` prints the path of a page that exists."""
    said = runbook("report", walked.workspace)
    assert Path(said.stdout.strip()).is_file()
