"""10: an unchanged org is quiet and cheap; each change wakes a person, until it is acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from runbook_lib.cli.app import call
from runbook_lib.errors import RunbookError, UsageFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.commands.schemas import schema_of
from runbook_lib.guide.engine.watched import markdown, watched
from runbook_lib.guide.state import acknowledged, history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.guide.steps.watch import Watch
from runbook_lib.guide.widgets.forms.hide import HideForm
from runbook_lib.journal import Kind
from runbook_lib.proof.claims.drift import is_drift
from runbook_lib.proof.evidence import Evidence
from runbook_lib.rehearsal.declarations import ChangeDeclaration
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.road import WATCH
from runbook_lib.text import translate
from tests.guide.colleagues import somebody_makes
from tests.guide.drifting import CYCLE, DRIFTS, FIELD
from tests.guide.walking import answer, stopped, walk, walk_on
from tests.scripted_server import ScriptedServer

NIGHTLY_CALLS = 25


@dataclass
class Live:
    """A road that is proven up to 10, with the field that drifts later on."""

    server: RehearsalServer
    session: Session

    def breathe(self) -> None:
        """Marketo's limit of calls in 20 seconds is not what is tried here."""
        self.session.marketo.forget()
        self.server.clock.forward(20)

    def evidence(self) -> Evidence:
        """What the last look of 10 found."""
        evidence = history.last_evidence(self.session.journal, WATCH.name)
        assert evidence is not None
        return evidence


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Walked once for all tests of this file, which go on from one another's end."""
    with RehearsalServer("clean", people=200) as server:
        workspace = prepare_workspace(tmp_path_factory.mktemp("watch") / "acme", server, "robot")
        with environment(secret_variables(server)), open_session(workspace.path) as session:
            walk_on(session, "00_start_here", "09_verify_sync")
            somebody_makes(server, FIELD)
            assert stopped(session, WATCH.name).exit_code == 2
            drifts = acknowledged.open_drifts(session.journal)
            acknowledged.acknowledge(session, "Ada", "wanted", drifts)
            walk(session, WATCH.name)
            yield Live(server, session)


def test_an_unchanged_org_is_quiet_and_cheap(live: Live) -> None:
    """Another night: proven, every watched check was looked at, at most 25 Salesforce calls."""
    live.breathe()
    with open_session(live.session.workspace.path) as session:  # as a process of its own: with both logins
        step = walk(session, WATCH.name)
        assert session.calls()["salesforce"] <= NIGHTLY_CALLS
    assert isinstance(step, Watch)
    findings = step.findings(step.snapshot)
    assert [finding.check for finding in findings if finding.what.template.startswith("Not looked")] == []
    assert {"password_age", "login_ranges", "login_hours", "validation_rules", "private_sharing"} <= {
        finding.check for finding in findings
    }
    assert "api_budget" not in {finding.check for finding in findings}
    assert "nothing-changed" in {claim.id for claim in live.evidence().claims}


def test_a_new_field_wakes_a_person_until_it_is_acknowledged(live: Live) -> None:
    """The step waits (2), names the field and nothing else; acknowledged it is quiet, this night and the
    next."""
    folder = live.session.workspace.path
    somebody_makes(live.server, "Lead.Appeared__c")
    live.breathe()
    stop = stopped(live.session, WATCH.name)
    assert stop.exit_code == 2 and "Lead.Appeared__c" in str(stop) and "runbook acknowledge" in str(stop)
    assert [claim.id for claim in live.evidence().claims if is_drift(claim)] == [
        "drift-field:Lead.Appeared__c"
    ]
    assert call(["acknowledge", str(folder), "--by", "Ada", "--reason", "wanted"]) == 0
    live.breathe()
    walk(live.session, WATCH.name)
    told = {claim.id: claim for claim in live.evidence().claims}["drift-field:Lead.Appeared__c"]
    assert told.status is Status.SKIP and "Ada" in str(told.what)
    live.breathe()
    walk(live.session, WATCH.name)
    assert "nothing-changed" in {claim.id for claim in live.evidence().claims}
    with pytest.raises(UsageFault):
        acknowledged.acknowledge(live.session, "Ada", "again", acknowledged.open_drifts(live.session.journal))


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A chat tool's webhook over HTTPS, its address given as a secret."""
    with ScriptedServer(tmp_path) as server:
        monkeypatch.setenv("RUNBOOK_ACME_WEBHOOK_URL", f"{server.url}/services/Xk29NeverInAText")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca_file))
        yield server


