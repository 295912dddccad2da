"""The one door of the notebooks: checks what a notebook was given, and opens its step.

Plain papermill only warns about a parameter that the notebook does not know, so the first code cell refuses
it: a misspelled parameter must not pass for one that was heeded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from runbook_lib.errors import NotebookParameterFault, RunbookError
from runbook_lib.guide.engine.plain_run import PlainRun
from runbook_lib.guide.engine.result import stopped_by, write_result
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.notebooks.output import output_of
from runbook_lib.guide.notebooks.parameters import given_parameters
from runbook_lib.guide.notebooks.pattern import parameters_of
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import RUN
from runbook_lib.pictures.svg import load_ahead
from runbook_lib.road import step_named
from runbook_lib.text import Message, say

PERSON = "RUNBOOK_PERSON"
"""Environment variable by which the app view says that a person is there."""


def open_step(
    name: str, workspace: str = ".", interactive: bool | None = None, result: str = "", **literals: Any
) -> Step:
    """The step ``name`` (``field_visibility``) of a workspace, ready for its five beats.

    ``interactive``: whether a person is there to fill in forms; ``None`` finds out. ``result``: the folder
    for result.json where papermill runs the notebook by itself; empty: beside the executed notebook, or with
    the runs of the workspace where nobody tells where that is. ``literals`` are the step's own parameters.
    Raises ``NotebookParameterFault`` for a parameter that the notebook does not know
    or that is of the wrong kind, ``WorkspaceFault`` and ``ConnectionFileFault`` where there is no usable
    workspace.
    """
    stop = step_named(name)
    known = parameters_of(stop.name)
    given = {"workspace": workspace, "interactive": interactive, "result": result, **literals}
    cells = _cells_that_ran()
    is_headless = not is_interactive(interactive if isinstance(interactive, bool) else None)
    is_plain = is_headless and (bool(result) or (RUN not in os.environ and _shell() is not None))
    output = output_of(cells) if is_plain else None
    folder = Path(result) if result and isinstance(result, str) else output.parent if output else None
    try:
        _refuse_unknown([*given_parameters(cells), *given], known)
        _refuse_wrong_kinds(given, known)
        session = open_session(workspace)
    except RunbookError as error:
        if folder is not None:
            write_result(folder, stopped_by(stop.name, "", error))
        raise
    step = STEPS[stop.name](session, not is_headless, **literals)
    if is_plain:
        folder = folder or session.workspace.runs / session.journal.run
        step.run_plainly(PlainRun(session, stop.name, folder, output))
    if not is_headless:
        load_ahead()
    return step


def is_interactive(asked: bool | None) -> bool:
    """Whether a person is there: as ``asked``, else whether the one who runs this cell could be asked for
    input.

    A run of the runbook never has a person. JupyterLab allows a cell to ask; papermill and nbclient do not,
    nor does the app view, which always has a person and says so.
    """
    if asked is not None:
        return asked
    kernel = getattr(_shell(), "kernel", None)
    is_asked = bool(getattr(kernel, "_allow_stdin", False)) or PERSON in os.environ
    return is_asked and RUN not in os.environ


def _cells_that_ran() -> Sequence[str]:
    """The sources of the cells that this kernel ran, the one that runs now as the last."""
    shell = _shell()
    return tuple(map(str, shell.user_ns.get("In", ()))) if shell else ()


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _refuse_unknown(given: Iterable[str], known: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise NotebookParameterFault(
            say("This notebook does not know the parameter {names}.", names=", ".join(unknown)),
            why=say("Otherwise a misspelled parameter would silently be ignored."),
            fix=say("Its parameters are: {names}.", names=", ".join(known)),
        )


def _refuse_wrong_kinds(given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    kinds = {name: _kind_of(name, default) for name, default in known.items()}
    wrong = [name for name, value in given.items() if not _is_of(value, kinds[name])]
    if wrong:
        wanted = _wanted({name: kinds[name] for name in wrong})
        raise NotebookParameterFault(
            say("A parameter has the wrong type: {names}.", names=", ".join(wrong)),
            fix=say("Give {wanted}.", wanted=wanted),
        )


_NAMES = {
    str: say("text"),
    bool: say("true or false"),
    type(None): say("nothing"),
    int: say("number"),
    float: say("number"),
}


def _wanted(kinds: Mapping[str, tuple[type, ...]]) -> Message:
    """``interactive: true or false / nothing``, in the reader's language."""
    parts, values = [], dict[str, object]()
    for name, wanted in kinds.items():
        words = list(dict.fromkeys(_NAMES[kind] for kind in wanted))
        gaps = [f"{name}_{number}" for number in range(len(words))]
        parts.append(f"{name}: " + " / ".join(f"{{{gap}}}" for gap in gaps))
        values |= dict(zip(gaps, words, strict=True))
    return Message(", ".join(parts), values)


def _kind_of(name: str, default: Any) -> tuple[type, ...]:
    if name == "interactive":
        return (bool, type(None))
    return (int, float) if isinstance(default, int | float) else (type(default),)


def _is_of(value: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, bool):  # in Python True is a number, too
        return bool in kinds
    return isinstance(value, kinds)
