"""Headless runs: what the journal says counts, also where the notebook cannot say anything any more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from runbook_lib.errors import WorkspaceFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.kernels import Kernels
from runbook_lib.guide.notebooks.pattern import FOLDER
from runbook_lib.guide.notebooks.runner import run_road
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.fault_injection import fault_from_json
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from runbook_lib.workspace import Workspace

PATIENCE = 300
SLOW = {"kind": "slow", "path": "/services/data", "seconds": 12, "times": 100}


class Run:
    """A ``runbook run`` in the background, its Salesforce slow, so that it can be caught in the act."""

    def __init__(self, server: RehearsalServer, folder: Path) -> None:
        self.workspace: Workspace = prepare_workspace(folder, server, "robot")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "runbook_lib.cli", "run", str(folder), "--to", "00"],
            env={**os.environ, **secret_variables(server)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Tests that run in the background inherit that Ctrl-C is ignored; who types it does not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def wait_until_it_looks(self) -> None:
        """Until the first beat is on record."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline and self.process.poll() is None:
            with suppress(WorkspaceFault):  # the run is just making its journal
                if self.workspace.journal_file.exists() and self.entries(Kind.started):
                    return
            sleep(0.25)
        self.process.kill()
        pytest.fail(f"the run did not begin: {self.process.communicate()}")

    def entries(self, kind: Kind) -> list[dict[str, object]]:
        """Payloads of the entries of one kind."""
        with open_session(self.workspace.path) as session:
            return [entry.payload for entry in session.journal.entries(kind=kind)]

    def end(self) -> tuple[int, str]:
        """Waits for it: exit code, and what was told."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + err


@pytest.fixture
def slow_run(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> Iterator[Run]:
    """A run that is in the middle of its first look."""
    server = start_rehearsal("clean")
    server.faults.add(fault_from_json(SLOW))
    run = Run(server, tmp_path / "acme")
    try:
        run.wait_until_it_looks()
        yield run
    finally:
        run.process.kill()
        run.process.communicate()


def test_ctrl_c_is_cancelled(slow_run: Run) -> None:
    """Exit code 5, the journal says so, and the workspace is free again."""
    slow_run.process.send_signal(signal.SIGINT)
    code, told = slow_run.end()
    assert code == 5, told
    assert "Stopped manually" in told
    assert slow_run.entries(Kind.ended)[-1]["outcome"] == "cancelled"
    with slow_run.workspace.lock("the test"):
        pass


def test_a_dead_kernel_is_told(slow_run: Run) -> None:
    """The kernel's process is killed: exit code 70, and nobody claims that a cell was completed."""
    (kernel,) = psutil.Process(slow_run.process.pid).children()
    kernel.kill()
    code, told = slow_run.end()
    assert code == 70, told
    assert "died" in told
    assert slow_run.entries(Kind.ended)[-1]["outcome"] == "defect"


def test_two_runs_at_once_are_refused(slow_run: Run) -> None:
    """A second run of the same workspace is a wrong use, and names who holds it."""
    second = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "runbook_lib.cli", "run", str(slow_run.workspace.path)],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    slow_run.process.send_signal(signal.SIGTERM)
    slow_run.end()
    assert second.returncode == 64
    assert f"process {slow_run.process.pid}" in second.stderr


def run_first(
    server: RehearsalServer, workspace: Workspace, conditions: str
) -> subprocess.CompletedProcess[str]:
    """Runs the first notebook under these conditions, in a process of its own; it prints the outcome."""
    program = (
        "import sys, pathlib\n"
        "from runbook_lib.guide.notebooks.runner import RunConditions, run_road\n"
        "from runbook_lib.road import ROAD\n"
        f"ran = run_road(pathlib.Path(sys.argv[1]), ROAD[:1], RunConditions({conditions}))\n"
        "print(ran.outcome); sys.exit(ran.exit_code)"
    )
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, str(workspace.path)],
        env={**os.environ, **secret_variables(server)}, capture_output=True, text=True, check=False,
        timeout=PATIENCE,
    )  # fmt: skip


def test_a_step_has_a_deadline(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that does not end in its time: exit code 6, and a hint that running again is safe."""
    server = start_rehearsal("clean")
    server.faults.add(fault_from_json(SLOW))
    workspace = prepare_workspace(tmp_path / "acme", server, "robot")
    said = run_first(server, workspace, "minutes_per_step=0.1")
    assert (said.returncode, said.stdout.strip()) == (6, "timed-out"), said.stderr


def test_ctrl_c_before_the_notebook_runs_is_on_record(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a kernel is still starting: cancelled, in the journal, and no process is left."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Kernels, "prepare", interrupt)
    ran = run_road(rehearsed.workspace.path, ROAD[:1])
    assert (ran.outcome, ran.exit_code) == ("cancelled", 5)
    assert rehearsed.journal.entries(kind=Kind.ended)[-1].payload["outcome"] == "cancelled"
    assert not [child for child in psutil.Process().children() if "ipykernel" in " ".join(child.cmdline())]


def test_the_prose_is_the_reader_s_and_what_they_added_stays(
    rehearsal_server: RehearsalServer, tmp_path: Path
) -> None:
    """Where the connection's language is German, what was executed has German headings; a note of a
    person's own is left as it is, and so is the notebook it stands in."""
    workspace = prepare_workspace(tmp_path / "acme", rehearsal_server, "robot", language="de")
    own, name = tmp_path / "own", f"{ROAD[0].name}.ipynb"
    own.mkdir()
    content = json.loads((FOLDER / name).read_text("utf-8"))
    note = {"cell_type": "markdown", "id": "note", "metadata": {}, "source": ["## 1 Look, they said"]}
    (own / name).write_text(json.dumps({**content, "cells": [*content["cells"], note]}), "utf-8")
    before = (own / name).read_bytes()
    said = run_first(rehearsal_server, workspace, f"notebooks=pathlib.Path({str(own)!r})")
    assert (said.returncode, said.stdout.strip()) == (0, "done"), said.stderr
    (executed,) = workspace.runs.glob(f"*/{name}")
    cells = json.loads(executed.read_text("utf-8"))["cells"]
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert "## 1 Ansehen" in prose and "## 1 Look" not in prose and "## 1 Look, they said" in prose
    assert (own / name).read_bytes() == before
