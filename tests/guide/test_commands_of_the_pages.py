"""The commands that README and docs/ name are typed, in the words of the pages, at a road that was walked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.cli.app import call
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from tests.guide.walking import walk_on

ENDS = {
    "runbook acknowledge acme --by Ada --reason wanted": 64,  # 10 told of no change here
    "runbook audit acme": 0,
    "runbook check acme": 0,
    "runbook fleet status connections/": 0,
    "runbook plan acme": 0,
    "runbook report acme": 0,
    "runbook snapshot acme --describes schema/": 0,
    "runbook status acme": 0,
    "runbook support-bundle acme": 0,
    "runbook undo acme 04_field_visibility": 3,  # 05 was begun
}
"""Command line → how it ends after the whole road."""
ELSEWHERE = {
    "adopt": "guide/test_adopt.py",
    "app": "cli/test_app.py",
    "approve": "guide/engine/test_robot.py",
    "attest": "guide/engine/test_robot.py",
    "init": "guide/commands/test_init.py",
    "journal": "guide/commands/test_journal_move.py",
    "lab": "guide/notebooks/test_lab.py",
    "merge": "cli/test_decisions.py",
    "rehearse": "guide/test_road.py",
    "reject": "guide/state/test_second_person.py",
    "run": "guide/test_resume.py",
    "serve": "guide/commands/test_serve.py",
    "watch": "guide/test_watch.py",
}
"""What starts kernels or a browser, needs PostgreSQL, or is for a road that was not walked: who tries it."""
TESTS = Path(__file__).parents[1]
PAGES = [TESTS.parent / "README.md", *(TESTS.parent / "docs").glob("**/*.md")]


def test_every_command_of_the_pages_is_run() -> None:
    """A command that a page names is typed here, or run by a test that is named above."""
    texts = [page.read_text("utf-8") for page in PAGES]
    named = {name for text in texts for name in re.findall(r"[`/\n]runbook ([a-z-]+)\b", text)}
    assert named - {line.split()[1] for line in ENDS} == {*ELSEWHERE} & named
    assert [path for path in ELSEWHERE.values() if not (TESTS / path).exists()] == []
    assert [
        name
        for name, path in ELSEWHERE.items()
        if not re.search(rf"[\"` ]{name}[\"` ]", (TESTS / path).read_text())
    ] == []


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which an admin types; ``connections/acme`` was walked to its end."""
    here = tmp_path_factory.mktemp("typed")
    with RehearsalServer("clean", people=60) as server, environment(secret_variables(server)):
        prepare_workspace(here / "connections" / "acme", server, "robot")
        with open_session(here / "connections" / "acme") as session:
            walk_on(session, ROAD[0].name, ROAD[-1].name)
        yield here


@pytest.mark.parametrize("line", ENDS)
def test_what_a_page_says_can_be_typed(
    connections: Path, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line stands on a page, and the command ends as it has to; it says something, and no traceback."""
    assert any(line in page.read_text("utf-8") for page in PAGES)
    monkeypatch.chdir(connections)
    words = [f"connections/{word}" if word == "acme" else word for word in shlex.split(line)[1:]]
    code = call(words)
    told = capsys.readouterr()
    assert code == ENDS[line], told
    assert told.out + told.err and "Traceback" not in told.out + told.err
