"""A person's wait in JupyterLab: each beat of each notebook, world ``clean`` and 5 objects × 800 fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.browser import Waited, chromium, jupyterlab, open_notebook
from benchmarks.fields import large_world
from benchmarks.figure import Figure
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World
from runbook_lib.road import ROAD

MOST_MEDIAN, LONG = 1.0, 5.0
PEOPLE = 400


def measure(worlds: Sequence[str] = ("clean", "large"), notebooks: int = len(ROAD)) -> Iterator[Figure]:
    """Median and longest wait, and the beats over five seconds that said nothing for so long."""
    if chromium() is None:
        yield Figure("a person's wait", "no browser on this machine, so it was not measured")
        return
    for name in worlds:
        yield from _figures(name, walk("clean" if name == "clean" else large_world(), notebooks))


def walk(world: World | str, notebooks: int = len(ROAD)) -> list[Waited]:
    """The road by Shift+Enter, its first notebooks or all; the rehearsal's robot decides and clicks, so that
    no form waits."""
    from playwright.sync_api import sync_playwright  # lazy: only where a browser is

    waits: list[Waited] = []
    with RehearsalServer(world, PEOPLE) as server, TemporaryDirectory() as folder:
        workspace = prepare_workspace(Path(folder) / "acme", server, "robot")
        with jupyterlab(workspace.path, secret_variables(server)) as url, sync_playwright() as playwright:
            options = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=chromium(), args=options)
            for stop in ROAD[:notebooks]:
                notebook = open_notebook(browser, url, stop.name)
                for cell in (0, 1):  # the parameters, and the step
                    notebook.run_silently(cell)
                number = stop.name[:2]
                waits += [notebook.run(at, f"{number} {beat}") for at, beat in enumerate(BEATS, start=2)]
                notebook.page.close()
            browser.close()
    return waits


def _figures(world: str, waits: Sequence[Waited]) -> Iterator[Figure]:
    half = median(wait.seconds for wait in waits)
    longest = sorted(waits, key=lambda wait: -wait.seconds)[:4]
    told = ", ".join(f"{wait.what} {wait.seconds:.1f} s" for wait in longest)
    yield Figure(
        f"a beat in the browser, world {world}",
        f"median {half:.2f} s of {len(waits)}; longest {told}",
        f"median ≤ {MOST_MEDIAN:g} s",
        met=half <= MOST_MEDIAN,
    )
    silent = [f"{wait.what} {wait.silence:.1f} s" for wait in waits if wait.silence > LONG]
    yield Figure(
        f"a beat in the browser that says nothing new for {LONG:g} s, world {world}",
        ", ".join(silent) or "none",
        "none",
        met=not silent,
    )
