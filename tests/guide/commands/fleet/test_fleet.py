"""Many workspaces in one table: who is where, what waits for whom, what changed; a broken one is a row."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from axe_playwright_python.sync_playwright import Axe

from runbook_lib.cli import call
from runbook_lib.errors import Blocked, WaitsForPerson
from runbook_lib.guide.commands.fleet import Fleet, survey_fleet
from runbook_lib.guide.commands.fleet.table import fleet_page, fleet_view
from runbook_lib.guide.commands.schemas import schema_of
from runbook_lib.guide.state import acknowledged
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.status_word import report_status
from runbook_lib.journal import Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.review.findings import Finding, Status, Who
from runbook_lib.road import ROAD, VERIFY_SYNC, WATCH
from runbook_lib.systems.connection import Connection, write_connection
from runbook_lib.text import say, translate
from runbook_lib.workspace import Workspace
from tests.guide.walking import count_as_proven

HOSTILE = "<script>alert(1)</script>\x1b[31m"


def _found(folder: Path, name: str) -> Path:
    workspace = Workspace.create(folder / name)
    data = {
        "name": name.replace("/", "-"),
        "salesforce": {
            "environment": "production",
            "admin_username": "a@a.example",
            "sync_username": "s@a.example",
        },
        "marketo": {"munchkin_id": "123-ABC-456", "client_id": "5f3a"},
    }
    write_connection(workspace.connection_file, Connection.model_validate(data))
    return workspace.path


def _end(session: Session, step: str, stop: WaitsForPerson | Blocked) -> None:
    session.journal.append(step, "look", Kind.started, {})
    payload = journal_payloads.ended(stop.outcome, session.calls(), 1.0, stop)
    session.journal.append(step, "stop", Kind.ended, payload)


def _drifted(session: Session) -> None:
    count_as_proven(session, *(stop.name for stop in ROAD[:-1]))
    claims = (Claim("drift-field", Status.ERROR, say("Lead.{field} is new.", field=HOSTILE)),)
    session.journal.append(WATCH.name, "look", Kind.started, {})
    evidence = journal_payloads.evidence(Evidence(WATCH.name, claims, datetime.now(UTC)))
    session.journal.append(WATCH.name, "prove", Kind.evidence, evidence)
    _end(session, WATCH.name, WaitsForPerson(say("{count} changes need a person.", count=1)))
    session.journal.append(ROAD[4].name, "look", Kind.started, {})  # an earlier proof lapsed with it


def _blocked(session: Session) -> None:
    count_as_proven(session, ROAD[0].name)
    finding = Finding(
        "marketo_free", ROAD[1].name, Status.ERROR, say("Tied."), None, say("Untie it."), Who.MARKETO_ADMIN
    )
    session.journal.append(ROAD[1].name, "check", Kind.finding, journal_payloads.finding(finding))
    _end(session, ROAD[1].name, Blocked(say("One of the checks blocks this step.")))


def _waiting(session: Session) -> None:
    count_as_proven(session, *(stop.name for stop in ROAD[:5]))
    _end(session, ROAD[5].name, WaitsForPerson(say("Nobody has agreed yet.")))


def _live(session: Session) -> None:
    count_as_proven(session, *(stop.name for stop in ROAD))
    report_status(session, VERIFY_SYNC, "Ada", "Last Synced")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty workspaces of mixed state, one of them in a folder of its own below."""
    folder = tmp_path_factory.mktemp("fleet")
    for number in range(9):
        with open_session(_found(folder, f"live-{number}")) as session:
            _live(session)
    with open_session(folder / "live-8") as session:
        _drifted(session)
        count_as_proven(session, ROAD[4].name)
        acknowledged.acknowledge(session, "Ada", "wanted", acknowledged.open_drifts(session.journal))
    for name, tell in (("waits", _waiting), ("blocked", _blocked), ("drifted", _drifted)):
        with open_session(_found(folder, f"clients/{name}")) as session:
            tell(session)
    with open_session(_found(folder, "under-way")) as session:
        count_as_proven(session, ROAD[0].name)
    altered = _found(folder, "altered")
    with open_session(altered) as session:
        _live(session)
    with closing(sqlite3.connect(altered / "journal.db", isolation_level=None)) as database:
        database.execute("UPDATE journal SET payload = '{}' WHERE sequence = 2")
    (_found(folder, "no-toml") / "connection.toml").write_text("no = [toml", encoding="utf-8")
    (_found(folder, "no-database") / "journal.db").write_bytes(b"not a database" * 400)
    (_found(folder, "a-folder") / "journal.db").mkdir()
    (_found(folder, "odd-rows") / "journal.db").unlink(missing_ok=True)
    with open_session(folder / "odd-rows") as session:
        session.journal.append(ROAD[0].name, "look", Kind.ended, {"outcome": 3})
    _found(folder, "new")
    lost = _found(folder, "lost")
    (lost / "snapshots" / "x.json").write_text("{}", encoding="utf-8")
    return folder


