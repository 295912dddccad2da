"""The eleven notebooks, written from one pattern, so that who has read one has read all.

``python -m runbook_lib.guide.notebooks.pattern`` writes them anew into ``notebooks/``; a test keeps the
files equal to this pattern. A notebook holds prose and calls, and no logic: code cells are hidden and
locked, and there is no output. What an admin needs to know beyond the one sentence is said by the step
itself, in their language.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook_lib.guide.notebooks.parameters import EVERYWHERE, MINUTES, Parameter
from runbook_lib.guide.state.phases import BEAT_WORDS, BEATS
from runbook_lib.road import ROAD, START_HERE, VERIFY_SYNC, StepSpec
from runbook_lib.text import LANGUAGES, say, translate

CHECKOUT = Path(__file__).parents[3] / "notebooks"
INSTALLED = Path(sysconfig.get_path("data")) / "share" / "marketo-salesforce-runbook" / "notebooks"
FOLDER = CHECKOUT if (CHECKOUT / f"{ROAD[0].name}.ipynb").is_file() else INSTALLED
"""Where the eleven files are: in a checkout beside the package, else where the wheel put them."""
_LOCKED = {"editable": False, "deletable": False}
_HIDDEN = {**_LOCKED, "jupyter": {"source_hidden": True}}

_BEGIN = say("**To begin:** Run ▸ Run All Cells, in the menu above.")

OWN: Mapping[str, tuple[Parameter, ...]] = {VERIFY_SYNC.name: (MINUTES,)}
"""Notebook → the parameters that only it has."""


def parameters_of(name: str) -> Mapping[str, Any]:
    """The parameters of the notebook ``name`` with their defaults: those of every notebook, and its own."""
    return {parameter.name: parameter.default for parameter in _all_of(name)}


def notebook_of(stop: StepSpec, language: str = "en") -> dict[str, Any]:
    """The notebook of ``stop`` as nbformat 4.5 data, the same every time; its prose in ``language``."""
    cells = [
        _markdown(_opening_words(stop, language)),
        _code("\n".join(map(_assignment, _all_of(stop.name))), ["parameters"]),
        _code(_opening(stop)),
    ]
    for number, beat in enumerate(BEATS, start=1):
        cells += [_markdown(f"## {number} {translate(BEAT_WORDS[beat], language)}"), _code(f"step.{beat}()")]
    cells.append(_markdown(_ways_on(stop, language)))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        # Numbered ids are what nbstripout leaves, so that a saved and stripped notebook is this one again.
        "cells": [{"id": str(number), **cell} for number, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def text_of(stop: StepSpec, language: str = "en") -> str:
    """The notebook file of ``stop``, as Jupyter writes it."""
    return json.dumps(notebook_of(stop, language), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def in_language(notebook: Path, stop: StepSpec, language: str) -> str:
    """The file ``notebook`` of ``stop`` with our prose in ``language``; what somebody wrote into it stays."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    english, wanted = notebook_of(stop)["cells"], notebook_of(stop, language)["cells"]
    prose = {"".join(ours["source"]): said["source"] for ours, said in zip(english, wanted, strict=True)}
    for cell in content["cells"]:
        cell["source"] = prose.get("".join(cell["source"]), cell["source"])
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def without_menu(source: str) -> str:
    """The prose of a notebook for a page that has no menu, on which all cells have run when it is read."""
    begins = {translate(_BEGIN, language) for language in LANGUAGES}
    return "\n\n".join(part for part in source.split("\n\n") if part.strip() not in begins)


def write_notebooks(folder: Path = CHECKOUT, language: str = "en") -> list[Path]:
    """Writes all eleven into ``folder``, which exists; their prose in ``language``."""
    written = []
    for stop in ROAD:
        path = folder / f"{stop.name}.ipynb"
        path.write_text(text_of(stop, language), encoding="utf-8")
        written.append(path)
    return written


def _all_of(name: str) -> tuple[Parameter, ...]:
    return (*EVERYWHERE, *OWN.get(name, ()))


def _assignment(parameter: Parameter) -> str:
    """With its kind as a text, for which nothing has to be imported."""
    kind = parameter.kind if parameter.kind.isidentifier() else f'"{parameter.kind}"'
    return f"{parameter.name}: {kind} = {_literal(parameter.default)}  # {parameter.explanation}"


def _opening_words(stop: StepSpec, language: str) -> str:
    """Title, what it is for, what to have at hand, how long it takes, what can go wrong, and how to begin."""
    briefing = stop.briefing
    conditions = say(
        "**At hand:** {at_hand}. **Time:** about {minutes} minutes. **May go wrong:** {may_fail}.",
        at_hand=briefing.at_hand, minutes=briefing.minutes, may_fail=briefing.may_fail,
    )  # fmt: skip
    title = f"# {stop.name[:2]} {translate(stop.title, language)}"
    paragraphs = (briefing.purpose, conditions, _BEGIN)
    return "\n\n".join((title, *(translate(text, language) for text in paragraphs)))


def _ways_on(stop: StepSpec, language: str) -> str:
    """The links at the end: the notebook before, the whole road, and the next one."""
    ways = []
    if stop.number:
        before = ROAD[stop.number - 1]
        ways += [f"[← {before.name[:2]}]({before.name}.ipynb)",
                 f"[{translate(say('The road'), language)}]({START_HERE.name}.ipynb)"]  # fmt: skip
    if stop is not ROAD[-1]:
        after = ROAD[stop.number + 1]
        ways.append(f"[{after.name[:2]} {translate(after.title, language)} →]({after.name}.ipynb)")
    return " · ".join(ways)


def _opening(stop: StepSpec) -> str:
    own = "".join(f", {parameter.name}={parameter.name}" for parameter in OWN.get(stop.name, ()))
    board = "\nstep.board()" if stop is START_HERE else ""
    return (
        "from runbook_lib.guide import open_step\n\n"
        f'step = open_step("{stop.short}", workspace, interactive, result{own}){board}'
    )


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": _LOCKED, "source": text.splitlines(keepends=True)}


def _code(text: str, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {**_HIDDEN, **({"tags": tags} if tags else {})},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }


if __name__ == "__main__":
    write_notebooks()
