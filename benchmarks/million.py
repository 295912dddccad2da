"""How the road grows with the people: its seconds, the rehearsal's initial sync, reading all by Bulk.

The rehearsal runs in this process, the road in one of its own. Ten million people are read alone: the road
needs them twice, in both systems. Reading them is measured against the same pages downloaded and thrown away.
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
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.children import run_child
from benchmarks.figure import Figure, Point, spread
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables, stage
from runbook_lib.guide.state.environment import environment
from runbook_lib.rehearsal.instance.sync.persistent import PersistentSync
from runbook_lib.rehearsal.server import RehearsalServer

MILLION = 1_000_000
SIZES, READ = (10_000, 100_000, MILLION), (10 * MILLION,)
MOST_ROAD, MOST_SYNC, FEWEST_ROWS, MOST_MEGABYTES = 180, 60, 40_000, 400
_STEP = re.compile(r"✔ (\d\d)\S*.*\((?:(\d+) min )?([\d.]+) s\)")
_EXTRACT = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from runbook_lib.guide.state.session import open_session
from runbook_lib.survey.people.extract import extract_people
from runbook_lib.systems.salesforce import bulk
with open_session(sys.argv[1]) as session:
    reader, begin = session.admin(), time.perf_counter()
    state = extract_people(reader, Path(sys.argv[1]) / "read", datetime.now(UTC))
    rows = sum(task.rows for task in state.tasks.values())
    seconds = time.perf_counter() - begin
    # Not getrusage: what that tells begins with the memory of the parent, which holds the rehearsal.
    told = [line.split() for line in Path("/proc/self/status").read_text().splitlines()]
    peak = next(int(words[1]) * 1024 for words in told if words[0] == "VmHWM:")
    bare = 0.0
    if sys.argv[2] == "beside":
        begin = time.perf_counter()
        for job in [task.job for task in state.tasks.values() if task.job]:
            locator, is_first = "", True
            while locator or is_first:
                locator, is_first = bulk.read_page(reader, job, locator).locator, False
        bare = time.perf_counter() - begin
    print(json.dumps({"rows": rows, "seconds": seconds, "bare": bare, "peak": peak}))
"""


@dataclass(frozen=True)
class Grown:
    """What was seen at one number of people. ``extract``: rows, seconds, peak of reading everybody, and
    seconds of downloading the same alone."""

    people: int
    start: float
    road: float
    steps: dict[str, float]
    sync: float
    extract: dict[str, Any]


def measure(sizes: Sequence[int] = SIZES, read: Sequence[int] = READ, rounds: int = 3) -> Iterator[Figure]:
    """Figures of a million with their targets, of so many rounds; of fewer without, of one. ``read``: how
    many are read alone."""
    for people in sizes:
        yield from _figures([_walk(people) for _ in range(rounds if people >= MILLION else 1)])
    for people in read:
        yield _read_alone(people)


def _read_alone(people: int) -> Figure:
    with (
        TemporaryDirectory() as folder,
        stage("clean", people) as server,
        environment(secret_variables(server)),
    ):
        extract = _extract(server, Path(folder) / "read", "alone")
    return _reading(people, [extract])


def _walk(people: int) -> Grown:
    with TemporaryDirectory() as folder, _timed_cycles() as cycles:
        begin = time.perf_counter()
        with stage("clean", people) as server, environment(secret_variables(server)):
            start = time.perf_counter() - begin
            extract = _extract(server, Path(folder) / "read", "beside")
            begin = time.perf_counter()
            report = _run(server, Path(folder) / "acme")
            road = time.perf_counter() - begin
    matches = _STEP.findall(report)
    steps = {number: 60 * float(minutes or 0) + float(seconds) for number, minutes, seconds in matches}
    return Grown(people, start, start + road, steps, cycles[0] if cycles else 0.0, extract)


def _extract(server: RehearsalServer, workspace: Path, baseline: str) -> dict[str, Any]:
    prepare_workspace(workspace, server, "robot")
    ran = run_child(_EXTRACT, workspace, baseline)
    extract: dict[str, Any] = json.loads(ran.printed)
    return extract


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

        def cycle(sync: PersistentSync, *arguments: Any) -> None:
            begin = time.perf_counter()
            try:
                inner(sync, *arguments)
            finally:
                seconds.append(time.perf_counter() - begin)

        setattr(PersistentSync, "_cycle", cycle)  # noqa: B010 - put in its place for a while
        return seconds

    def __exit__(self, *_: object) -> None:
        setattr(PersistentSync, "_cycle", self._inner)  # noqa: B010 - as above


def _figures(rounds: Sequence[Grown]) -> Iterator[Figure]:
    people, middle = rounds[0].people, sorted(rounds, key=lambda seen: seen.road)[len(rounds) // 2]
    longest = sorted(middle.steps.items(), key=lambda step: -step[1])[:3]
    steps = ", ".join(f"{number}: {seconds:.0f} s" for number, seconds in longest)
    roads, cycles = [seen.road for seen in rounds], [seen.sync for seen in rounds]
    whole = f"{spread(roads, 0)}, start of the rehearsal ({middle.start:.0f} s) included; {steps}"
    yield _of_road(people, "whole road", whole, (median(roads), MOST_ROAD))
    yield _of_road(people, "rehearsal's initial sync", spread(cycles), (median(cycles), MOST_SYNC))
    yield _reading(people, [seen.extract for seen in rounds])


def _of_road(people: int, what: str, measured: str, seconds: tuple[float, int]) -> Figure:
    """``seconds``: measured, and the most at a million; fewer people have no target."""
    took, most = seconds
    target, met = (f"≤ {most} s", took <= most) if people >= MILLION else ("", None)
    return Figure(f"{what}, {people:,} people", measured, target, met, (Point("people", what, people, took),))


def _reading(people: int, rounds: Sequence[dict[str, Any]]) -> Figure:
    what, peak = "reading everybody by Bulk", max(read["peak"] for read in rounds) / 1e6
    took = median(read["seconds"] for read in rounds)
    speed, bare = rounds[0]["rows"] / took, median(read["bare"] for read in rounds)
    is_judged, met = people >= MILLION, speed >= FEWEST_ROWS and peak <= MOST_MEGABYTES
    beside = f"; {took / bare:.2f} × the same pages downloaded alone" if bare and is_judged else ""
    return Figure(
        f"{what}, {people:,} people",
        f"{speed:,.0f} rows/s, {peak:.0f} MB peak{beside}",
        f"≥ {FEWEST_ROWS:,} rows/s, ≤ {MOST_MEGABYTES} MB" if is_judged else "",
        met if is_judged else None,
        (Point("people", what, people, took),),
    )
