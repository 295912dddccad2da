"""What steps share in which a person decides or clicks: mend a broken file, see the click list until it is
proven."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.plan import Plan
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state import history
from runbook_lib.guide.views.plan import click_block, evidence_blocks
from runbook_lib.guide.views.view import Block, Card, Line, Tone, error_card
from runbook_lib.guide.widgets.forms.click import ClickForm
from runbook_lib.guide.widgets.forms.repair import MendForm
from runbook_lib.proof.evidence import Evidence
from runbook_lib.text import say

RECOMMENDATION = "recommendation"
"""Who is named where nobody was asked."""


class DecidedStep(Step):
    """A step that rests on a file of decisions, which a spreadsheet may have broken."""

    def _decide(self) -> Iterable[Block]:
        try:
            told = [Line(notice) for notice in self.decisions.notices]
            return [*told, *super()._decide()]
        except DecisionFileFault as fault:
            if not self.interactive:
                raise
            self.offer(MendForm(self).build, say("Correct the decision file, or decide again."))
            either = say("Correct the file and run “3 Decide” again; or set it aside and decide again:")
            return [error_card(fault), Line(either)]


class ClickingStep(DecidedStep):
    """A step with clicks in Marketo's pages: the list stays in sight until what they did is proven."""

    def offer_clicks(self, plan: Plan) -> None:
        """Shows the click list with a tick per click; who ticks all of them attests to it."""
        self.offer(ClickForm(self, plan).build, say("Make the clicks in Marketo and tick them."))

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step; where a person ticked clicks that show no effect, they see the list again."""
        is_person_needed = self.interactive and history.clicks_told(self._attempt())
        if evidence.proven or not is_person_needed or self.silence(evidence) is not None:
            return super().conclude(evidence)
        plan = self.plan(self.baseline())
        self.offer_clicks(plan)
        card = Card(
            Tone.WAIT,
            say("{step} is not proven yet.", step=self.spec.title),
            (
                say("The click list is below again: make the missing clicks, and tick them."),
                say(
                    "If you have made every click, wait a moment and run “5 Prove” again: it measures again."
                ),
            ),
        )
        made = history.clicks_made(self._attempt())
        return [*evidence_blocks(evidence), card, click_block(plan.clicks, made)]
