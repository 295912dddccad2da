"""10: an unchanged org is quiet and cheap; each change wakes a person, until it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from runbook_lib.cli.app import call
from runbook_lib.errors import Blocked, RunbookError, UsageFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import acknowledged, history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.guide.steps.watch import Watch
from runbook_lib.proof.claims.drift import is_drift
from runbook_lib.proof.evidence import Evidence
from runbook_lib.rehearsal.org.controls import turn_user
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.road import WATCH
from tests.guide.test_drift import somebody_makes
from tests.guide.walking import stopped, walk, walk_on

NIGHTLY_CALLS = 25


@dataclass
class Live:
    """A road that is proven up to 10."""

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
            walk_on(session, "00_start_here", "10_watch")
            yield Live(server, session)


def test_an_unchanged_org_is_quiet_and_cheap(live: Live) -> None:
    """Another night: proven, every watched check was looked at, at most 25 Salesforce calls."""
    live.breathe()
    with open_session(live.session.workspace.path) as session:  # as a process of its own: with both logins
        step = walk(session, WATCH.name)
        assert session.calls()["salesforce"] <= NIGHTLY_CALLS
    assert isinstance(step, Watch)
    findings = step.findings(step.snapshot)
    assert [each.check for each in findings if each.what.template.startswith("Not looked")] == []
    assert {"password_age", "login_ranges", "login_hours", "validation_rules", "private_sharing"} <= {
        each.check for each in findings
    }
    assert "api_budget" not in {each.check for each in findings}
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


def test_a_frozen_user_blocks_and_is_named(live: Live) -> None:
    """A check that blocks ends as blocked (3), after the evidence was written down."""
    live.breathe()
    user = live.server.world.sync_username
    turn_user(live.server.org, {"username": user, "is_frozen": True})
    try:
        with pytest.raises(RunbookError) as stop:
            walk(live.session, WATCH.name)
    finally:
        turn_user(live.server.org, {"username": user, "is_frozen": False})
    assert isinstance(stop.value, Blocked), stop.value
    assert "drift-user:frozen" in {claim.id for claim in live.evidence().claims}


def test_603_after_go_live_is_told_at_once(live: Live) -> None:
    """Where Marketo does not show people, 09 says so with the fix, and does not wait for its deadline."""
    live.breathe()
    instance = live.server.instance
    had = instance.api_permissions
    instance.api_permissions = tuple(each for each in had if "Lead" not in each and "Person" not in each)
    try:
        step = VerifySync(live.session, interactive=False, minutes=60)
        with pytest.raises(RunbookError) as stop:
            list(step._prove())
    finally:
        instance.api_permissions = had
    assert stop.value.exit_code == 4 and stop.value.fix
    evidence = history.last_evidence(live.session.journal, "09_verify_sync")
    assert evidence is not None and not evidence.proven
