"""Texts and paths as SQL of DuckDB. A path is the name of one file, whatever is in it, and never a pattern.

DuckDB takes ``*``, ``?`` and ``[`` in the name of a file to be read for a pattern, even where a file of that
very name is there, and then reads its neighbors too. A workspace may be called ``acme [prod]`` or
``o'brien``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from runbook_lib.errors import WorkspaceFault
from runbook_lib.text import say

_PATTERN = re.compile(r"[*?\[]")


def quoted(value: str) -> str:
    """``value`` as a text of SQL."""
    return "'" + value.replace("'", "''") + "'"


def literal(path: Path) -> str:
    """The path so that DuckDB, reading it, finds that one file; to be bound or quoted.

    Raises ``WorkspaceFault`` for a backslash beside one of these: among patterns DuckDB has no way to write
    it.
    """
    text = str(path)
    if not _PATTERN.search(text):
        return text
    if "\\" in text and os.sep != "\\":
        raise WorkspaceFault(
            say("The folder's name contains a backslash beside *, ? or [: its contents cannot be compared."),
            where=text,
            fix=say("Rename the workspace folder; nothing in it stores its own location."),
        )
    return _PATTERN.sub(lambda match: f"[{match[0]}]", text)


def to_read(path: Path) -> str:
    """The path of a file to be read, as a text of SQL."""
    return quoted(literal(path))


def parquet_files(folder: Path) -> list[str]:
    """Every Parquet file in ``folder`` and below, to be bound as ``read_parquet($files)``.

    Where there is none, a name that is not there, so that DuckDB says which file it missed.
    """
    files = sorted(folder.rglob("*.parquet"))
    return [literal(file) for file in files] or [literal(folder / "none.parquet")]


def to_read_all(folder: Path) -> str:
    """The same, as a list of SQL."""
    return "[" + ", ".join(quoted(file) for file in parquet_files(folder)) + "]"
