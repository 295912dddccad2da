"""The language in which the command line answers: the one that is named, else the connection's, else the
terminal's (``LC_ALL``, ``LC_MESSAGES``, ``LANG``, the first that is set; source: POSIX, locale)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from runbook_lib.errors import RunbookError
from runbook_lib.text import LANGUAGES

DEFAULT = "en"
_OPTION = "--language"


def language_of(arguments: Sequence[str]) -> str:
    """The language in which to answer the command that was made of ``arguments``."""
    return _named(arguments) or _of_a_workspace(arguments) or language_of_terminal()


def language_of_terminal() -> str:
    """The terminal's language; English where the runbook does not speak it, or none is set."""
    settings = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return _spoken([next(filter(None, settings), DEFAULT)[:2].lower()]) or DEFAULT


def language_of_workspace(workspace: Path) -> str:
    """The connection's language; English where it cannot be told, because the command will say why."""
    from runbook_lib.systems.connection import read_connection  # lazy: help of a command without a workspace

    try:
        return read_connection(workspace.expanduser() / "connection.toml").language
    except RunbookError:
        return DEFAULT


def _named(arguments: Sequence[str]) -> str | None:
    """``--language es`` or ``--language=es``; a language that is not spoken is refused elsewhere."""
    after = (value for option, value in zip(arguments, arguments[1:], strict=False) if option == _OPTION)
    joined = (argument.partition("=")[2] for argument in arguments if argument.startswith(f"{_OPTION}="))
    return _spoken([*after, *joined])


def _of_a_workspace(arguments: Sequence[str]) -> str | None:
    """Of the first workspace that was named."""
    return next((language_of_workspace(Path(folder)) for folder in arguments if _is_workspace(folder)), None)


def _is_workspace(argument: str) -> bool:
    try:
        return (Path(argument) / "connection.toml").is_file()
    except (OSError, ValueError):  # not ours to read, or no path at all: the command has said so
        return False


def _spoken(languages: Iterable[str]) -> str | None:
    return next((language for language in languages if language in LANGUAGES), None)
