"""Stub: signatures first, the body follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook_lib.systems.connection import Connection

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True)
class Call:
    """One call: which system ("salesforce", "marketo", "console"), what, how it was answered, how long."""

    system: str
    method: str
    host: str
    path: str
    status: int | None
    milliseconds: int


class Transport:
    """The one way to the two systems."""

    calls: dict[str, int]
    log: list[Call]
    session: requests.Session

    def __init__(self, connection: Connection) -> None:
        raise NotImplementedError

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
