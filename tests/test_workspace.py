"""The folder of one connection, and that only one run at a time works in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runbook_lib.errors import WorkspaceFault
from runbook_lib.workspace import LOCK_VARIABLE, Workspace

ENTER = """
import sys
from runbook_lib.workspace import Workspace
with Workspace.open(sys.argv[1]).lock('child'):
    print('in')
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a connection file."""
    made = Workspace.create(tmp_path / "acme")
    made.connection_file.write_text("")
    return made


def _enter_from_a_child(workspace: Workspace, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run(  # noqa: S603 – our own interpreter
        [sys.executable, "-c", ENTER, str(workspace.path)],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


def test_a_new_workspace_has_its_folders(workspace: Workspace) -> None:
    """Everything the contract names has its place, and opening again finds it."""
    folders = {path.name for path in workspace.path.iterdir() if path.is_dir()}
    assert folders == {"decisions", "approvals", "snapshots", "plans", "runs", "imports"}
    assert Workspace.open(str(workspace.path)).journal_file == workspace.path / "journal.db"


def test_creating_twice_overwrites_nothing(workspace: Workspace) -> None:
    """A workspace that is there already keeps its files."""
    (workspace.decisions / "fields.csv").write_text("kept")
    Workspace.create(workspace.path)
    assert (workspace.decisions / "fields.csv").read_text() == "kept"


def test_a_folder_without_connection_is_no_workspace(tmp_path: Path) -> None:
    """The fault names the folder and says how to make a workspace."""
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(WorkspaceFault, match="runbook init") as fault:
            Workspace.open(path)
        assert str(path) in str(fault.value)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """A workspace that cannot be made is a fault of the caller, not a defect."""
    (tmp_path / "acme").write_text("")
    with pytest.raises(WorkspaceFault, match="cannot be made"):
        Workspace.create(tmp_path / "acme")


def test_a_second_run_is_told_who_holds_the_workspace(workspace: Workspace) -> None:
    """Who, which process and since when; and afterward the workspace is free again."""
    with workspace.lock("runbook run"):
        os.environ.pop(LOCK_VARIABLE)  # as in a process that the holder did not start
        with pytest.raises(WorkspaceFault, match="runbook run") as fault, workspace.lock("another"):
            raise AssertionError("two runs at once")
        assert str(os.getpid()) in str(fault.value)
    assert workspace.holder() is None
    assert _enter_from_a_child(workspace).stdout == "in\n"


def test_processes_of_the_holder_are_let_in(workspace: Workspace) -> None:
    """A notebook that the runner executes may enter, and its leaving does not free the workspace."""
    with workspace.lock("runbook run"):
        assert _enter_from_a_child(workspace).stdout == "in\n"
        assert _enter_from_a_child(workspace, **{LOCK_VARIABLE: "guessed"}).returncode != 0
        with workspace.lock("again, in the same process"):
            pass
        assert workspace.holder() is not None
    assert LOCK_VARIABLE not in os.environ


def test_a_killed_holder_leaves_no_lock(workspace: Workspace) -> None:
    """The operating system frees the lock of a process that ended, whatever the holder file says."""
    code = ENTER.replace("print('in')", "import os; os._exit(9)")
    subprocess.run([sys.executable, "-c", code, str(workspace.path)], check=False)  # noqa: S603 – as above
    assert workspace.holder() is not None
    with workspace.lock("the next run"):
        assert "the next run" in (workspace.holder() or pytest.fail("nobody holds it")).who


def test_others_cannot_read_the_token(workspace: Workspace) -> None:
    """The holder file, which lets processes in, can be read by its owner only."""
    with workspace.lock("runbook run"):
        assert (workspace.path / ".lock.holder.json").stat().st_mode & 0o077 == 0
