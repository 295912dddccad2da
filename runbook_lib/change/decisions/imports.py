"""Spreadsheets of decisions that a person laid into the workspace's folder ``imports/``.

A file is known by its columns, or by its name where it cannot be read. It is taken once: what it decided
stays in ``decisions/``, where it can be decided otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from runbook_lib.change.decisions import decision_fault, files
from runbook_lib.change.decisions.rows import FieldDecision, MappingDecision, Row
from runbook_lib.spreadsheets import may_be_spreadsheet
from runbook_lib.text import Message
from runbook_lib.text_files import UnreadableText, read_bytes

T = TypeVar("T", bound=FieldDecision | MappingDecision)
_NAMES: dict[type[Row], str] = {FieldDecision: "fields", MappingDecision: "mappings"}


@dataclass(frozen=True)
class Laid(Generic[T]):
    """A file of decisions in ``imports/``. ``digest``: of its content; ``rows``: what it decides."""

    path: Path
    digest: str
    rows: tuple[T, ...]


def new_decisions(folder: Path, row: type[T], taken: Collection[str]) -> tuple[Laid[T], ...]:
    """The files about such rows whose digest is not ``taken``, the oldest first.

    ``DecisionFileFault`` with every fault of every one of them.
    """
    faults: list[Message] = []
    laid = []
    for path in sorted(decision_files(folder, row), key=lambda file: file.stat().st_mtime):
        digest = _digest(path)
        if digest not in taken:
            laid.append(Laid(path, digest, tuple(files.read_table(path, row, faults))))
    if faults:
        raise decision_fault(folder, faults)
    return tuple(laid)


def decision_files(folder: Path, row: type[Row]) -> list[Path]:
    """The files in ``folder`` that hold such rows, or bear their name and cannot be read."""
    candidates = (path for path in folder.iterdir() if may_be_spreadsheet(path)) if folder.is_dir() else ()
    return [path for path in candidates if _is_about(path, row)]


def are_decisions(path: Path) -> bool:
    """Whether a file in ``imports/`` holds decisions, and is none of Marketo's exports."""
    return any(_is_about(path, row) for row in _NAMES)


def unreadable(folder: Path) -> list[Path]:
    """The files of decisions in ``folder`` that have faults."""
    bad = []
    for row in (FieldDecision, MappingDecision):
        for path in decision_files(folder, row):
            faults: list[Message] = []
            files.read_table(path, row, faults)
            bad += [path] if faults else []
    return bad


def _is_about(path: Path, row: type[Row]) -> bool:
    try:
        return files.are_rows(read_bytes(path), row)
    except (UnreadableText, FileNotFoundError):
        return path.stem.lower().startswith(_NAMES[row])


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except (UnreadableText, FileNotFoundError):
        return ""
