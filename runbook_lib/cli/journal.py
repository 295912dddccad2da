"""The commands about where the journal is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from runbook_lib.cli.exit import print_view
from runbook_lib.cli.help import Command, CommandGroup
from runbook_lib.cli.options import Folder

app = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="Where the record is kept.")


@app.callback()
def journal() -> None:
    """Where the record is kept."""


@app.command(cls=Command)
def move(
    workspace: Folder,
    to: Annotated[
        str,
        typer.Option(
            help="A database, such as postgresql+psycopg://runbook@db.example/runbook; or: workspace.",
        ),
    ],
) -> None:
    """Move the journal into another database, where many connections may share one; and back."""
    from runbook_lib.guide.commands.journal_move import move_journal  # lazy: help starts at once

    print_view(move_journal(workspace, to))
