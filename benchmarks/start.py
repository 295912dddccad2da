"""How long ``import runbook_lib.cli.app`` takes, against an import of typer and rich alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.figure import Figure

TARGET_SECONDS = 0.1


def measure(runs: int = 7) -> Iterator[Figure]:
    """The median seconds of both imports in fresh interpreters, in turn, and their ratio."""
    ours, baseline = [], []
    for _ in range(runs):
        ours.append(_seconds("import runbook_lib.cli.app"))
        baseline.append(_seconds("import typer, rich.console"))
    empty = median(_seconds("pass") for _ in range(runs))
    mine, theirs = median(ours) - empty, median(baseline) - empty
    yield Figure(
        "import runbook_lib.cli.app",
        f"{mine:.2f} s; typer and rich alone {theirs:.2f} s, ratio {mine / theirs:.2f}",
        f"≤ {TARGET_SECONDS} s",
        met=mine <= TARGET_SECONDS,
    )


def _seconds(statement: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - begin
