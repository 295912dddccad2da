"""A system that refuses or is down is told as that, with its own fix: it is no check that says no."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook_lib.errors import SalesforceRefused, SystemRefused, Unreachable
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.commands.overview import road_view
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.journal import Kind
from runbook_lib.proof.claims.claim import Claim, Evidence
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.road import ROAD, VERIFY_SYNC, step_named
from runbook_lib.survey.probes.query import unknown
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.text import say
from tests.guide.proofs_by_hand import prove
from tests.guide.walking import walk_on
from tests.org_by_hand import NOW, small_org

GATE = step_named("05_sync_fields")
DOWN = Unknown("down", "HTTP_503", unreached=True)
WRONG = {"RUNBOOK_ACME_SALESFORCE_ADMIN_PASSWORD": "not-the-password-7"}


def walk_to_do(session: Session, name: str) -> None:
    """Runs a step's beats up to Do, as a headless run does."""
    step = STEPS[name](session, interactive=False)
    for beat in (step.look, step.check, step.decide, step.do):
        beat()


def check(session: Session) -> None:
    """``runbook check``."""
    check_all(session)


def plan(session: Session) -> None:
    """``runbook plan``."""
    road_view(session)


def approve(session: Session) -> None:
    """``runbook approve``."""
    approve_plan(session.workspace.path, GATE, "Ada", "go-live", "Acme Corporation")


def run_01(session: Session) -> None:
    """``runbook run --from 01``."""
    walk_to_do(session, "01_marketo_fields")


def run_05(session: Session) -> None:
    """``runbook run --from 05``."""
    walk_to_do(session, GATE.name)


@pytest.mark.parametrize("command", [check, plan, approve, run_01, run_05])
def test_a_refused_admin_is_no_check(rehearsed: Session, command: Callable[[Session], None]) -> None:
    """A wrong password of the admin ends everything as refused (4), in the login's own words."""
    before = [step.name for step in ROAD[: ROAD.index(GATE)]]
    for name in ["03_security_token"] if command is run_01 else before:
        prove(rehearsed, name)
    with environment(WRONG), pytest.raises(SystemRefused) as stop:
        command(rehearsed)
    assert stop.value.exit_code == 4
    assert "03_security_token" not in str(stop.value) and "the login did not work" not in str(stop.value)


@pytest.mark.parametrize(
    ("command", "kind"), [(check, FaultKind.EXPIRED_SESSION), (run_01, FaultKind.EXPIRED_SESSION)]
)
def test_a_system_that_is_down_is_no_check(
    rehearsed: Session, rehearsal_server: RehearsalServer, command: Callable[[Session], None], kind: FaultKind
) -> None:
    """A session that ends while we look ends the look as refused (4)."""
    rehearsed.admin()
    rehearsal_server.faults.add(Fault(kind=kind, path="/services/data/", times=50))
    with pytest.raises(SystemRefused) as stop:
        command(rehearsed)
    assert stop.value.exit_code == 4


def test_a_part_that_cannot_be_told_still_blocks() -> None:
    """A question that was asked and refused stays "cannot tell"; what was never asked is out of reach."""
    assert small_org(budget=Unknown("no right", "INSUFFICIENT_ACCESS")).unreached() is None
    assert unknown(SalesforceRefused("down", code="SERVER_UNAVAILABLE")).unreached
    assert unknown(Unreachable("silence")).unreached
    assert small_org(budget=Unknown("down", "HTTP_503", unreached=True)).unreached() is not None


@pytest.mark.parametrize("kind", [FaultKind.STATUS_503, FaultKind.LOST_CONNECTION_BEFORE_WRITE])
def test_an_outage_while_proving(
    rehearsed: Session, rehearsal_server: RehearsalServer, kind: FaultKind
) -> None:
    """A system that goes down between Do and Prove ends as refused (4), not as evidence that is missing (7);
    the next walk proves what was made, and makes nothing."""
    rehearsed.transport._pause = lambda _: None
    step = STEPS["01_marketo_fields"](rehearsed, interactive=False)
    for beat in (step.look, step.check, step.decide, step.do):
        beat()
    made = len(rehearsed.journal.entries(kind=Kind.change_done))
    rehearsal_server.faults.add(Fault("/services/", kind, times=200))
    with pytest.raises(SystemRefused) as stop:
        step.prove()
    ended = rehearsed.journal.entries(step=step.name, kind=Kind.ended)[-1].payload
    assert (stop.value.exit_code, ended["exit_code"]) == (4, 4)
    rehearsal_server.faults.clear()
    again = STEPS[step.name](rehearsed, interactive=False)
    for beat in (again.look, again.check, again.decide, again.do, again.prove):
        beat()
    assert history.proven(rehearsed.journal, step.name) is not None
    assert len(rehearsed.journal.entries(kind=Kind.change_done)) == made


def test_marketo_is_down_while_proving(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """The same for the other system: at the deadline of 09 its silence is told, and no time-out (6)."""
    rehearsed.transport._pause = lambda _: None
    walk_on(rehearsed, "00_start_here", "03_security_token")
    for later in ROAD[4 : ROAD.index(VERIFY_SYNC)]:
        prove(rehearsed, later.name)
    rehearsal_server.faults.add(Fault("/rest/", FaultKind.STATUS_503, times=500))
    step = VerifySync(rehearsed, interactive=False, minutes=0)
    with pytest.raises(SystemRefused) as stop:
        step.prove()
    assert stop.value.exit_code == 4 and "503" in str(stop.value)


def test_silence_never_hides_what_is_wrong(rehearsed: Session) -> None:
    """Where evidence contradicts the step, that is told, whoever else was silent."""
    step = STEPS["02_sync_user"](rehearsed, interactive=False)
    step.seen = small_org(budget=Unknown("down", "HTTP_503", unreached=True), sync_user=DOWN)
    wrong = Claim("user", Status.ERROR, say("There is no sync user."))
    silent = Claim("assigned", Status.UNKNOWN, say("Cannot tell: {reason}", reason="down"))
    assert step.silence(Evidence(step.name, (wrong, silent), NOW)) is None
    assert step.silence(Evidence(step.name, (silent,), NOW)) is not None
