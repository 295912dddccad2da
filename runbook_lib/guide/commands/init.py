"""A new workspace from what a person answered."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook_lib.disk import reason_of_system
from runbook_lib.errors import ConnectionFileFault, UsageFault, WorkspaceFault
from runbook_lib.systems.connection import Connection, faults_of, read_connection, write_connection
from runbook_lib.text import every_wording, on_terminal, say, translate
from runbook_lib.workspace import Workspace

ASKED = {
    "name": say("Name of the connection, such as acme"),
    "environment": say("Salesforce: production or sandbox"),
    "admin_username": say("Your Salesforce user name"),
    "sync_username": say("User name of the sync user"),
    "munchkin_id": say("Marketo's Munchkin id, such as 123-ABC-456"),
    "client_id": say("Client id of Marketo's API client"),
}
"""What a new workspace needs, and how it is asked for."""
_EXAMPLES = {
    "name": "acme",
    "environment": "production",
    "admin_username": "admin@acme.example",
    "sync_username": "marketo@acme.example",
    "munchkin_id": "123-ABC-456",
    "client_id": "client",
}
"""Stand for what was not asked yet, while one answer is checked."""


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
                reason=reason_of_system(fault),
            ),
            where=str(folder),
            fix=say("Choose a folder in which you may write."),
        ) from None
    if exists:
        raise UsageFault(
            say("This folder is already a workspace."),
            where=str(file),
            fix=say("Edit its connection.toml, or name another folder."),
        )


def ask_missing(given: Mapping[str, str | None], language: str) -> dict[str, str]:
    """``given`` with what is missing asked for, on stderr; each answer is checked before the next question.

    ``UsageFault`` naming the options where nobody is there to be asked.
    """
    missing = [name for name, value in given.items() if value is None]
    if missing and not sys.stdin.isatty():
        names = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise UsageFault(
            say("There is no terminal to ask on, and these options are missing: {names}.", names=names),
            fix=say("Pass them on the command line."),
        )
    answers = {name: as_meant(name, value) for name, value in given.items() if value is not None}
    for name in missing:
        answers[name] = _ask(name, answers, language)
    return answers


def as_meant(name: str, answer: str) -> str:
    """An answer as connection.toml writes it: the words of our three languages for the kinds of orgs."""
    if name != "environment":
        return answer
    words = {
        word: kind for kind in ("production", "sandbox") for word in every_wording(f"environment.{kind}")
    }
    return words.get(answer.strip().casefold(), answer)


def _ask(name: str, before: Mapping[str, str], language: str) -> str:
    """One answer, asked for until it is one."""
    from typer import prompt  # lazy: only where a person is asked

    while True:
        answer = as_meant(name, str(prompt(translate(ASKED[name], language), err=True)))
        if (fault := fault_of_answer(before, name, answer)) is None:
            return answer
        print(on_terminal(say("That is not it: {reason}.", reason=fault), language), file=sys.stderr)


def fault_of_answer(before: Mapping[str, str], name: str, answer: str) -> object | None:
    """What is wrong with one answer, given those before it; ``None`` where nothing is."""
    answers = {**_EXAMPLES, **before, name: answer}
    return next((reason for key, reason in faults_of(nested(answers)).items() if key in (name, "")), None)


def nested(answers: Mapping[str, str]) -> dict[str, Any]:
    """The answers in the tables of connection.toml."""
    tables = {"salesforce": ("environment", "my_domain", "admin_username", "sync_username"),
              "marketo": ("munchkin_id", "client_id", "authentication")}  # fmt: skip
    inner = {name for names in tables.values() for name in names}
    own = {name: value for name, value in answers.items() if name not in inner}
    return own | {
        table: {name: answers[name] for name in names if name in answers} for table, names in tables.items()
    }


def _checked(answers: Mapping[str, Any], file: Path) -> Connection:
    """The connection that the answers give, read back from a file as every later command reads it."""
    import tomlkit  # lazy: only a new workspace needs it

    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / file.name
        draft.write_text(tomlkit.dumps(answers), encoding="utf-8")
        try:
            return read_connection(draft)
        except ConnectionFileFault as fault:
            raise ConnectionFileFault(
                fault.what, where=str(file), fix=say("Please answer these again.")
            ) from None
