"""Stub: signatures first, the body follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport


@dataclass(frozen=True)
class Form:
    """A form of a page: what its button says, where and how it is sent, its fields with their values."""

    label: str
    action: str
    method: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table of a page."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Page:
    """A page as its reader sees it."""

    path: str
    title: str
    status: str
    forms: dict[str, Form]
    alerts: tuple[str, ...]
    tables: tuple[Table, ...]
    links: dict[str, str]


class RehearsalConsole:
    """The rehearsal's Admin pages, used as a person uses them."""

    def __init__(self, transport: Transport, connection: Connection) -> None:
        raise NotImplementedError

    def open(self, path: str) -> Page:
        raise NotImplementedError

    def submit(self, label: str, values: Mapping[str, str] | None = None) -> Page:
        """Presses the button ``label`` of the page that is open; ConsoleRefused where the page says no."""
        raise NotImplementedError
