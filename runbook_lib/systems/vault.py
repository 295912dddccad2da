"""Stub: signatures first, the body follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from runbook_lib.systems.connection import Connection

SECRET_NAMES = (
    "salesforce_admin_password",
    "salesforce_admin_token",
    "salesforce_sync_password",
    "salesforce_sync_token",
    "marketo_client_secret",
)


class Secret:
    """A text that prints as ``•••`` and cannot be pickled; :meth:`reveal` gives it."""

    def __init__(self, value: str) -> None:
        raise NotImplementedError

    def reveal(self) -> str:
        raise NotImplementedError


class Leak(NamedTuple):
    """A secret found in a file: where, which one, in which encoding."""

    path: Path
    secret: str
    encoding: str


class Vault:
    """Where secrets come from."""

    def __init__(self, connection: Connection) -> None:
        raise NotImplementedError

    def get(self, name: str) -> Secret:
        raise NotImplementedError

    def has(self, name: str) -> bool:
        raise NotImplementedError

    def put(self, name: str, value: str) -> object:
        """Keeps a secret; returns the place it went to, as a Message."""

    def watch(self, name: str, secret: Secret) -> None:
        """Masks and searches for ``secret`` too (a session id, an access token)."""

    def in_use(self) -> tuple[str, ...]:
        raise NotImplementedError

    def mask(self, value: Any) -> Any:
        raise NotImplementedError

    def find_leaks(self, paths: Iterable[Path]) -> list[Leak]:
        raise NotImplementedError

    def remove_leaks(self, leaks: Iterable[Leak]) -> None:
        raise NotImplementedError