def _told(live: Live) -> dict[str, Any]:
    """watch.json, which keeps to the published schema and holds no address."""
    text = (live.session.workspace.path / "watch.json").read_text("utf-8")
    told: dict[str, Any] = json.loads(text)
    jsonschema.validate(told, schema_of("watch"))
    assert "Xk29" not in text
    return told


def test_a_webhook_hears_what_a_person_is_needed_for(live: Live, hook: ScriptedServer) -> None:
    """A change is posted, again where the tool is busy; the first quiet look after it, too; then silence.
    A webhook that refuses changes no verdict, and is told."""
    somebody_makes(live.server, "Lead.Posted__c")
    hook.script(503, 200)
    live.breathe()
    assert stopped(live.session, WATCH.name).exit_code == 2
    posted = json.loads(hook.asked[-1].body)
    jsonschema.validate(posted, schema_of("watch"))
    assert [drift["id"] for drift in posted["drifts"]] == ["drift-field:Lead.Posted__c"]
    assert (posted["outcome"], posted["exit_code"], posted["webhook"]) == ("waits", 2, "posted")
    assert "Posted\\_\\_c" in posted["text"] and len(hook.asked) == 2
    hook.script(404)
    live.breathe()
    assert stopped(live.session, WATCH.name).exit_code == 2
    assert _told(live)["webhook"].startswith("failed: 127.0.0.1") and len(hook.asked) == 1
    assert any("webhook" in str(entry.payload) for entry in live.session.journal.entries(kind=Kind.read))
    drifts = acknowledged.open_drifts(live.session.journal)
    acknowledged.acknowledge(live.session, "Ada", "wanted", drifts)
    hook.script(200)
    live.breathe()
    walk(live.session, WATCH.name)
    assert (_told(live)["exit_code"], _told(live)["webhook"]) == (0, "posted")
    live.breathe()
    walk(live.session, WATCH.name)
    assert _told(live)["webhook"] == "quiet" and len(hook.asked) == 1


@pytest.mark.parametrize("name", DRIFTS)
def test_each_drift_is_named_and_nothing_else(live: Live, name: str) -> None:
    """One thing changed since the state that was proven: a person is needed (2), for this and nothing else,
    in watch.json as published and in watch.md in the three languages, at the price of any other night."""
    live.breathe()
    before = live.session.calls()["salesforce"]
    with DRIFTS[name](live.server, live.session):
        stop = stopped(live.session, WATCH.name)
    told = _told(live)
    assert (stop.exit_code, told["exit_code"], told["outcome"]) == (2, 2, "waits")
    assert [said["id"] for said in (*told["drifts"], *told["stops"])] == [name]
    assert live.session.calls()["salesforce"] - before <= NIGHTLY_CALLS
    ended = live.session.journal.last(WATCH.name, Kind.ended)
    assert ended is not None
    summary = watched(live.session, ended)
    texts = {markdown(summary, language) for language in ("en", "de", "es")}
    assert len(texts) == 3 and (live.session.workspace.path / "watch.md").read_text("utf-8") in texts
    (claim,) = [claim for claim in live.evidence().claims if claim.id == name]
    assert len({translate(claim.what, language) for language in ("en", "de", "es")}) == 3


def test_after_all_that_the_org_is_as_it_was(live: Live) -> None:
    """Everything was taken back: the next night is quiet again."""
    live.breathe()
    walk(live.session, WATCH.name)
    told = _told(live)
    assert (told["exit_code"], told["webhook"]) == (0, "none")
    assert (told["sync"]["word"], told["status"]) == ("last_synced", "")
    assert told["sync"]["strength"] in ("measured", "derived") and told["sync"]["age_seconds"] is not None
    assert told["sync"]["text"].startswith("Status of the sync: Last Synced (")
    assert "Status of the sync: Last Synced (" in told["text"]


