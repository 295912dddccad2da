"""``audit`` and ``report`` tell where the record was altered, with exit code 7."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from runbook_lib.cli.app import call
from runbook_lib.guide.commands.approve import attest_clicks
from runbook_lib.guide.state.session import Session
from tests.guide.walking import GATE, approve


@pytest.fixture
def folder(copy_before_05: Session, tmp_path: Path) -> Path:
    """A copy of a workspace in which a consent is on record, closed."""
    approve(copy_before_05)
    attest_clicks(copy_before_05.workspace.path, GATE, "Ada", "")
    return shutil.copytree(copy_before_05.workspace.path, tmp_path / "closed")


def test_a_whole_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was altered: exit code 0, and how many entries there are."""
    assert call(["audit", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "none was altered" in told and "1 consents" in told


def test_an_altered_entry(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One payload was edited: audit and report name the entry and end with 7; the page leads with it."""
    with sqlite3.connect(folder / "journal.db") as database:
        database.execute("UPDATE journal SET payload = replace(payload, 'Ada', 'Eve') WHERE kind = 'consent'")
    database.close()
    assert call(["audit", str(folder)]) == 7
    told = capsys.readouterr().err
    assert "was altered: entry" in told and "05_sync_fields" in told and "consent" in told
    assert call(["report", str(folder)]) == 7
    assert "Do not rely on this report" in (folder / "report.html").read_text(encoding="utf-8")


def test_an_edited_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan that was agreed to was edited afterward: it is named."""
    (plan,) = (path for path in folder.glob("plans/05_sync_fields-*.json"))
    plan.write_text(plan.read_text(encoding="utf-8").replace("Lead.", "Lend."), encoding="utf-8")
    assert call(["audit", str(folder)]) == 7
    assert "05 Sync Fields, plan" in capsys.readouterr().err
