"""What to do next: the step really needed comes first, consent and clicks only when nothing else is open."""

from __future__ import annotations

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.gate import Checks, refusals
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from runbook_lib.errors import Blocked, RunbookError, WaitsForPerson
from runbook_lib.guide.views.refusals import stop_because
from runbook_lib.review.checks import checks_for
from runbook_lib.review.findings import Finding, Status
from runbook_lib.text import say
from tests.change.gate.at_the_gate import GATE, KEPT, standing
from tests.org_by_hand import NOW, small_org

COMMANDS = say("runbook approve, click, runbook attest")


def stop(plan: Plan, status: Status = Status.OK) -> RunbookError:
    """The stop of a plan that nobody approved."""
    found = tuple(
        Finding(check.id, GATE, status, say("So."), fix=say("Mend it.")) for check in checks_for(GATE)
    )
    return stop_because(refusals(plan, None, small_org(), Checks(found, NOW, standing()), NOW), COMMANDS)


def test_consent_is_next_when_all_is_decided() -> None:
    """Nothing else is open: the commands are told."""
    told = stop(plan_for(GATE, small_org(), KEPT, NOW))
    assert isinstance(told, WaitsForPerson)
    assert "runbook approve" in str(told.fix)


def test_an_undecided_field_is_decided_first() -> None:
    """The field is named as undecided, with its file, and nobody is sent to click before."""
    told = stop(plan_for(GATE, small_org(), Decisions(), NOW))
    assert isinstance(told, WaitsForPerson)
    assert str(told.what).startswith("Still undecided: Contact.Region__c, Lead.Region__c")
    assert "Contact.Region__c, Lead.Region__c" in str(told.fix) and "decisions/fields.csv" in str(told.fix)
    assert "approve" not in str(told.fix) and "click" not in str(told.fix)


def test_a_check_is_mended_first() -> None:
    """What a check says has to be repaired comes before consent and clicks, too."""
    told = stop(plan_for(GATE, small_org(), KEPT, NOW), Status.ERROR)
    assert isinstance(told, Blocked)
    assert str(told.fix) == "Mend it."
