"""The eleven notebooks: thin, locked, without outputs; and what they take is checked, also by plain
papermill."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from papermill import inspect_notebook

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.pattern import FOLDER, parameters_of, text_of
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, StepSpec
from tests.guide.walking import walk

every_stop = pytest.mark.parametrize("stop", ROAD, ids=[stop.name for stop in ROAD])


def _notebook(stop: StepSpec) -> nbformat.NotebookNode:
    notebook = nbformat.read(FOLDER / f"{stop.name}.ipynb", as_version=4)
    assert isinstance(notebook, nbformat.NotebookNode)
    return notebook


def _code(stop: StepSpec) -> list[nbformat.NotebookNode]:
    return [cell for cell in _notebook(stop).cells if cell.cell_type == "code"]


def test_there_are_exactly_the_road_s_notebooks() -> None:
    """A notebook per step and a step per notebook, by name."""
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {stop.name for stop in ROAD} == set(STEPS)


@every_stop
def test_the_file_is_what_the_pattern_gives(stop: StepSpec) -> None:
    """``python -m runbook_lib.guide.notebooks.pattern`` would change nothing."""
    assert (FOLDER / f"{stop.name}.ipynb").read_text(encoding="utf-8") == text_of(stop)


@every_stop
def test_the_notebook_is_valid(stop: StepSpec) -> None:
    """It is nbformat 4.5, with an id per cell."""
    nbformat.validate(_notebook(stop))
    assert (_notebook(stop).nbformat, _notebook(stop).nbformat_minor) == (4, 5)


@every_stop
def test_five_headings_one_call_each(stop: StepSpec) -> None:
    """What to know first, then Look, Check, Decide, Do, Prove: one call under each; and at the end the
    ways on."""
    prose = [cell.source for cell in _notebook(stop).cells if cell.cell_type == "markdown"]
    title, purpose, facts, begin = prose[0].split("\n\n")
    assert begin == "**To begin:** Run ▸ Run All Cells, in the menu above."
    assert title.startswith(f"# {stop.name[:2]} ") and purpose.count(".") == 1
    assert [facts.count(f"**{name}:**") for name in ("At hand", "Time", "May go wrong")] == [1, 1, 1]
    assert prose[1:-1] == [f"## {number} {beat.capitalize()}" for number, beat in enumerate(BEATS, start=1)]
    number = ROAD.index(stop)
    ways = [ROAD[number - 1], ROAD[0]] if number else []
    ways += ROAD[number + 1 : number + 2]
    assert re.findall(r"\]\((\w+)\.ipynb\)", prose[-1]) == [way.name for way in ways]
    assert [cell.source for cell in _code(stop)[2:]] == [f"step.{beat}()" for beat in BEATS]


@every_stop
def test_cells_hold_no_logic(stop: StepSpec) -> None:
    """At most five lines a cell; one import in all; no def, no loop, no branch."""
    trees = [ast.parse(cell.source) for cell in _code(stop)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    assert all(len(cell.source.splitlines()) <= 5 for cell in _code(stop))
    assert sum(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes) == 1
    assert not any(
        isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If | ast.With) for node in nodes
    )


@every_stop
def test_code_is_hidden_and_locked_and_never_ran(stop: StepSpec) -> None:
    """Code cells are folded, not editable, not deletable; there is no output and no count."""
    for cell in _code(stop):
        assert cell.metadata.jupyter.source_hidden is True
        assert (cell.metadata.editable, cell.metadata.deletable) == (False, False)
        assert (cell.outputs, cell.execution_count) == ([], None)


@every_stop
def test_parameters_stand_in_one_tagged_cell(stop: StepSpec) -> None:
    """Exactly one cell is tagged ``parameters``, and it holds what the guide knows, literals all."""
    (cell,) = [cell for cell in _code(stop) if "parameters" in cell.metadata.get("tags", ())]
    assigned = {node.target.id: ast.literal_eval(node.value) for node in ast.parse(cell.source).body}
    assert assigned == parameters_of(stop.name)
    assert (assigned["workspace"], assigned["interactive"]) == (".", None)


@every_stop
def test_papermill_tells_the_kind_and_the_meaning_of_each(stop: StepSpec) -> None:
    """``papermill --help-notebook`` knows every parameter with its type and a sentence."""
    told = inspect_notebook(str(FOLDER / f"{stop.name}.ipynb"))
    assert list(told) == list(parameters_of(stop.name))
    for parameter in told.values():
        assert parameter["inferred_type_name"] not in ("", "None")
        assert parameter["help"].endswith(".")


def _papermill(
    notebook: Path, output: Path, *more: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(notebook), str(output), *more]
    return subprocess.run(  # noqa: S603 - papermill, as any user calls it
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=False
    )


def test_plain_papermill_refuses_what_is_wrong(tmp_path: Path) -> None:
    """A parameter that the notebook does not know is seen in what papermill injected, and refused by the
    first cell, with its fix; other refusals of that cell: test_open_step.py."""
    said = _papermill(FOLDER / "04_field_visibility.ipynb", tmp_path / "out.ipynb", "-p", "workspaze", "x")
    assert said.returncode != 0
    assert "does not know the parameter workspaze" in said.stderr
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["outcome"], result["exit_code"]) == ("usage", 64)
    assert "does not know the parameter workspaze" in result["reasons"][0]


def test_one_notebook_by_plain_papermill(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path
) -> None:
    """``papermill notebooks/03_security_token.ipynb out.ipynb -p workspace DIR`` works by itself, on a
    folder where only 02 has ended: it stops at what is missing there and says which notebook repairs it, or
    is proven. Either way a result.json beside the output says so."""
    server = start_rehearsal("clean")
    workspace = prepare_workspace(tmp_path / "acme", server, "robot").path
    variables = secret_variables(server)
    with environment(variables), open_session(workspace) as session:
        walk(session, "02_sync_user")
    ends = {"03_security_token": ("done", 0), "06_field_mappings": ("waits", 2)}
    for name, (outcome, code) in ends.items():
        output = tmp_path / f"{name}.ipynb"
        said = _papermill(FOLDER / f"{name}.ipynb", output, "-p", "workspace", str(workspace), **variables)
        assert (said.returncode == 0) == (code == 0), said.stderr[-2000:]
        result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
        assert (result["step"], result["outcome"], result["exit_code"]) == (name, outcome, code)
        assert bool(result["reasons"]) == bool(code)
        assert (f"runbook run {workspace}" == result["next"]) == bool(code)
    assert "Proven." in (tmp_path / "03_security_token.ipynb").read_text(encoding="utf-8")
