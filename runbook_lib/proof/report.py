"""The report: one HTML page and one JSON file of what was found, decided, agreed to, changed and proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook_lib.journal import Journal
    from runbook_lib.workspace import Workspace


def write_report(workspace: Workspace, journal: Journal) -> Path:
    """Write ``report.json`` and ``report.html`` from the journal and the files; the path of the page."""
    raise NotImplementedError


def report_data(workspace: Workspace, journal: Journal) -> dict[str, Any]:
    """What ``report.json`` holds (its shape is described in the module)."""
    raise NotImplementedError