def test_the_command_tells_of_the_look_that_it_made(live: Live) -> None:
    """``watch --json`` prints what watch.json holds, as one object, and ends as it says."""
    folder = live.session.workspace.path
    live.breathe()
    command = [sys.executable, "-m", "runbook_lib.cli", "watch", str(folder), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == _told(live)


@pytest.mark.parametrize("name", ["drift-permission:EditTask"])
def test_what_was_acknowledged_stays_quiet(live: Live, name: str) -> None:
    """Also where a check says the same every night; another thing that is wrong is told all the same."""
    with DRIFTS[name](live.server, live.session):
        live.breathe()
        assert stopped(live.session, WATCH.name).exit_code == 2
        drifts = acknowledged.open_drifts(live.session.journal)
        acknowledged.acknowledge(live.session, "Ada", "we know", drifts)
        for _ in range(2):
            live.breathe()
            walk(live.session, WATCH.name)
        assert _told(live)["stops"] == []


def test_a_new_field_is_hidden_from_within_the_watch(live: Live) -> None:
    """10 shows how it would be hidden; who decides so, and runs 04, has a quiet night and no field more."""
    with DRIFTS["drift-field:Lead.Surprise__c"](live.server, live.session):
        live.breathe()
        stop = stopped(live.session, WATCH.name)
        assert "Lead,Surprise__c,hide" in str(stop) and "--from 04 --to 04" in str(stop)
        step = Watch(live.session, interactive=True)
        for beat in ("look", "check", "decide", "do"):
            getattr(step, beat)()
        shown = step.prove().plain
        assert "Hide Lead.Surprise__c from the sync user." in shown
        said = answer(step, HideForm, **{"Lead.Surprise__c": True, "by": "Ada"})
        assert "04_field_visibility" in said
        walk(live.session, "04_field_visibility")
        live.breathe()
        walk(live.session, WATCH.name)
        assert _told(live)["exit_code"] == 0


def _exported_errors(live: Live) -> Path:
    """Sync Errors, as Marketo's page exports it after the next cycle, laid into imports/."""
    live.server.clock.forward(CYCLE)
    live.server.instance.catch_up()
    page = requests.get(f"{live.server.page_url}/console/sync-errors.csv", timeout=60)
    laid = live.session.workspace.imports / "sync-errors.csv"
    laid.write_bytes(page.content)
    return laid


def test_a_rule_that_refuses_marketo_is_told_before_and_after(live: Live) -> None:
    """The rule is named as soon as it is there; what it refuses stands in Marketo's own list, whose export
    tells the kind with cause, fix and the records' Ids; with the rule off nothing more is refused."""
    change = ChangeDeclaration("data value", "Lead", people=20, set={"Phone": ""})
    with DRIFTS["drift-validation-rule:Lead: Budget"](live.server, live.session):
        live.server.instance.changes.make(change)
        exported = _exported_errors(live).read_text("utf-8")
        live.breathe()
        assert stopped(live.session, WATCH.name).exit_code == 2
    claims = {claim.id: claim for claim in live.evidence().claims}
    assert claims["drift-validation-rule:Lead: Budget"].status is Status.ERROR
    told, refused = str(claims["sync-errors-1"].what), claims["sync-errors-1"].now["records"]
    assert f"{len(refused)} × FIELD_CUSTOM_VALIDATION_EXCEPTION (Person (Lead))" in told
    assert "A validation rule of the org refused" in told and "Exempt the sync user" in told
    assert len(refused) >= 3 and all(record in exported for record in refused)
    live.server.instance.database.sql("DELETE FROM marketo.sync_error")
    live.server.instance.changes.make(replace(change, set={"Phone": "0", "Title": "Dr"}))
    assert len(_exported_errors(live).read_text("utf-8").splitlines()) == 1


def test_603_after_go_live_is_told_at_once(live: Live) -> None:
    """Where Marketo does not show people, 09 says so with the fix, and does not wait for its deadline."""
    live.breathe()
    instance = live.server.instance
    had = instance.api_permissions
    instance.api_permissions = frozenset(
        permission for permission in had if "Lead" not in permission and "Person" not in permission
    )
    try:
        step = VerifySync(live.session, interactive=False, minutes=60)
        with pytest.raises(RunbookError) as stop:
            list(step._prove())
    finally:
        instance.api_permissions = had
    assert stop.value.exit_code == 4 and stop.value.fix
    evidence = history.last_evidence(live.session.journal, "09_verify_sync")
    assert evidence is not None and not evidence.proven


def test_a_field_that_came_and_went_is_told_by_what_marketo_made(live: Live) -> None:
    """Somebody showed a field to the sync user for one cycle: Salesforce looks as the night before, but
    Marketo has it permanently. The last test here, for it cannot be taken back."""
    live.breathe()
    somebody_makes(live.server, "Lead.Shown__c")
    live.server.clock.forward(CYCLE)
    live.server.instance.crm.catch_up()
    org = live.server.org
    org.delete_custom_field(org.user_id(live.server.world.admin_username), "Lead.Shown__c")
    assert stopped(live.session, WATCH.name).exit_code == 2
    assert [claim.id for claim in live.evidence().claims if is_drift(claim)] == ["drift-made:Shown__c"]
