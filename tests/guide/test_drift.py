"""What changes between an approval and the gate of 05 is refused by name, each with its fix."""

from __future__ import annotations

from runbook_lib.guide.commands.undo import undo_step
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps.sync_fields import SyncFields
from runbook_lib.guide.views.view import View
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from tests.guide.colleagues import somebody_makes
from tests.guide.walking import GATE, approve, stopped


def test_a_field_that_appeared_is_refused_by_name(
    before_05: Session, rehearsal_server: RehearsalServer
) -> None:
    """Made visible after the approval: undecided and not approved, by its name; the fix is to decide. Before
    anybody looks again, too: seconds before the clicks the fields are read anew."""
    approve(before_05)
    step = SyncFields(before_05, interactive=True)
    step.look(), step.check(), step.decide()
    somebody_makes(rehearsal_server, "Lead.Appeared__c")
    told = step.do().plain
    assert "Visible now, but not approved: Lead.Appeared__c." in told
    assert "Decide on them in notebook 04, then approve again." in told
    stop = stopped(before_05)
    assert "Still undecided: Lead.Appeared__c." in str(stop) and "decisions/fields.csv" in str(stop)
    assert "runbook attest" not in str(stop)
    step.look_again()
    assert "Ada agreed to another plan" in View("en", "", tuple(step.settle(step.snapshot))).plain
    assert not before_05.journal.entries(step=GATE.name, kind=Kind.click)


def test_a_plan_for_another_org_is_refused(before_05: Session, rehearsal_server: RehearsalServer) -> None:
    """The login leads to another org than the one that was agreed to: both are named, and which to use."""
    approve(before_05)
    step = SyncFields(before_05, interactive=True)
    step.look(), step.check(), step.decide()
    rehearsal_server.org.database.sql('UPDATE org."Organization" SET "Id" = $1', ["00D000000000OtherA"])
    told = step.do().plain
    assert "but this is 00D000000000OtherA" in told
    assert "Use the workspace of this org, or make a new plan for it." in told
    assert "The login is the sync user's, in this org" in str(
        stopped(before_05)
    )  # and whoever begins anew is stopped by a check


def test_hiding_can_be_taken_back_until_05(before_05: Session) -> None:
    """Agreed to and not clicked, 04 can be undone; 05 does not stand on it then, whatever was agreed to."""
    hidden = {
        name for name, row in SyncFields(before_05, interactive=False).decisions.fields.items()
        if row.decision == "hide"
    }  # fmt: skip
    approve(before_05)
    undo_step(before_05.workspace.path, step_named("04"))
    step = SyncFields(before_05, interactive=True)
    seen = {field.full_name for field in step.snapshot.visible_fields()}
    assert hidden and hidden <= seen
    told = step.do().plain
    assert "04_field_visibility" in told and "undone" in told
    assert not before_05.journal.entries(step=GATE.name, kind=Kind.consent)
