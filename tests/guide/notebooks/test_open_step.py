"""The one door of the notebooks, outside of a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import NotebookParameterFault, UsageFault, WorkspaceFault
from runbook_lib.guide import open_step
from runbook_lib.guide.notebooks.open_step import is_interactive
from runbook_lib.guide.state.session import WORKSPACE, Session


@pytest.mark.parametrize(
    "given",
    [{"minutes": 3}, {"interactive": "yes"}, {"workspace": 3}, {"nonsense": None}],
)
def test_wrong_parameters_are_refused(rehearsed: Session, given: dict[str, object]) -> None:
    """A parameter of another notebook, of the wrong kind or unknown is refused before anything is opened."""
    with pytest.raises(NotebookParameterFault):
        open_step("field_visibility", **{"workspace": str(rehearsed.workspace.path), **given})  # type: ignore[arg-type]


def test_a_step_of_another_name_is_refused() -> None:
    """The fault names the steps there are."""
    with pytest.raises(UsageFault, match="05_sync_fields"):
        open_step("sync_everything")


def test_own_parameters_are_taken(rehearsed: Session) -> None:
    """``minutes`` is a whole or a decimal number, and no truth value."""
    folder = str(rehearsed.workspace.path)
    assert open_step("verify_sync", folder, minutes=0.5).name == "09_verify_sync"
    with pytest.raises(NotebookParameterFault):
        open_step("verify_sync", folder, minutes=True)


def test_the_environment_names_the_workspace(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left at ``.``, the workspace is the one that JupyterLab was opened on."""
    monkeypatch.setenv(WORKSPACE, str(rehearsed.workspace.path))
    assert open_step("watch").session.workspace.path == rehearsed.workspace.path


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A missing workspace says how to make one."""
    with pytest.raises(WorkspaceFault, match="runbook init"):
        open_step("watch", str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"interactive": "maybe"}, "has the wrong type: interactive"), ({}, "does not exist")],
)
def test_a_refusal_is_left_for_programs(tmp_path: Path, given: dict[str, Any], reason: str) -> None:
    """What the first cell refuses stands in result.json, as a wrong use, where no journal can hold it."""
    with pytest.raises((UsageFault, WorkspaceFault)):
        open_step("field_visibility", str(tmp_path / "nowhere"), result=str(tmp_path), **given)
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["outcome"], result["exit_code"]) == ("usage", 64)
    assert reason in result["reasons"][0]


def test_nobody_is_there_outside_a_notebook() -> None:
    """Without a kernel that could ask, nobody is; asked for, it is as asked."""
    assert (is_interactive(None), is_interactive(True), is_interactive(False)) == (False, True, False)
