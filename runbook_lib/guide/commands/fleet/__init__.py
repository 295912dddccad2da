"""``runbook fleet``: many connections in one table. Journals are read; no system is called, nothing changed.

A workspace that cannot be read is a row that says so: whoever looks after thirty must not lose the sight of
twenty-nine by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.fleet.connected import Connected, look_at
from runbook_lib.published import Published
from runbook_lib.text import say

FORMAT = 1
DEEPEST = 3
"""How many folders below the one that was named a workspace may lie."""
_MARKS = ("connection.toml", "journal.db")


@dataclass(frozen=True)
class Fleet(Published):
    """Where many connections stand."""

    format: int
    """1; a field may be added, none is renamed or taken away without raising it."""
    made_at: str
    """ISO 8601, UTC."""
    folder: str
    language: str
    """en, de or es: of all sentences in here."""
    counts: Mapping[str, int]
    """State → how many connections are in it."""
    connections: tuple[Connected, ...]


def survey_fleet(folder: Path, language: str = "en") -> Fleet:
    """Every workspace below ``folder``, in the order of their names. ``UsageFault`` where there is none."""
    paths = sorted(_workspaces(folder.expanduser().absolute(), DEEPEST))
    if not paths:
        raise UsageFault(
            say("There is no workspace in this folder."),
            where=str(folder),
            fix=say("Name the folder that holds the workspaces, each with its connection.toml."),
        )
    rows = tuple(look_at(path, folder.expanduser().absolute(), language) for path in paths)
    counts = Counter(row.state for row in rows)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Fleet(FORMAT, made_at, str(folder), language, dict(sorted(counts.items())), rows)


def _workspaces(folder: Path, deep: int) -> Iterator[Path]:
    try:
        if any((folder / name).exists() for name in _MARKS):
            yield folder
            return
        inner = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:  # a folder that is not ours to read holds no workspace of ours
        return
    for path in inner if deep else ():
        yield from _workspaces(path, deep - 1)
