"""The report as data and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from runbook_lib.journal import Journal
from runbook_lib.proof.report import report_data, write_report
from runbook_lib.survey.snapshot import Snapshot, to_json
from runbook_lib.systems.connection import write_connection
from runbook_lib.workspace import Workspace
from tests.proof.conftest import connection

TellRoad = Callable[[int], None]


def keep(workspace: Workspace, snapshot: Snapshot) -> None:
    """Puts a snapshot on file."""
    (workspace.snapshots / "20261122T120000Z-00000000.json").write_text(json.dumps(to_json(snapshot)))


def test_the_page_is_one_file(
    workspace: Workspace, journal: Journal, snapshot: Snapshot, tell_road: TellRoad, tmp_path: Path
) -> None:
    """The page loads nothing: no script, no link, no picture from elsewhere."""
    keep(workspace, snapshot)
    tell_road(7)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert not [word for word in ("<script", "<link", "<img", "url(", "@import", "http://", "https://") if word in page]


def test_a_rehearsal_says_so(workspace: Workspace, journal: Journal, tell_road: TellRoad) -> None:
    """A rehearsal is called one in the title and at the top, whatever the org is called."""
    write_connection(workspace.connection_file, connection("de", world="clean"))
    tell_road(10)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert "Rehearsal" in page or "Probe" in page
    assert report_data(workspace, journal)["identity"]["rehearsal"] == "clean"
