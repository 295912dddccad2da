"""``audit`` and ``report`` tell where the record was altered, with exit code 7."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
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


def _cut(folder: Path, count: int) -> None:
    """The newest entries are gone, and ``.journal-head`` is that of the entry before them: as where both were
    restored from a backup."""
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as database:
        database.execute(
            f"DELETE FROM journal WHERE sequence > (SELECT max(sequence) - {count} FROM journal)"
        )
        last = database.execute("SELECT sequence, digest FROM journal ORDER BY sequence DESC").fetchone()
    head = json.dumps({"sequence": last[0], "digest": last[1]})
    (folder / ".journal-head").write_text(head, encoding="utf-8")


def test_a_record_that_was_cut_at_its_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The chain is whole up to its new end: what was made of the entries that are gone tells it, and audit
    ends with 7."""
    assert call(["report", str(folder)]) == 0
    _cut(folder, 1)
    capsys.readouterr()
    assert call(["audit", str(folder)]) == 7
    told = capsys.readouterr().err
    assert "report.json" in told and "entries are missing at its end" in told


def test_looks_that_the_record_does_not_know(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Snapshots that are newer than the last entry tell it, too; one alone may be a killed run's."""
    (snapshot, *_) = folder.glob("snapshots/*.json")
    for number, code in ((1, 0), (2, 7)):
        shutil.copy(snapshot, folder / "snapshots" / f"29991231T23595{number}Z-0000000{number}.json")
        assert call(["audit", str(folder)]) == code
    assert "29991231T235952Z" in capsys.readouterr().err
