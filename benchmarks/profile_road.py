"""Where the time of the headless road goes: ``python -m benchmarks.profile_road`` prints a Markdown table.

The rehearsal runs in this process, the road in one of its own, so that their seconds of CPU are told apart.
Every process of the road loads ``hooks/sitecustomize.py``, which counts. Seconds of CPU say the same on a
busy machine; seconds on the clock do not.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables, stage

HOOKS = Path(__file__).with_name("hooks")


def measure(world: str = "clean") -> dict[str, float]:
    """Row of the table → seconds."""
    begin, cpu = time.perf_counter(), time.process_time()
    with stage(world) as server, tempfile.TemporaryDirectory() as folder:
        started, started_cpu = time.perf_counter() - begin, time.process_time() - cpu
        workspace = prepare_workspace(Path(folder) / "acme", server, "robot")
        counts = Path(folder) / "told"
        counts.mkdir()
        paths = os.pathsep.join([str(HOOKS), os.environ.get("PYTHONPATH", "")])
        more = {"PYTHONPATH": paths, "RUNBOOK_PROFILE": str(counts), **secret_variables(server)}
        begin, cpu = time.perf_counter(), time.process_time()
        command = [sys.executable, "-m", "runbook_lib.cli", "run", str(workspace.path)]
        subprocess.run(command, env={**os.environ, **more}, check=True, capture_output=True)  # noqa: S603 - our own command
        clock = time.perf_counter() - begin
        rehearsal = time.process_time() - cpu
        rows = _rows([json.loads(file.read_text()) for file in counts.iterdir()])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "rehearsal's start (clock)": started,
        "rehearsal's start (CPU)": started_cpu,
        "road (clock)": clock,
        **rows,
        "rehearsal's CPU": rehearsal,
        "road, all processes (CPU)": children.ru_utime + children.ru_stime,
    }


def _rows(processes: list[Mapping[str, object]]) -> dict[str, float]:
    seconds: defaultdict[str, float] = defaultdict(float)
    for process in processes:
        counted = {name: float(value) for name, value in process.items() if isinstance(value, float | int)}
        role, cpu = str(process["role"]), counted.pop("cpu")
        start = counted.pop("before the first cell", 0.0)
        imports = counted.pop("imports", 0.0)
        seconds[f"imports of the {role}"] += imports
        seconds["kernels before their first cell, without imports"] += (
            max(0.0, start - imports) if start else 0.0
        )
        writing = counted.get("writing notebooks", 0.0)
        for name, value in counted.items():
            seconds[name] += value
        seconds[f"other CPU of the {role}"] += max(0.0, cpu - max(start, imports) - writing)
    return dict(sorted(seconds.items()))


def lines() -> Iterator[str]:
    """The table, as Markdown."""
    yield "| where | seconds |"
    yield "|---|---|"
    for name, seconds in measure().items():
        yield f"| {name} | {seconds:.2f} |"


if __name__ == "__main__":
    for line in lines():
        print(line)
