"""The example's DAG in a real Airflow: twenty rehearsals, one blocked, one waits, two and the scheduler are
killed.

An optional job (``make airflow``): Airflow has an environment of its own, which ``RUNBOOK_AIRFLOW`` names.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from runbook_lib.guide.commands.fleet import survey_fleet
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.pattern import FOLDER
from runbook_lib.guide.state.session import open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from tests.airflow.fleet_run import EXAMPLE, Airflow, TaskState, running, settings, wait_until

PROGRAM = os.environ.get("RUNBOOK_AIRFLOW", "")
COUNT = int(os.environ.get("RUNBOOK_AIRFLOW_CONNECTIONS", "20"))
LAST = os.environ.get("RUNBOOK_AIRFLOW_LAST", "09_verify_sync")
BLOCKED, WAITING, KILLED, ORPHANED = 2, 1, 0, 3
"""Connections by their number. ``ORPHANED``: not its task's process is killed, but the one that supervises
it, so that the notebook runs on and Airflow hears of nothing."""
HOUR = 3600

pytestmark = pytest.mark.skipif(not PROGRAM, reason="make airflow runs it: Airflow has its own environment")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """The workspaces on rehearsals of their own, and the environment of Airflow's workers."""
    folder = tmp_path_factory.mktemp("fleet")
    kernels = tmp_path_factory.mktemp("kernels")
    command = [sys.executable, "-m", "ipykernel", "install", "--prefix", str(kernels), "--name", "runbook"]
    subprocess.run(command, check=True, capture_output=True)
    variables = {
        "RUNBOOK_CONNECTIONS": str(folder),
        "RUNBOOK_NOTEBOOKS": str(FOLDER),
        "RUNBOOK_LAST": LAST,
        "RUNBOOK_RETRY_DELAY": "5",
        "JUPYTER_PATH": str(kernels / "share" / "jupyter"),
    }
    with ExitStack() as rehearsals:
        for number in range(COUNT):
            world = "blocked" if number == BLOCKED else "clean"
            server = rehearsals.enter_context(RehearsalServer(world, people=50))
            prepare_workspace(folder / f"c{number:02}", server, "person" if number == WAITING else "robot")
            variables |= secret_variables(server)
        yield folder, settings(tmp_path_factory.mktemp("airflow"), variables)


def test_the_dags_can_be_imported(fleet: tuple[Path, dict[str, str]]) -> None:
    """Airflow finds both DAGs, each with one task that is mapped over the connections, and no fault."""
    code = (
        f"import sys; sys.path.insert(0, {str(EXAMPLE / 'plugins')!r})\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        f"bag = DagBag({str(EXAMPLE / 'dags')!r})\n"
        "tasks = {name: [task.task_id for task in dag.tasks] for name, dag in bag.dags.items()}\n"
        "print(tasks, bag.import_errors)"
    )
    python = Path(PROGRAM).with_name("python")
    said = subprocess.run([python, "-c", code], env=fleet[1], capture_output=True, text=True, check=True)
    told = said.stdout.splitlines()[-1]
    assert "'runbook_road': ['connections', 'connect']" in told
    assert "'runbook_watch': ['connections', 'watch']" in told and told.endswith("} {}")


