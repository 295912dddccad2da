"""The ``runbook`` command. Thin: it reads options, calls the guide, and tells the outcome.

What a program reads goes to stdout (with ``--json`` exactly one object); what a person reads while waiting
goes to stderr. The exit code is that of the error tree, and for a run it comes from the journal.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from runbook_lib import __version__
from runbook_lib.cli import decisions, fleet, journal, record, rehearsal, road
from runbook_lib.cli.exit import exit_code_of, tell_stopped
from runbook_lib.cli.help import Command, CommandGroup, exit_codes_told

COMMANDS = (
    rehearsal.rehearse,
    road.run,
    road.plan,
    road.check,
    road.watch,
    decisions.approve,
    decisions.reject,
    decisions.attest,
    decisions.adopt,
    decisions.acknowledge,
    decisions.merge,
    road.undo,
    road.status,
    record.report,
    record.audit,
    record.support_bundle,
    record.snapshot,
    road.init,
    rehearsal.serve,
    rehearsal.lab,
    rehearsal.app,
)
"""As the help lists them; a command is named as its function."""

app = typer.Typer(
    name="runbook",
    cls=CommandGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Connects Marketo to Salesforce, step by step, and proves that it works.",
    epilog=str(exit_codes_told()),
)


def print_version(is_asked: bool) -> None:
    """Prints the version and ends."""
    if is_asked:
        typer.echo(f"runbook {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """What stands before a command."""


for command in COMMANDS:
    app.command(command.__name__.replace("_", "-"), cls=Command)(command)
app.add_typer(fleet.app, name="fleet")
app.add_typer(journal.app, name="journal")


def main(arguments: list[str] | None = None) -> None:
    """The console script: runs the command and exits with its code. SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = call(arguments)
    except KeyboardInterrupt:  # pressed while the command was just starting, or while it was being told
        code = tell_stopped(sys.argv[1:] if arguments is None else arguments)
    sys.exit(code)


def call(arguments: list[str] | None = None) -> int:
    """Runs the command; its exit code. Whatever stops it is told."""
    given = sys.argv[1:] if arguments is None else arguments
    return exit_code_of(
        lambda: app(args=arguments, prog_name="runbook", standalone_mode=False, obj=given), given
    )
