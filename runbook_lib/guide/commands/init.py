"""A new workspace from what a person answered."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook_lib.errors import ConnectionFileFault, UsageFault, WorkspaceFault
from runbook_lib.systems.connection import Connection, read_connection, write_connection
from runbook_lib.text import say
from runbook_lib.workspace import Workspace


def found_workspace(folder: Path, answers: Mapping[str, Any]) -> Path:
    """Makes the workspace and its connection.toml; the path of that file. No system is called.

    ``UsageFault`` where the folder is a workspace already, ``ConnectionFileFault`` naming every wrong answer;
    nothing is made then.
    """
    require_new(folder)
    connection = _checked(answers, Workspace(folder.expanduser().absolute()).connection_file)
    workspace = Workspace.create(folder)
    write_connection(workspace.connection_file, connection)
    return workspace.connection_file


def require_new(folder: Path) -> None:
    """``UsageFault`` where the folder is a workspace already, ``WorkspaceFault`` where it cannot be had."""
    file = Workspace(folder.expanduser().absolute()).connection_file
    try:
        exists = file.exists()
    except (OSError, ValueError) as fault:
        raise WorkspaceFault(
            say(
                "The workspace folder cannot be made: {reason}.",
                reason=getattr(fault, "strerror", "") or fault,
            ),
            where=str(folder),
            fix=say("Name a folder in which you may write."),
        ) from None
    if exists:
        raise UsageFault(
            say("This folder is a workspace already."),
            where=str(file),
            fix=say("Edit its connection.toml, or name another folder."),
        )


def _checked(answers: Mapping[str, Any], file: Path) -> Connection:
    """The connection that the answers give, read back from a file as every later command reads it."""
    import tomlkit  # lazy: only a new workspace needs it

    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / file.name
        draft.write_text(tomlkit.dumps(answers), encoding="utf-8")
        try:
            return read_connection(draft)
        except ConnectionFileFault as fault:
            raise ConnectionFileFault(fault.what, where=str(file), fix=say("Answer these again.")) from None
