"""How a person agrees: to what cannot be undone with a consent, to any other change with a name."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.gate import APPROVAL_HOURS
from runbook_lib.change.gate.approvals import Signature
from runbook_lib.change.plan import Plan
from runbook_lib.guide.engine.lifecycle import Beats
from runbook_lib.guide.state.consent import CONFIRMED, sign_plan, to_be_made
from runbook_lib.guide.state.second_person import reject
from runbook_lib.guide.state.session import now
from runbook_lib.guide.widgets.form import Named
from runbook_lib.guide.widgets.forms.confirm import ConfirmForm
from runbook_lib.guide.widgets.forms.consent import ConsentForm
from runbook_lib.guide.widgets.forms.reject import Rejected, RejectForm
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.findings import Finding
from runbook_lib.text import Message, say


class Agreeing(Beats):
    """Beats that ask before anything is changed, and write down what was found and who agreed."""

    def note_findings(self, beat: str, findings: Iterable[Finding]) -> None:
        """Writes down what checks found."""
        payloads = list(map(journal_payloads.finding, findings))
        self.session.journal.append_all(self.name, beat, Kind.finding, payloads)

    def stop_asking(self, beat: str) -> None:
        """Takes the forms under ``beat`` away: what they asked is answered for good."""
        self._asked.pop(beat, None)
        self.screens.close_form(beat)

    def offer_consent(self, plan: Plan) -> None:
        """Asks for the consent to what of ``plan`` cannot be undone."""
        form = ConsentForm(plan, self.session.language)
        self.offer(form, lambda given: self.agree(plan, given), say("Agree to the plan, or stop here."))
        if self.session.connection.require_two:
            self.offer(RejectForm(), lambda no: self.reject(plan, no))

    def agree(self, plan: Plan, given: Signature) -> Message:
        """Writes ``approvals/<gate>.json``."""
        sign_plan(self.session, plan, given)
        self.go_on()
        return say(
            "Agreed. It is valid for {hours} hours and for exactly this plan.",
            hours=APPROVAL_HOURS,
        )

    def reject(self, plan: Plan, no: Rejected) -> Message:
        """Writes down that somebody said no to exactly this plan. ``UsageFault`` without a reason."""
        reject(self.session, plan, no.by, no.reason)
        return say("Recorded: {by} rejects the plan of {step}.", by=no.by, step=self.name)

    def offer_word(self, plan: Plan) -> None:
        """Asks for the word that the changes of ``plan`` are to be made."""
        asked = say("Confirm these changes with your name.")
        self.offer(ConfirmForm(plan), lambda word: self.confirm(plan, word), asked)

    def confirm(self, plan: Plan, word: Named) -> Message:
        """Writes down that the changes of ``plan`` are to be made."""
        payload = journal_payloads.decision(to_be_made(plan), word.by, at=now()) | {CONFIRMED: plan.digest}
        self.note("decide", Kind.decision, payload)
        self.go_on()
        return say("Recorded: these changes are made.")
