"""What changed since the state that was proven last: a person ticks what they have seen and accept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.acknowledged import acknowledge
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


class AcknowledgeForm:
    """Writes down which changes were seen and accepted."""

    def __init__(self, step: Step, drifts: Sequence[Claim]) -> None:
        self.step = step
        self.drifts = drifts

    def submit(self, values: Values) -> Iterable[Block]:
        """Writes down what was ticked. ``UsageFault`` where nobody or no reason is named."""
        ticked = [claim for claim in self.drifts if values[claim.id]]
        reason, by = str(values["reason"]).strip(), named(values)
        if not reason:
            raise UsageFault(say("No reason was given."), fix=say("State why this may stay as it is."))
        with self.step.session.workspace.lock("acknowledge"):
            acknowledge(self.step.session, by, reason, ticked)
        self.step.go_on()
        return [Card(Tone.OK, say("Recorded. Run “5 Prove” again."))]

    def build(self) -> Any:
        """The form as a widget."""
        session = self.step.session
        ticks = [Input(claim.id, claim.what, Kind.TICK, value=False) for claim in self.drifts]
        inputs = [*ticks, Input("reason", say("Why it may stay as it is")), name_input(session.journal)]
        return build_form(session.language, inputs, say("I have seen this and accept it"), self.submit)
