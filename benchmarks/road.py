"""The headless road in world ``clean``, against papermill running eleven notebooks that only import.

The baseline is what any papermill user pays for eleven notebooks: a kernel each and
``import pandas, ipywidgets``.
Both run in turn, in processes of their own, in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure

TARGET_RATIO = 1.0
_BASELINE = """
import nbformat, papermill, pathlib, sys
folder = pathlib.Path(sys.argv[1])
cells = [nbformat.v4.new_code_cell("import pandas, ipywidgets")]
kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "in.ipynb")
for number in range(11):
    papermill.execute_notebook(folder / "in.ipynb", folder / f"{number}.ipynb", progress_bar=False)
"""


def measure(rounds: int = 3) -> Iterator[Figure]:
    """The median seconds of both, in turn, and the ratio round by round."""
    ours, baseline = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            baseline.append(_seconds(sys.executable, "-W", "ignore", "-c", _BASELINE, folder))
        with tempfile.TemporaryDirectory() as folder:
            workspace = str(Path(folder) / "acme")
            rehearse = (sys.executable, "-m", "runbook_lib.cli", "rehearse", "--workspace", workspace)
            ours.append(_seconds(*rehearse))
    ratios = [mine / theirs for mine, theirs in zip(ours, baseline, strict=True)]
    yield Figure(
        "headless road, world clean",
        f"{median(ratios):.2f} × (from {min(ratios):.2f} to {max(ratios):.2f}): {median(ours):.1f} s; eleven "
        f"importing notebooks {median(baseline):.1f} s",
        f"≤ {TARGET_RATIO} ×",
        met=median(ratios) <= TARGET_RATIO,
    )


def _seconds(*command: str) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin
