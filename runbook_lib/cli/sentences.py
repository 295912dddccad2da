"""The texts of the help, for ``make catalogues``: pyproject.toml names ``sentences`` to babel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer import Context
from typer.main import get_command

from runbook_lib.cli.app import app


def sentences(*_file: object, **_options: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """Every text that a page of the help brings, once, as babel wants it: line, keyword, text, comments."""
    for text in dict.fromkeys(_texts(get_command(app))):
        yield 1, "say", text, []


def _texts(command: Any) -> Iterator[str]:
    """The texts of a command, of its options and of all commands below it."""
    for part in (command, *command.params, command.get_help_option(Context(command))):
        if part.help:
            yield part.help
    for below in getattr(command, "commands", {}).values():
        yield from _texts(below)
