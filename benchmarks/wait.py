"""A person's wait in JupyterLab: each beat of each notebook, world ``clean`` and 5 objects × 800 fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.browser import Waited, chromium, jupyterlab, open_notebook
from benchmarks.fields import large_world
from benchmarks.figure import Figure
from runbook_lib.change.decisions import setup_as_it_stands, write_setup
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World
from runbook_lib.road import ROAD, StepSpec

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
    """The road by Shift+Enter, its first notebooks or all. ``RuntimeError`` where a step is not proven then:
    what was measured would be cards that ask to finish something first."""
    from playwright.sync_api import sync_playwright  # lazy: only where a browser is

    waits: list[Waited] = []
    with RehearsalServer(world, PEOPLE) as server, TemporaryDirectory() as place:
        secrets, folder = secret_variables(server), Path(place) / "acme"
        workspace = prepare_workspace(folder, server, "robot")
        who = replace(
            setup_as_it_stands(workspace), username=server.world.sync_user.username, decided_by="Ada"
        )
        write_setup(workspace, who)
        with environment(secrets), jupyterlab(folder, secrets) as url, sync_playwright() as playwright:
            options = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=chromium(), args=options)
            for stop in ROAD[:notebooks]:
                _decide(folder, stop)
                waits += _run(browser, url, stop)
            browser.close()
            with open_session(folder) as session:
                if (proven := count_proven(session)) != notebooks:
                    raise RuntimeError(f"only {proven} of {notebooks} steps were proven in the browser")
    return waits


def _decide(folder: Path, stop: StepSpec) -> None:
    """Brings the decision of a step onto file, as the rehearsal's robot decides: its form then stands in the
    notebook and waits for nobody, and the robot signs and clicks."""
    with open_session(folder) as session:
        step = STEPS[stop.name](session, interactive=False)
        for beat in BEATS[: BEATS.index("do")]:
            getattr(step, beat)()


def _run(browser: Any, url: str, stop: StepSpec) -> Iterator[Waited]:
    notebook = open_notebook(browser, url, stop.name)
    for cell in (0, 1):  # the parameters, and the step
        notebook.run_silently(cell)
    for at, beat in enumerate(BEATS, start=2):
        yield notebook.run(at, f"{stop.name[:2]} {beat}")
    notebook.page.close()


def _figures(world: str, waits: Sequence[Waited]) -> Iterator[Figure]:
    half = median(wait.seconds for wait in waits)
    longest = sorted(waits, key=lambda wait: -wait.seconds)[:4]
    slowest = ", ".join(f"{wait.what} {wait.seconds:.1f} s" for wait in longest)
    yield Figure(
        f"a beat in the browser, world {world}",
        f"median {half:.2f} s of {len(waits)}; longest {slowest}",
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
