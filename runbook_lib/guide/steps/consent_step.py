"""What 05 and 08 share: two clicks that cannot be undone. Consent, gate, click list, evidence."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.guide.engine.robot import has_robot
from runbook_lib.guide.state.consent import approval_of
from runbook_lib.guide.steps.click_step import ClickingStep
from runbook_lib.guide.views.plan import age
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.consent_form import ConsentForm
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say


class ClickedStep(ClickingStep):
    """A step that a person carries out in Marketo's own pages, after agreeing to its plan."""

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The consent on file, or the page on which a person can give it."""
        plan = self.plan(seen)
        approval = approval_of(self.session, self.name)
        if approval and approval.plan_digest == plan.digest:
            signed = approval.created.isoformat()
            return [
                Card(Tone.OK, say("{by} agreed to this plan, {age}.", by=approval.approver, age=age(signed)))
            ]
        if self.clicks_made() or has_robot(self.session):
            return []
        if self.interactive:
            self.offer(
                ConsentForm(self.session, plan, self.go_on).build, say("Agree to the plan, or stop here.")
            )
        typed = say("This is the org “{org}”: whoever agrees types its name.", org=plan.org_name)
        return [Card(Tone.WAIT, say("Nobody has agreed to this plan yet."), (typed,))]
