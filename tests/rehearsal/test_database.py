"""The rehearsal's one database: in memory, and on disk where very many people are in the world."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.rehearsal import database
from runbook_lib.rehearsal.database import Database


def test_very_many_people_are_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit there is a file, which goes with the database; below there is none."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for people, is_on_disk in ((database.MOST_IN_MEMORY, False), (database.MOST_IN_MEMORY + 1, True)):
        engine = Database(people)
        engine.sql("CREATE TABLE org.somebody AS SELECT 1 AS id")
        assert bool(list(tmp_path.glob("*/world.duckdb"))) is is_on_disk
        assert engine.sql("SELECT id FROM org.somebody") == [(1,)]
        engine.close()
        assert not list(tmp_path.iterdir())
