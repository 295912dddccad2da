"""What changed since the state that was proven last: a person ticks what they have seen and accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Acknowledgement:
    """Which changes were seen and accepted, by whom and why."""

    drifts: tuple[Claim, ...]
    by: str
    reason: str


class AcknowledgeForm(Form[Acknowledgement]):
    """Which changes were seen and accepted."""

    def __init__(self, drifts: Sequence[Claim]) -> None:
        self.drifts = drifts

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("I have seen this and accept it")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A tick for each change, a reason and a name."""
        ticks = [Input(claim.id, claim.what, InputKind.TICK, value=False) for claim in self.drifts]
        return [*ticks, Input("reason", say("Why it may stay as it is")), name_input(person)]

    def submit(self, values: Values) -> Acknowledgement:
        """What was ticked. ``UsageFault`` where nobody or no reason is named."""
        ticked = tuple(claim for claim in self.drifts if values[claim.id])
        reason, by = str(values["reason"]).strip(), named(values)
        if not reason:
            raise UsageFault(say("No reason was given."), fix=say("State why this may stay as it is."))
        return Acknowledgement(ticked, by, reason)
