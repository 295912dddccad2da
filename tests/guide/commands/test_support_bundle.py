"""The support bundle: what support asks for, and nothing that is anybody's."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from runbook_lib.errors import SecretLeaked
from runbook_lib.guide.commands import support_bundle
from runbook_lib.guide.commands.support_bundle import write_bundle
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.server import RehearsalServer
from tests.guide.walking import people_of, personal, walk_on


def unpacked(bundle: Path, folder: Path) -> Path:
    """The files of a bundle."""
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(folder)
    return folder


def test_it_tells_what_happened_and_of_nobody(
    rehearsed: Session, rehearsal_server: RehearsalServer, tmp_path: Path
) -> None:
    """Calls with shapes and request ids, our own sentences; no person, no user name, no org, no secret."""
    walk_on(rehearsed, "00_start_here", "02_sync_user")
    folder = unpacked(write_bundle(rehearsed), tmp_path / "unpacked")
    calls = json.loads((folder / "calls.json").read_text())
    assert calls["GET /rest/v1/leads/describe2.json 200"]["request_ids"]
    assert any("composite" in call and row["shapes"] for call, row in calls.items())
    journal = json.loads((folder / "journal.json").read_text())
    done = [entry for entry in journal if entry["kind"] == "change-done"]
    assert done and done[0]["payload"]["kind"] == "create-field"
    assert {"python", "packages"} <= set(json.loads((folder / "versions.json").read_text()))
    assert personal(folder, people_of(rehearsal_server)) == {}
    text = "".join(path.read_text() for path in folder.iterdir())
    world = rehearsal_server.world
    hidden = [world.admin_username, world.sync_username, world.organization.name, *world.secrets().values()]
    assert [word for word in hidden if word in text] == []
    assert rehearsal_server.org.org_id[:15] not in text and "mkto71_Lead" not in text


def test_calls_of_earlier_sessions_are_in_it(rehearsed: Session, tmp_path: Path) -> None:
    """Each notebook is a process of its own that may just end: what it asked is on file after each beat."""
    walk_on(rehearsed, "00_start_here", "00_start_here")
    assert rehearsed.transport.table.rows == {}
    with open_session(rehearsed.workspace.path) as later:
        folder = unpacked(write_bundle(later, tmp_path / "support.zip"), tmp_path / "unpacked")
    assert json.loads((folder / "calls.json").read_text())


def test_a_secret_in_it_stops_it(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is searched before it is written, and then nothing is."""
    secret = rehearsal_server.world.secrets()["salesforce_sync_password"]
    monkeypatch.setattr(support_bundle, "ABOUT", f"told: {secret}")
    with pytest.raises(SecretLeaked, match="salesforce_sync_password"):
        write_bundle(rehearsed)
    assert not list(rehearsed.workspace.path.glob("support-*"))
