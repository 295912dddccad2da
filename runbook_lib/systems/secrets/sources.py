"""The places that secrets come from, in the order in which they are asked; the first answer counts.

A new place is one more row of :data:`SOURCES`, with what it holds and how it is named in a refusal.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.disk import write_whole
from runbook_lib.errors import SecretMissing
from runbook_lib.systems.secrets import keyring as keychain
from runbook_lib.text import Message, say
from runbook_lib.text_files import UnreadableText, read_text

SECRETS_DIR = "RUNBOOK_SECRETS_DIR"

# What forms gave, by connection and name: kept for the life of this process, for every vault in it.
_given: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Owner:
    """Whose secrets they are: a connection. A rehearsal's neither come from a keyring nor go into one."""

    connection: str
    is_rehearsal: bool

    @property
    def service(self) -> str:
        """The name of the service in a keyring."""
        return f"marketo-salesforce-runbook:{self.connection}"

    def variable(self, name: str) -> str:
        """The environment variable of the secret ``name``."""
        return re.sub(r"[^A-Z0-9]", "_", f"RUNBOOK_{self.connection}_{name}".upper())


@dataclass(frozen=True)
class Source:
    """One place: what it holds for a secret's name, and what it is called where people are told of it."""

    look: Callable[[Owner, str], str | None]
    tell: Callable[[Owner, str], Message]


def keep(owner: Owner, name: str, value: str) -> Message:
    """Keeps what a form was given; returns the place it went to, to be shown.

    That is the keyring where the operating system has one, else a file only its owner can read in
    ``RUNBOOK_SECRETS_DIR``, else this process alone.
    """
    _given[owner.connection, name] = value
    if not owner.is_rehearsal and keychain.write(owner.service, name, value):
        return say("the keyring of the operating system")
    if (folder := os.environ.get(SECRETS_DIR)) and _write_file(Path(folder) / name, value):
        return say("the file {path}", path=str(Path(folder) / name))
    return say("the memory of this notebook only, until its kernel stops")


def _environment(owner: Owner, name: str) -> str | None:
    return os.environ.get(owner.variable(name))


def _tell_environment(owner: Owner, name: str) -> Message:
    return say("environment variable {name}", name=owner.variable(name))


def _file(_: Owner, name: str) -> str | None:
    folder = os.environ.get(SECRETS_DIR)
    if not folder:
        return None
    path = Path(folder) / name
    try:
        text = read_text(path)
    except FileNotFoundError:
        return None
    except UnreadableText as fault:
        raise SecretMissing(
            say("The file with the secret {name} exists but cannot be read: {reason}.",
                name=name, reason=fault.reason),
            where=str(path),
            fix=say("Write the file again as UTF-8, with only the secret in it; or remove it."),
        ) from None  # fmt: skip
    return text.removesuffix("\n").removesuffix("\r")


def _tell_file(_: Owner, name: str) -> Message:
    folder = os.environ.get(SECRETS_DIR)
    place: object = say("no folder, {name} is not set", name=SECRETS_DIR)
    if folder and Path(folder).is_dir():
        place = Path(folder) / name
    elif folder:
        place = say("{name} points to {folder}, which is not a folder", name=SECRETS_DIR, folder=folder)
    return say("file ({file})", file=place)


def _keyring(owner: Owner, name: str) -> str | None:
    return None if owner.is_rehearsal else keychain.read(owner.service, name)


def _tell_keyring(owner: Owner, _: str) -> Message:
    return say("keyring ({keyring})",
               keyring=say("not used in a rehearsal") if owner.is_rehearsal else keychain.tell())  # fmt: skip


def _form(owner: Owner, name: str) -> str | None:
    return _given.get((owner.connection, name))


def _tell_form(_: Owner, __: str) -> Message:
    return say("the forms")


def _write_file(path: Path, value: str) -> bool:
    if not path.parent.is_dir():
        return False
    try:
        write_whole(path, value, 0o600)
    except OSError:
        return False
    return True


SOURCES = (
    Source(_environment, _tell_environment),
    Source(_file, _tell_file),
    Source(_keyring, _tell_keyring),
    Source(_form, _tell_form),
)
"""As design and README name them: the first that holds a secret gives it."""
