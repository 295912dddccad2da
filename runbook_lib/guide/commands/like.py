"""``runbook init --like``: what a consultant takes from one client to the next.

Rules, language and how Marketo logs in; nothing that names the other client's org, people or secrets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.decisions.rules import read_rules, rules_of, write_rules
from runbook_lib.systems.connection import read_connection
from runbook_lib.workspace import Workspace


def options_like(folder: Path) -> dict[str, Any]:
    """What the new connection.toml has in common with that of ``folder``. ``WorkspaceFault`` where there is
    none."""
    there = read_connection(Workspace.open(folder).connection_file)
    same: dict[str, Any] = {"language": there.language, "authentication": there.marketo.authentication}
    return same | ({"require_two": True} if there.require_two else {})


def take_over(like: Path, folder: Path) -> Path:
    """Writes what people decided about custom fields there as rules here; the file.

    ``DecisionFileFault`` where the other client's files are broken; nothing is taken then.
    """
    there = Workspace.open(like)
    return write_rules(Workspace.open(folder), rules_of(read_decisions(there), read_rules(there)))
