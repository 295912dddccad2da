"""A real Airflow, in an environment of its own, that runs the example's DAG over rehearsals."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import psutil

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "airflow"


@dataclass(frozen=True)
class TaskState:
    """Where one mapped task stands."""

    map_index: int
    state: str
    tries: int
    pid: int


@dataclass
class Airflow:
    """The running installation. ``program``: its ``airflow`` command."""

    program: Path
    home: Path
    variables: Mapping[str, str]
    peak_megabytes: float = 0
    """Of all its processes and the kernels they start; what they share is counted once."""
    services: list[subprocess.Popen[bytes]] = field(default_factory=list)
    """The installation, and what was started anew."""
    _ended: Event = field(default_factory=Event)

    def start(self, part: str) -> None:
        """One part of it, or with ``standalone`` all of them, in a session of its own."""
        with (self.home / f"{part}.log").open("ab") as log:
            self.services.append(
                subprocess.Popen(
                    [self.program, part], env=self.variables, stdout=log, stderr=log, start_new_session=True
                )
            )

    def kill_scheduler(self) -> None:
        """Kills it in the middle of its work, and starts it anew as whatever supervises services would."""
        parts = psutil.Process(self.services[0].pid).children()
        (scheduler,) = (part for part in parts if "scheduler" in " ".join(part.cmdline()))
        scheduler.kill()
        self.start("scheduler")

    def end(self) -> None:
        """Asks everything to end, and kills what does not."""
        for service in self.services:
            family = psutil.Process(service.pid).children(recursive=True)
            os.killpg(service.pid, signal.SIGTERM)
            _, alive = psutil.wait_procs(family, timeout=20)
            for left in alive:
                left.kill()
            with suppress(ProcessLookupError):
                os.killpg(service.pid, signal.SIGKILL)  # also workers whose scheduler was killed
            service.wait()
        self._ended.set()

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [self.program, *arguments], env=self.variables, capture_output=True, text=True, check=True
        )

    def tasks(self, dag: str, task: str) -> list[TaskState]:
        """The mapped tasks, read from Airflow's own database: its command line takes seconds for it."""
        query = "SELECT map_index, state, try_number, pid FROM task_instance WHERE dag_id = ? AND task_id = ?"
        with closing(sqlite3.connect(f"file:{self.home}/airflow.db?mode=ro", uri=True)) as database:
            rows = database.execute(query, [dag, task]).fetchall()
        return sorted(
            (TaskState(n, state or "", tries or 0, pid or 0) for n, state, tries, pid in rows if n >= 0),
            key=lambda told: told.map_index,
        )

    def knows(self, dag: str) -> bool:
        """Whether its DAG processor has read the DAG."""
        with closing(sqlite3.connect(f"file:{self.home}/airflow.db?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT 1 FROM dag WHERE dag_id = ?", [dag]).fetchall())

    def seconds(self, dag: str) -> float:
        """From the first task's start to the last one's end."""
        query = (
            "SELECT (julianday(max(end_date)) - julianday(min(start_date))) * 86400 "
            "FROM task_instance WHERE dag_id = ?"
        )
        with closing(sqlite3.connect(f"file:{self.home}/airflow.db?mode=ro", uri=True)) as database:
            return float(database.execute(query, [dag]).fetchone()[0] or 0)

    def measure(self) -> None:
        """Looks at the memory every few seconds until Airflow ends."""
        while not self._ended.wait(4):
            sessions = {service.pid for service in self.services}
            family = [process for process in psutil.process_iter() if _session(process) in sessions]
            self.peak_megabytes = max(self.peak_megabytes, sum(map(_megabytes, family)))


def _session(process: psutil.Process) -> int:
    """The session of a process: those whose parent was killed are still in it."""
    with suppress(OSError):
        return os.getsid(process.pid)
    return 0


def _megabytes(process: psutil.Process) -> float:
    with suppress(psutil.Error, AttributeError):
        return float(process.memory_full_info().pss) / 1e6
    return 0.0


def settings(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of an Airflow in ``home``: local executor, our example, four tasks at once."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLE / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(EXAMPLE / "plugins"),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "4",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RUNBOOK_")}
    return inherited | own | dict(more)


@contextmanager
def running(program: Path, home: Path, variables: Mapping[str, str]) -> Iterator[Airflow]:
    """Airflow with scheduler, triggerer, DAG processor and API server, until the block ends."""
    path = f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"  # it starts its parts by their name
    variables = {**variables, "PATH": path}
    airflow = Airflow(program, home, variables)
    airflow.call("db", "migrate")
    airflow.start("standalone")
    gauge = Thread(target=airflow.measure)
    gauge.start()
    try:
        yield airflow
    finally:
        airflow.end()
        gauge.join()


def wait_until(told: str, seconds: float, holds: object) -> None:
    """Looks every two seconds whether ``holds()``; fails with ``told`` after that time."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if holds():  # type: ignore[operator]
            return
        sleep(2)
    raise AssertionError(told)
