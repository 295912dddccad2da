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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.guide.notebooks.parameters import EVERYWHERE, MINUTES, Parameter
from runbook_lib.guide.state.phases import BEAT_WORDS, BEATS
from runbook_lib.road import DUPLICATES, FIELD_MAPPINGS, FIELD_VISIBILITY, MARKETO_FIELDS, ROAD, SECURITY_TOKEN, START_HERE, START_SYNC, SYNC_FIELDS, SYNC_USER, StepSpec, VERIFY_SYNC, WATCH
from runbook_lib.text import Message, say, translate

CHECKOUT = Path(__file__).parents[3] / "notebooks"
INSTALLED = Path(sysconfig.get_path("data")) / "share" / "marketo-salesforce-runbook" / "notebooks"
FOLDER = CHECKOUT if (CHECKOUT / f"{ROAD[0].name}.ipynb").is_file() else INSTALLED
"""Where the eleven files are: in a checkout beside the package, else where the wheel put them."""
_LOCKED = {"editable": False, "deletable": False}
_HIDDEN = {**_LOCKED, "jupyter": {"source_hidden": True}}


@dataclass(frozen=True)
class Page:
    """What one notebook says and takes: its sentence, and its own parameters."""

    sentence: Message
    parameters: tuple[Parameter, ...] = ()


PAGES: Mapping[str, Page] = {
    START_HERE.name: Page(
        say("State which Salesforce org and which Marketo instance belong together, and take a first "
"look.")
    ),
    MARKETO_FIELDS.name: Page(
        say("Create the fields that Marketo fills in Salesforce, on Lead and on Contact.")
    ),
    SYNC_USER.name: Page(
        say("Give the Salesforce user that Marketo logs in as exactly the rights it needs.")
    ),
    SECURITY_TOKEN.name: Page(
        say("Enter the sync user's password and security token, and try the login once.")
    ),
    FIELD_VISIBILITY.name: Page(say("Keep or hide each field before Marketo creates it permanently.")),
    SYNC_FIELDS.name: Page(
        say("Give Marketo the credentials and let it create its fields, which cannot be undone.")
    ),
    FIELD_MAPPINGS.name: Page(
        say("Look at the fields that Marketo combines: this is the only time they can be changed.")
    ),
    DUPLICATES.name: Page(say("Count the people who would be in Marketo twice, and merge or accept them.")),
    START_SYNC.name: Page(say("Start the sync, which copies the whole database and cannot be undone.")),
    VERIFY_SYNC.name: Page(
        say("Sampled records show whether what is in Salesforce arrives in Marketo."), (MINUTES,),
    ),
    WATCH.name: Page(say("Compare today with the day the sync was proven.")),
}


def parameters_of(name: str) -> Mapping[str, Any]:
    """The parameters of the notebook ``name`` with their defaults: those of every notebook, and its own."""
    return {parameter.name: parameter.default for parameter in _all_of(name)}


def notebook_of(stop: StepSpec, language: str = "en") -> dict[str, Any]:
    """The notebook of ``stop`` as nbformat 4.5 data, the same every time; its prose in ``language``."""
    page = PAGES[stop.name]
    cells = [
        _markdown(
            f"# {stop.name[:2]} {translate(stop.title, language)}\n\n{translate(page.sentence, language)}"
        ),
        _code("\n".join(map(_assignment, _all_of(stop.name))), ["parameters"]),
        _code(_opening(stop, page)),
    ]
    for number, beat in enumerate(BEATS, start=1):
        cells += [_markdown(f"## {number} {translate(BEAT_WORDS[beat], language)}"), _code(f"step.{beat}()")]
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


def write_notebooks(folder: Path = CHECKOUT, language: str = "en") -> list[Path]:
    """Writes all eleven into ``folder``, which exists; their prose in ``language``."""
    written = []
    for stop in ROAD:
        path = folder / f"{stop.name}.ipynb"
        path.write_text(text_of(stop, language), encoding="utf-8")
        written.append(path)
    return written


def _all_of(name: str) -> tuple[Parameter, ...]:
    return (*EVERYWHERE, *PAGES[name].parameters)


def _assignment(parameter: Parameter) -> str:
    """With its kind as a text, for which nothing has to be imported."""
    kind = parameter.kind if parameter.kind.isidentifier() else f'"{parameter.kind}"'
    return f"{parameter.name}: {kind} = {_literal(parameter.default)}  # {parameter.told}"


def _opening(stop: StepSpec, page: Page) -> str:
    own = "".join(f", {parameter.name}={parameter.name}" for parameter in page.parameters)
    return (
        "from runbook_lib.guide import open_step\n\n"
        f'step = open_step("{stop.short}", workspace, interactive, result{own})'
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
