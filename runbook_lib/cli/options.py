"""What the ``runbook`` command is given: options that several commands share, and what is refused of them.

Refused here is what can be told before a workspace is opened and any system is asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.language import language_of_terminal
from runbook_lib.disk import reason_of_system
from runbook_lib.errors import UsageFault
from runbook_lib.road import ROAD, StepSpec, step_named
from runbook_lib.text import LANGUAGES, say


def folder_typed(text: str) -> Path:
    """A folder as it was typed. An unset shell variable is not the current folder."""
    if not text.strip():
        raise UsageFault(say("The name of the folder is empty."), fix=say("Choose a folder."))
    return Path(text)


def _engine(text: str | None) -> str | None:
    if text not in (None, "duckdb", "spark"):
        raise UsageFault(say("There is no engine “{engine}”.", engine=text),
                         fix=say("Choose duckdb or spark."))  # fmt: skip
    return text


def language_known(text: str | None) -> str | None:
    """A language that the runbook speaks, or none where none is named."""
    if text is not None and text not in LANGUAGES:
        raise UsageFault(
            say("There is no language “{language}”.", language=text),
            fix=say("Choose one of: {names}.", names=", ".join(LANGUAGES)),
        )
    return text


def _language_meant(text: str) -> str:
    """The language that is named, else the terminal's."""
    return language_known(text or None) or language_of_terminal()


Folder = Annotated[
    Path,
    typer.Argument(
        help="The workspace: one folder per connection.", metavar="WORKSPACE", parser=folder_typed
    ),
]
Language = Annotated[str, typer.Option(help="en, de or es; else the terminal's.", callback=_language_meant)]
OfRehearsal = Annotated[
    str, typer.Option(help="Of a rehearsal: en, de or es; else the terminal's.", callback=_language_meant)
]
"""Of what a command writes; its default is the empty text, which stands for the terminal's language."""
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
World = Annotated[str, typer.Option(help="The rehearsal's world: clean, blocked …")]
People = Annotated[int | None, typer.Option(help="How many leads and contacts the world has.", min=1)]
Schema = Annotated[
    Path | None, typer.Option(help="A folder of describe JSON files: the schema of the rehearsal's org.")
]

ShowPeople = Annotated[
    bool, typer.Option("--show-people", help="Notebook 07: write names and e-mails beside the record Ids.")
]
KeepPeople = Annotated[
    bool, typer.Option("--keep-people", help="Notebook 07: keep the people that were read, in extract/.")
]

Engine = Annotated[
    str | None,
    typer.Option(
        help="Notebook 07: where people are compared, duckdb or spark (spark_master in connection.toml).",
        callback=_engine,
    ),
]


def require_texts(options: dict[str, str]) -> None:
    """Refuses an empty text of an option that goes on record."""
    if empty := [name for name, value in options.items() if not value.strip()]:
        raise UsageFault(
            say("{names} is empty.", names=", ".join(empty)),
            why=say("Anyone who reads the record must be able to see who agreed to what, and why."),
        )


def make_folder(path: Path) -> None:
    """Makes the folder to save something in, where it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageFault(
            say("The folder cannot be made: {reason}.", reason=reason_of_system(fault)),
            where=str(path),
            fix=say("Choose a folder in which you may write."),
        ) from None


def between(start: str | None, end: str | None) -> tuple[StepSpec, ...]:
    """The steps from ``--from`` to ``--to``; the whole road where neither was named."""
    first = ROAD.index(step_named(start)) if start else 0
    last = ROAD.index(step_named(end)) if end else len(ROAD) - 1
    if first > last:
        raise UsageFault(say("{start} comes after {end}.", start=ROAD[first].name, end=ROAD[last].name))
    return ROAD[first : last + 1]
