"""calls.json: the table of all calls that were made for a workspace, for support."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from runbook_lib.disk import write_whole
from runbook_lib.systems.call_table import CallTable


def known_calls(file: Path, table: CallTable) -> dict[str, Any]:
    """What is on file, with the rows of ``table`` among them."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        known = {}
    return table.merged_into(known if isinstance(known, dict) else {})


def keep_calls(file: Path, table: CallTable, mask: Callable[[str], str]) -> None:
    """Adds the rows of ``table`` to the file, and empties the table."""
    if not table.rows:
        return
    text = mask(json.dumps(known_calls(file, table), indent=1))
    with suppress(OSError):  # a table for support is no reason to fail
        write_whole(file, text)
    table.rows.clear()
