"""What a killed run left of people is removed by whatever opens the workspace next."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from runbook_lib.cli.app import call
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.traces.left_behind import people_at_work, people_lying, sweep_people
from runbook_lib.survey.people.pages import PageWriter
from runbook_lib.workspace import Workspace

KILLED = """
import os, sys
from runbook_lib.guide.state.traces.left_behind import people_at_work
from runbook_lib.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
with people_at_work(workspace):
    for folder in (workspace.extract, workspace.path / "extract-marketo", workspace.duplicates / "a.work"):
        folder.mkdir(parents=True)
        (folder / "people").write_text("ann@web.example")
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def killed(rehearsed: Session) -> Workspace:
    """A workspace in which a comparison was killed."""
    workspace = rehearsed.workspace
    place = str(workspace.path)
    subprocess.run([sys.executable, "-c", KILLED, place], check=False)  # noqa: S603 - our own words
    assert len(people_lying(workspace)) == 3
    return workspace


def test_status_tells_what_lies_there_and_the_next_command_removes_it(
    killed: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """`status` only reads: it says which folders, and since when. `check` and its like leave none of them."""
    assert call(["status", str(killed.path)]) == 0
    assert "Personal data has been in the folder extract-marketo since " in capsys.readouterr().out
    assert call(["status", str(killed.path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["people"]
    assert [folder["folder"] for folder in told] == ["extract", "extract-marketo", "duplicates/a.work"]
    open_session(killed.path).close()
    assert people_lying(killed) == ()


def test_who_is_at_work_is_left_alone(killed: Workspace) -> None:
    """Another process that compares people keeps what it has read."""
    with people_at_work(killed):
        assert sweep_people(killed) == ()
        assert len(people_lying(killed)) == 3


def test_after_a_fault_the_next_try_goes_on(rehearsed: Session) -> None:
    """An orderly end leaves what was read, for half a day; then it goes, too."""
    workspace = rehearsed.workspace
    with pytest.raises(TimeoutError), people_at_work(workspace):
        workspace.extract.mkdir()
        raise TimeoutError
    assert sweep_people(workspace) == () and workspace.extract.exists()
    os.utime(workspace.extract, (1e9, 1e9))
    assert sweep_people(workspace) == (workspace.extract,) and not workspace.extract.exists()


def test_every_file_is_its_owners_alone_whatever_the_umask(rehearsed: Session) -> None:
    """With a umask that hides nothing, folders are 0700 and files 0600, those of the engine included."""
    workspace = rehearsed.workspace
    before = os.umask(0)
    try:
        with people_at_work(workspace):
            PageWriter(workspace.extract / "Lead", {"email": "Email"}, {}).write(
                0, b"Email\nann@web.example\n"
            )
            (workspace.extract / "spilled").write_text("ann@web.example")
        assert os.umask(0) == 0
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in workspace.extract.rglob("*") if path.is_file()}
    assert modes == {0o600} and workspace.extract.stat().st_mode & 0o077 == 0
