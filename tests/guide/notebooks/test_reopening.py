"""Reopening loses nothing and lies about nothing: notebooks, a lab that runs, a rehearsal that has ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runbook_lib.errors import UsageFault, WorkspaceFault
from runbook_lib.guide.commands.rehearse import prepare_workspace
from runbook_lib.guide.commands.serve import lab_live, lab_rehearsal
from runbook_lib.guide.notebooks.lab import bring_notebooks, only_lab
from runbook_lib.guide.state.session import open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.workspace import Workspace

FIRST = "00_start_here.ipynb"


@pytest.fixture
def workspace(rehearsal_server: RehearsalServer, tmp_path: Path) -> Workspace:
    """The workspace of a person on a rehearsal."""
    return prepare_workspace(tmp_path / "acme", rehearsal_server, "person")


def with_output(path: Path, text: str = "42 fields") -> str:
    """Puts an output and a cell of a person's own into a notebook; the file's content."""
    notebook = json.loads(path.read_text())
    notebook["cells"][3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [text]}]
    notebook["cells"].append({"id": "mine", "cell_type": "markdown", "metadata": {}, "source": ["my note"]})
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = ['workspace = "elsewhere"']
    content = json.dumps(notebook)
    path.write_text(content)
    return content


def test_executed_notebooks_stay(workspace: Workspace) -> None:
    """Outputs, a person's own cells and parameters survive; what is missing is written."""
    folder = bring_notebooks(workspace)
    kept = with_output(folder / FIRST)
    (folder / "10_watch.ipynb").unlink()
    bring_notebooks(workspace)
    assert (folder / FIRST).read_text() == kept and (folder / "10_watch.ipynb").exists()
    assert len(list(folder.glob("*.ipynb"))) == 11


@pytest.mark.parametrize("there", ["language", "{", "[]", '{"cells": [{"source": null}]}', "[" * 100_000])
def test_a_notebook_that_says_something_else_is_kept_aside(workspace: Workspace, there: str) -> None:
    """Another language, an older text or a damaged file: written anew, and the old one stands beside it."""
    folder = bring_notebooks(workspace)
    old = with_output(folder / FIRST) if there == "language" else there
    (folder / FIRST).write_text(old)
    bring_notebooks(workspace, "de" if there == "language" else "en")
    beside = list(folder.glob("00_start_here-*.ipynb"))
    assert [path.read_text() for path in beside] == [old]
    assert json.loads((folder / FIRST).read_text())["cells"]


def test_a_lab_that_runs_is_noticed(workspace: Workspace) -> None:
    """A second lab on the same workspace is refused while the first is open, and not after."""
    with only_lab(workspace):
        with pytest.raises(WorkspaceFault, match="already open on this workspace"):
            lab_live(workspace.path, ("--version",))
    with only_lab(workspace):
        pass


def test_a_rehearsal_that_has_ended_is_told(workspace: Workspace, rehearsal_server: RehearsalServer) -> None:
    """Without a rehearsal behind it, lab says so and names both ways on; a live one is left alone."""
    with open_session(workspace.path) as session:
        session.journal.append("00_start_here", "look", Kind.started, {})
        port = rehearsal_server.url.rpartition(":")[2]
    file = workspace.connection_file
    file.write_text(file.read_text().replace(port, "1"))
    with pytest.raises(UsageFault, match="has ended") as stop:
        lab_live(workspace.path, ())
    assert "--look" in str(stop.value.fix) and "new folder" in str(stop.value.fix)


def test_a_new_org_gets_no_old_journal(workspace: Workspace) -> None:
    """With --world on a folder in which a rehearsal was walked, no new org is put under its record."""
    with open_session(workspace.path) as session:
        session.journal.append("00_start_here", "look", Kind.started, {})
    before = workspace.connection_file.read_text()
    with pytest.raises(UsageFault, match="has ended"):
        lab_rehearsal("clean", workspace.path, None, "en", ())
    assert workspace.connection_file.read_text() == before
