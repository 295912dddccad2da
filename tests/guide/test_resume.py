"""Killing a run at any moment: it goes on where the evidence ends, and makes no change twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from sqlite3 import OperationalError, connect
from time import monotonic, sleep

import psutil

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, step_named
from runbook_lib.workspace import Workspace
from tests.guide.conftest import Runbook
from tests.guide.walking import walk_on

SEED = 20261122
PATIENCE = 300


def _entries(workspace: Workspace) -> int:
    """How many the journal has; counted in the file itself, for whoever waits asks often."""
    if not workspace.journal_file.exists():
        return 0
    with suppress(OperationalError), closing(connect(workspace.journal_file, timeout=30)) as journal:
        return int(journal.execute("SELECT count(*) FROM journal").fetchone()[0])
    return 0  # the run is just making its journal


def _kill_after(workspace: Workspace, variables: dict[str, str], more: int) -> None:
    """Starts a run and kills it, kernel and all, once it has written ``more`` entries."""
    goal, deadline = _entries(workspace) + more, monotonic() + PATIENCE
    run = subprocess.Popen(
        [sys.executable, "-m", "runbook_lib.cli", "run", str(workspace.path)],
        env={**os.environ, **variables},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while _entries(workspace) < goal and run.poll() is None and monotonic() < deadline:
        sleep(0.02)
    with suppress(psutil.NoSuchProcess):
        for process in [*psutil.Process(run.pid).children(recursive=True), psutil.Process(run.pid)]:
            process.kill()
    run.wait()


def test_a_kill_and_the_same_end(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path, runbook: Runbook
) -> None:
    """Killed at a random moment, kernel and all, the same command ends the step that was interrupted, and the
    road ends proven; each change was made once, each click once. How it stands killing at any instant is told
    by tests/guide/test_kills.py, and a whole run by tests/guide/test_road.py."""
    server = start_rehearsal("clean")
    workspace, variables = prepare_workspace(tmp_path / "acme", server, "robot"), secret_variables(server)
    moment = random.Random(SEED).randint(10, 70)  # noqa: S311 - not for secrets
    _kill_after(workspace, variables, moment)
    with open_session(workspace.path) as session:
        killed = step_named(session.journal.entries()[-1].step)
    said = runbook("run", workspace.path, "--to", killed.name, variables=variables)
    assert said.returncode == 0, (moment, said.stdout, said.stderr)

    with environment(variables), open_session(workspace.path) as session:
        walk_on(session, ROAD[killed.number + 1].name, ROAD[-1].name)
        assert count_proven(session) == len(ROAD)
        assert session.journal.verify() is None
        done = Counter(
            str(entry.payload["change"])
            for entry in session.journal.entries(kind=Kind.change_done)
            if not entry.payload.get("found")
        )
        assert [change for change, times in done.items() if times > 1] == [], moment
    made = Counter(
        (entry.method, entry.path)
        for entry in server.log.entries()
        if entry.method == "POST" and entry.path.startswith("/console/") and entry.status < 400
    )
    assert max(made.values()) == 1, (moment, made)


def test_a_proven_road_is_not_walked_again(
    rehearsal_server: RehearsalServer, tmp_path: Path, runbook: Runbook
) -> None:
    """A run of what is proven executes no notebook of it and asks the systems nothing."""
    server = rehearsal_server
    workspace, variables = prepare_workspace(tmp_path / "acme", server, "robot"), secret_variables(server)
    with environment(variables), open_session(workspace.path) as session:
        walk_on(session, "00_start_here", "01_marketo_fields")
    server.log.clear()
    said = runbook("run", workspace.path, "--to", "01", variables=variables)
    assert (said.returncode, server.log.entries()) == (0, [])
    assert said.stderr.count("proven before") == 2