def test_the_gate_opens_when_a_person_left_something(
    fleet: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    """The trigger fires for an approval that came after the task stopped, also while nobody looked; without
    one it ends after its patience."""
    (tmp_path / "approvals").mkdir()
    code = (
        f"import sys, asyncio, pathlib; sys.path.insert(0, {str(EXAMPLE / 'plugins')!r})\n"
        "from runbook_airflow import WorkspaceTouched\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "async def first(trigger):\n"
        "    return [event.payload['touched'] async for event in trigger.run()]\n"
        "waiting = WorkspaceTouched(str(folder), 0.01)\n"
        "kept = WorkspaceTouched(str(folder), 60).serialize()[1]\n"
        "print(asyncio.run(first(waiting)))\n"
        "(folder / 'approvals' / '05_sync_fields.json').write_text('{}')\n"
        "print(asyncio.run(first(WorkspaceTouched(**kept))))"
    )
    python = Path(PROGRAM).with_name("python")
    said = subprocess.run([python, "-c", code], env=fleet[1], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-2:] == ["[False]", "[True]"]


def _process_at_work(airflow: Airflow, number: int) -> int:
    """The process of the task of that connection, once its first notebook runs."""

    def at_work() -> list[TaskState]:
        tasks = airflow.tasks("runbook_road", "connect")
        return [task for task in tasks if task.map_index == number and task.state == "running" and task.pid]

    wait_until("the road did not begin", HOUR, at_work)
    workspace = Path(airflow.variables["RUNBOOK_CONNECTIONS"]) / f"c{number:02}"
    wait_until("the first notebook did not begin", HOUR, lambda: (workspace / ".journal-head").exists())
    return at_work()[0].pid


def _kill_two(airflow: Airflow) -> None:
    """The task of one connection is killed while its notebook runs, and the supervisor of another one's."""
    os.kill(_process_at_work(airflow, KILLED), signal.SIGKILL)
    psutil.Process(_process_at_work(airflow, ORPHANED)).parent().kill()


def _kill_scheduler(airflow: Airflow) -> None:
    """The scheduler is killed while tasks run, once a quarter of the connections is through."""

    def is_amid() -> bool:
        states = Counter(task.state for task in airflow.tasks("runbook_road", "connect"))
        return states["success"] >= COUNT // 4 and states["running"] > 1

    wait_until("no connection got through", HOUR, is_amid)
    airflow.kill_scheduler()


def test_twenty_connections(fleet: tuple[Path, dict[str, str]]) -> None:
    """All but two end proven, the two killed ones and those whose scheduler was killed with another try; the
    blocked one failed at once, with its reasons in the log; the waiting one is deferred; nothing was made
    twice."""
    folder, variables = fleet
    home = Path(variables["AIRFLOW_HOME"])
    with running(Path(PROGRAM), home, variables) as airflow:
        wait_until("Airflow did not start", 600, lambda: airflow.knows("runbook_road"))
        airflow.call("dags", "unpause", "runbook_road")
        airflow.call("dags", "trigger", "runbook_road")
        _kill_two(airflow)
        _kill_scheduler(airflow)

        def is_settled() -> bool:
            states = Counter(task.state for task in airflow.tasks("runbook_road", "connect"))
            return states["success"] + states["failed"] + states["deferred"] == COUNT

        wait_until("the run did not settle", 2 * HOUR, is_settled)
        tasks = airflow.tasks("runbook_road", "connect")
        seconds = airflow.seconds("runbook_road")
    states = {task.map_index: task.state for task in tasks}
    assert Counter(states.values()) == {"success": COUNT - 2, "failed": 1, "deferred": 1}
    assert (states[BLOCKED], states[WAITING]) == ("failed", "deferred")
    tries = {task.map_index: task.tries for task in tasks}
    assert min(tries[KILLED], tries[ORPHANED]) >= 2 and tries[BLOCKED] == 1
    logs = "".join(path.read_text("utf-8") for path in home.rglob(f"*map_index={BLOCKED}/*.log"))
    assert "blocked (3)" in logs
    _require_truth(folder)
    figures = {"connections": COUNT, "last": LAST, "seconds": round(seconds)}
    figures |= {
        "megabytes": round(airflow.peak_megabytes),
        "tries": Counter(tries.values()),
        **_calls(folder),
    }
    sys.stdout.write(f"\n{json.dumps(figures)}\n")


def _require_truth(folder: Path) -> None:
    """The journals say the same as Airflow, and no change was made twice."""
    rows = {row.folder: row for row in survey_fleet(folder).connections}
    count = int(step_named(LAST).name[:2]) + 1
    for number in range(COUNT):
        row = rows[f"c{number:02}"]
        if number == BLOCKED:
            assert row.state == "blocked", row
        elif number == WAITING:
            assert row.state == "waits", row
        else:
            assert row.proven == count, row
        with open_session(folder / row.folder) as session:
            made = [
                entry.payload["change"]
                for entry in session.journal.entries(kind=Kind.change_done)
                if not entry.payload.get("found")
            ]
        assert len(made) == len(set(made)), row.folder


def _calls(folder: Path) -> dict[str, int]:
    """How many calls of each system the steps wrote down, of all connections."""
    total = Counter[str]()
    for path in sorted(folder.glob("*/connection.toml")):
        with open_session(path.parent) as session:
            for entry in session.journal.entries(kind=Kind.ended):
                total.update(entry.payload["calls"])
    return dict(total)
