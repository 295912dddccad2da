"""The second person's no: where connection.toml asks for two, a plan can be rejected with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.guide.widgets.form import Form, Input, Person, Values, name_input, named
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Rejected:
    """Who says no, and why."""

    by: str
    reason: str


class RejectForm(Form[Rejected]):
    """Not this plan, and why."""

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("Reject this plan")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A reason, and a name."""
        return [Input("reason", say("Or reject it: why")), name_input(person)]

    def submit(self, values: Values) -> Rejected:
        """Who and why. ``UsageFault`` where nobody is named."""
        return Rejected(named(values), str(values["reason"]))
