"""How often somebody logs in: once for each fault, and as the sync user never before 03 has proven him."""

from __future__ import annotations

import pytest

from runbook_lib.errors import RunbookError, UsageFault, WaitsForPerson
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.commands.overview import road_view
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from tests.guide.proofs_by_hand import prove

GATE = step_named("05_sync_fields")

TOKEN = "03_security_token"


def logins(server: RehearsalServer) -> int:
    """SOAP logins that arrived at Salesforce."""
    return sum("/services/Soap/u/" in entry.path for entry in server.log.entries())


def test_commands_log_in_as_the_admin_alone_before_03(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """plan and check look with one login, where the sync user could only be refused; approve says what comes
    first and contacts nobody."""
    road_view(rehearsed)
    check_all(rehearsed)
    assert logins(rehearsal_server) == 1
    with pytest.raises(WaitsForPerson, match="03_security_token"):
        approve_plan(rehearsed.workspace.path, GATE, "Ada", "go-live", "Acme Corporation")
    assert logins(rehearsal_server) == 1


@pytest.mark.parametrize(("by", "reason"), [("", "go-live"), ("Ada", " ")])
def test_an_unsigned_approval_contacts_nobody(
    rehearsed: Session, rehearsal_server: RehearsalServer, by: str, reason: str
) -> None:
    """An empty name or reason is told at once."""
    with pytest.raises(UsageFault, match="name and a reason"):
        approve_plan(rehearsed.workspace.path, GATE, by, reason, "Acme Corporation")
    assert logins(rehearsal_server) == 0


def test_one_login_for_a_fault_of_the_whole_org(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Where the admin is refused, the sync user is not tried as well: neither by a step nor by a command."""
    prove(rehearsed, TOKEN)
    step = STEPS[GATE.name](rehearsed, interactive=False)
    with environment({"RUNBOOK_ACME_SALESFORCE_ADMIN_PASSWORD": "not-the-password-7"}):
        step.look()
        with pytest.raises(RunbookError):
            step.check()
        with pytest.raises(RunbookError):
            check_all(rehearsed)
    assert logins(rehearsal_server) == 1
