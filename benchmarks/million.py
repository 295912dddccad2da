"""How the road grows with the people: its seconds, the rehearsal's initial sync, reading all by Bulk.

The rehearsal runs in this process, the road in one of its own. Seconds by number of people are drawn into
``benchmarks/results/growth.svg``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.children import run_child
from benchmarks.figure import RESULTS, Figure
from benchmarks.growth import draw
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables, stage
from runbook_lib.guide.state.environment import environment
from runbook_lib.rehearsal.instance.sync.persistent import PersistentSync
from runbook_lib.rehearsal.server import RehearsalServer

SIZES = (10_000, 100_000, 1_000_000)
MOST_ROAD, MOST_SYNC, FEWEST_ROWS, MOST_MEMORY = 180, 60, 40_000, 400_000_000
_STEP = re.compile(r"✔ (\d\d)\S*.*\((?:(\d+) min )?([\d.]+) s\)")
_EXTRACT = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from runbook_lib.guide.state.session import open_session
from runbook_lib.survey.people.extract import extract_people
with open_session(sys.argv[1]) as session:
    reader, begin = session.admin(), time.perf_counter()
    state = extract_people(reader, Path(sys.argv[1]) / "read", datetime.now(UTC))
    rows = sum(task.rows for task in state.tasks.values())
    seconds = time.perf_counter() - begin
    # Not getrusage: what that tells begins with the memory of the parent, which holds the rehearsal.
    told = [line.split() for line in Path("/proc/self/status").read_text().splitlines()]
    peak = next(int(words[1]) * 1024 for words in told if words[0] == "VmHWM:")
    print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak}))
"""


@dataclass(frozen=True)
class Grown:
    """What was seen at one number of people."""

    people: int
    start: float
    road: float
    steps: dict[str, float]
    sync: float
    rows_per_second: float
    extract_seconds: float
    peak: int


def measure(sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    """Figures of the largest size with their targets, of the smaller ones without; and the picture."""
    seen = []
    for people in sizes:
        grown = _walk(people)
        seen.append(grown)
        yield from _figures(grown, people == 1_000_000)
    RESULTS.mkdir(exist_ok=True)
    lines = {
        "road": [(each.people, each.road) for each in seen],
        "initial sync": [(each.people, each.sync) for each in seen],
        "reading everybody": [(each.people, each.extract_seconds) for each in seen],
        "07": [(each.people, each.steps.get("07", 0.0)) for each in seen],
    }
    (RESULTS / "growth.svg").write_text(draw("Seconds by number of people", lines), encoding="utf-8")
    if len(seen) > 1:
        first, last = seen[0], seen[-1]
        growth = (last.road / first.road) / (last.people / first.people)
        yield Figure(
            f"road, growth from {first.people:,} to {last.people:,} people",
            f"{last.road / first.road:.1f} × the time for {last.people / first.people:.0f} × the people",
            "linear or better",
            met=growth <= 1,
        )


def _walk(people: int) -> Grown:
    with TemporaryDirectory() as folder, _timed_cycles() as cycles:
        begin = time.perf_counter()
        with stage("clean", people) as server, environment(secret_variables(server)):
            start = time.perf_counter() - begin
            extract = _extract(server, Path(folder) / "read")
            begin = time.perf_counter()
            told = _run(server, Path(folder) / "acme")
            road = time.perf_counter() - begin
    found = _STEP.findall(told)
    steps = {number: 60 * float(minutes or 0) + float(seconds) for number, minutes, seconds in found}
    return Grown(
        people, start, start + road, steps, cycles[0] if cycles else 0.0,
        extract["rows"] / extract["seconds"], extract["seconds"], int(extract["peak"]),
    )  # fmt: skip


def _extract(server: RehearsalServer, workspace: Path) -> dict[str, Any]:
    prepare_workspace(workspace, server, "robot")
    ran = run_child(_EXTRACT, workspace)
    told: dict[str, Any] = json.loads(ran.printed)
    return told


def _run(server: RehearsalServer, workspace: Path) -> str:
    prepare_workspace(workspace, server, "robot")
    command = [sys.executable, "-m", "runbook_lib.cli", "run", str(workspace)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))  # noqa: S603 - our own command
    if ran.returncode:
        raise RuntimeError(f"the road ended with {ran.returncode}: {ran.stderr[-600:]}")
    return ran.stderr


class _timed_cycles:  # noqa: N801 - used as a context manager
    """The seconds of each cycle of the imitated sync, the initial one first."""

    def __enter__(self) -> list[float]:
        self._inner = PersistentSync._cycle
        seconds: list[float] = []
        inner = self._inner

        def cycle(sync: PersistentSync, *told: Any) -> None:
            begin = time.perf_counter()
            try:
                inner(sync, *told)
            finally:
                seconds.append(time.perf_counter() - begin)

        setattr(PersistentSync, "_cycle", cycle)  # noqa: B010 - put in its place for a while
        return seconds

    def __exit__(self, *_: object) -> None:
        setattr(PersistentSync, "_cycle", self._inner)  # noqa: B010 - as above


def _figures(seen: Grown, is_judged: bool) -> Iterator[Figure]:
    def figure(what: str, told: str, target: str, met: bool) -> Figure:
        return Figure(
            f"{what}, {seen.people:,} people", told, target if is_judged else "", met if is_judged else None
        )

    longest = sorted(seen.steps.items(), key=lambda step: -step[1])[:3]
    told = ", ".join(f"{number}: {seconds:.0f} s" for number, seconds in longest)
    whole = f"{seen.road:.0f} s, start of the rehearsal ({seen.start:.0f} s) included; {told}"
    yield figure("whole road", whole, f"≤ {MOST_ROAD} s", seen.road <= MOST_ROAD)
    yield figure("rehearsal's initial sync", f"{seen.sync:.1f} s", f"≤ {MOST_SYNC} s", seen.sync <= MOST_SYNC)
    yield figure(
        "reading everybody by Bulk",
        f"{seen.rows_per_second:,.0f} rows/s, {seen.peak / 1e6:.0f} MB peak",
        f"≥ {FEWEST_ROWS:,} rows/s, ≤ {MOST_MEMORY / 1e6:.0f} MB",
        seen.rows_per_second >= FEWEST_ROWS and seen.peak <= MOST_MEMORY,
    )
