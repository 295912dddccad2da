"""What tests of the guide share: the command as a process, a browser, and sessions on a fresh rehearsal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from tests.chromium import CHROMIUM
from tests.guide.walking import GATE, walk

PEOPLE = "200"
Runbook = Callable[..., subprocess.CompletedProcess[str]]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RUNBOOK_")}
    return {**inherited, **more}


def call_runbook(
    *arguments: object, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs ``runbook ARGUMENTS`` as a process of its own, to its end."""
    command = [sys.executable, "-m", "runbook_lib.cli", *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own command
        command, env=_environment(variables or {}), capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="session")
def runbook() -> Runbook:
    """The command as a process."""
    return call_runbook


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser without a window; skips where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no browser installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def rehearsed(
    rehearsal_server: RehearsalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """An open session on a fresh rehearsal with a robot's hands, its secrets in the environment."""
    workspace = prepare_workspace(tmp_path / "acme", rehearsal_server, "robot")
    for name, value in secret_variables(rehearsal_server).items():
        monkeypatch.setenv(name, value)  # by the means with which tests take one away again
    with open_session(workspace.path) as session:
        yield session


@contextmanager
def _proven_to_the_gate(folder: Path, server: RehearsalServer) -> Iterator[Session]:
    workspace = prepare_workspace(folder, server, "person")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        for stop in ROAD[: ROAD.index(GATE)]:
            walk(session, stop.name)
        yield session


@pytest.fixture
def before_05(rehearsal_server: RehearsalServer, tmp_path: Path) -> Iterator[Session]:
    """A session of a person whose road is proven up to the first gate."""
    with _proven_to_the_gate(tmp_path / "acme", rehearsal_server) as session:
        yield session


@pytest.fixture(scope="module")
def gate_reached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace of such a road, on a rehearsal of its own, walked once; use `copy_before_05` instead."""
    folder = tmp_path_factory.mktemp("gate") / "acme"
    with RehearsalServer("clean", people=int(PEOPLE)) as server:
        with _proven_to_the_gate(folder, server):
            pass
        with environment(secret_variables(server)):
            yield folder


@pytest.fixture
def copy_before_05(gate_reached: Path, tmp_path: Path) -> Iterator[Session]:
    """As `before_05`, for tests that change nothing but the workspace: each has a copy of the one that was
    walked once."""
    with open_session(shutil.copytree(gate_reached, tmp_path / "acme")) as session:
        yield session
