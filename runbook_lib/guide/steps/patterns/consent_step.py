"""What 05 and 08 share: two clicks that cannot be undone. Consent, gate, click list, evidence."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.errors import WaitsForPerson
from runbook_lib.guide.engine.robot import has_robot
from runbook_lib.guide.state.adoption import PARTS, AdoptionNote, adopt, to_adopt
from runbook_lib.guide.state.consent import approval_of
from runbook_lib.guide.state.second_person import rejection_of, said_no
from runbook_lib.guide.steps.patterns.click_step import ClickingStep
from runbook_lib.guide.views.adoption import adopted_blocks, clicked_already, how_to_adopt
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.guide.views.plan import age
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.forms.adopt import AdoptForm
from runbook_lib.review.pictures.gates import before_and_after
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say


class ClickedStep(ClickingStep):
    """A step that a person carries out in Marketo's own pages, after agreeing to its plan."""

    def _look(self) -> Iterable[Block]:
        """As every step; where the clicks were made before anybody looked, how to adopt them."""
        blocks = list(super()._look())
        if not self._clicked_elsewhere():
            return blocks
        if self.interactive:
            self.offer(AdoptForm(), self.adopt, say("Adopt what has already been clicked, or stop here."))
        folder = shell_word(self.session.workspace.path)
        steps = to_adopt(self.session, self.snapshot)
        return [*blocks, Card(Tone.STOP, clicked_already(steps), (how_to_adopt(folder),))]

    def adopt(self, note: AdoptionNote) -> Iterable[Block]:
        """Looks once more, and records what both systems show as done, under the name of who tells it."""
        seen = self.session.collect(PARTS)
        evidence = adopt(self.session, seen, to_adopt(self.session, seen), note)
        self.go_on()
        return list(adopted_blocks(evidence))

    def _check(self) -> Iterable[Block]:
        """Stops where the clicks were made before anybody looked: a consent to the past is none."""
        self._demand_open()
        return super()._check()

    def _do(self) -> Iterable[Block]:
        self._demand_open()
        return super()._do()

    def _demand_open(self) -> None:
        if self._clicked_elsewhere():
            folder = shell_word(self.session.workspace.path)
            steps = to_adopt(self.session, self.snapshot)
            raise WaitsForPerson(clicked_already(steps), fix=how_to_adopt(folder))

    def _clicked_elsewhere(self) -> bool:
        return self.spec in to_adopt(self.session, self.snapshot)

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """What the gate changes, and the consent on file or the page on which a person can give it."""
        return [*before_and_after(self.name, seen, self.decisions.hides), *self._consent(seen)]

    def _consent(self, seen: Snapshot) -> Iterable[Block]:
        plan = self.plan(seen)
        approval = approval_of(self.session, self.name)
        if approval and approval.plan_digest == plan.digest and approval.rejection is None:
            signed = approval.created.isoformat()
            return [
                Card(Tone.OK, say("{by} agreed to this plan, {age}.", by=approval.approver, age=age(signed)))
            ]
        if self.clicks_made() or has_robot(self.session):
            return []
        if self.interactive:
            self.offer_consent(plan)
        if no := rejection_of(self.session, self.name, plan.digest):
            return [
                Card(Tone.STOP, said_no(no), (say("It can be agreed to all the same, or decided anew."),))
            ]
        if approval and approval.rejection is None:
            before, by = age(approval.created.isoformat()), approval.approver
            other = say("{by} agreed to another plan, {age}; it has changed since.", by=by, age=before)
            anew = say("Read it anew: what was agreed to before no longer counts.")
            return [Card(Tone.WAIT, other, (anew,))]
        return [Card(Tone.WAIT, say("Nobody has agreed to this plan yet."))]