def _rows(found: Fleet) -> dict[str, Any]:
    return {row.folder: row for row in found.connections}


def test_each_connection_is_a_row_in_its_state(fleet: Path) -> None:
    """Twenty workspaces, twenty rows; the broken ones say so, and none takes another one with it."""
    found = survey_fleet(fleet)
    rows = _rows(found)
    assert len(rows) == 20
    states = {name: row.state for name, row in rows.items() if not name.startswith("live-")}
    assert states == {
        "clients/waits": "waits", "clients/blocked": "blocked", "clients/drifted": "drifted",
        "under-way": "under-way", "altered": "altered", "no-toml": "broken", "no-database": "broken",
        "a-folder": "broken", "odd-rows": "broken", "new": "not-begun", "lost": "broken",
    }  # fmt: skip
    assert found.counts["live"] == 9 and sum(found.counts.values()) == 20
    assert all(row.reasons for row in rows.values() if row.state in ("broken", "altered", "waits", "blocked"))


def test_a_row_says_what_waits_for_whom(fleet: Path) -> None:
    """The step, who can go on, the reason, the command; the status somebody reported; what changed."""
    rows = _rows(survey_fleet(fleet))
    blocked, waits, drifted = (rows[f"clients/{name}"] for name in ("blocked", "waits", "drifted"))
    assert (blocked.step, blocked.whom, blocked.proven) == (ROAD[1].name, "marketo-admin", 1)
    assert "Tied." in blocked.reasons[0] and "Untie it." in blocked.reasons[1]
    assert (waits.step, waits.whom, waits.next) == (
        ROAD[5].name,
        "you",
        f"runbook run {fleet / 'clients/waits'}",
    )
    assert len(drifted.drifts) == 1 and drifted.watched_at
    assert rows["live-0"].status == "Last Synced" and rows["live-0"].proven == len(ROAD)


def test_reading_changes_nothing(fleet: Path) -> None:
    """No file of a workspace that was never run is made, and nobody's journal grows."""
    before = sorted(path for path in fleet.rglob("*") if not path.name.endswith(("-wal", "-shm")))
    survey_fleet(fleet)
    after = sorted(path for path in fleet.rglob("*") if not path.name.endswith(("-wal", "-shm")))
    assert [path for path in after if path not in before] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "waits for a person"), ("de", "wartet auf einen Menschen"), ("es", "espera a una persona")],
)
def test_it_is_read_in_three_languages(fleet: Path, language: str, words: str) -> None:
    """As text and as a page that escapes what an org says and has no script."""
    found = survey_fleet(fleet, language)
    page = fleet_page(found)
    assert words in fleet_view(found).plain and words in page
    assert "<script" not in page and "\x1b" not in page + fleet_view(found).plain
    assert f'<html lang="{language}">' in page and "http" not in page.replace("http://www.w3.org", "")


def test_the_commands_tell_it(fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``fleet status --json`` keeps to the published schema, ``fleet report`` leaves a page and the same."""
    assert call(["fleet", "status", str(fleet), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema_of("fleet"))
    assert len(told["connections"]) == 20
    assert call(["fleet", "status", str(fleet)]) == 0
    assert "clients/blocked" in capsys.readouterr().out
    assert call(["fleet", "report", str(fleet)]) == 0
    assert capsys.readouterr().out.strip() == str(fleet / "fleet.html")
    assert len(json.loads((fleet / "fleet.json").read_text("utf-8"))["connections"]) == 20
    assert call(["fleet", "status", str(tmp_path)]) == Outcome.USAGE.exit_code


def test_the_page_can_be_read_by_everybody(fleet: Path, browser: Any) -> None:
    """axe finds nothing in either theme, nothing sticks out of a phone, a screen or paper, and nothing is
    fetched; a workspace that cannot be read stands among the others."""
    page = fleet_page(survey_fleet(fleet, "de"))
    tab, asked = browser.new_page(), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_content(page)
    for theme in ("dark", "light"):
        tab.emulate_media(color_scheme=theme)
        found = Axe().run(tab).response["violations"]
        assert [
            (violation["id"], [node["target"] for node in violation["nodes"][:3]]) for violation in found
        ] == []
    for width, media in ((390, "screen"), (1200, "screen"), (1032, "print")):
        tab.emulate_media(media=media)
        tab.set_viewport_size({"width": width, "height": 800})
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(wider) <= 1, (width, media)
    assert asked == [] and translate(say("cannot be read"), "de") in page
    tab.close()
