"""The commands about many connections at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import json_text, print_json, print_view
from runbook_lib.cli.help import Command, CommandGroup
from runbook_lib.cli.options import Json, Language, folder_typed

Fleet = Annotated[
    Path,
    typer.Argument(help="The folder that holds the workspaces.", metavar="DIR", parser=folder_typed),
]
app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Many connections in one table, by their journals alone."
)


@app.command(cls=Command)
def status(folder: Fleet, language: Language = "", json: Json = False) -> None:
    """Tell who is where, what waits for whom, and what changed; no system is called."""
    from runbook_lib.guide.commands.fleet import survey_fleet  # lazy: help starts at once
    from runbook_lib.guide.commands.fleet.table import fleet_view  # lazy: as above

    overview = survey_fleet(folder, language)
    if json:
        print_json(asdict(overview))
    else:
        print_view(fleet_view(overview))


@app.command(cls=Command)
def report(folder: Fleet, language: Language = "") -> None:
    """Write the same as fleet.html and fleet.json into that folder; prints the page's path."""
    from runbook_lib.guide.commands.fleet import survey_fleet  # lazy: help starts at once
    from runbook_lib.guide.commands.fleet.table import write_fleet  # lazy: as above

    overview = survey_fleet(folder, language)
    print(write_fleet(overview, folder, json_text(asdict(overview))))
