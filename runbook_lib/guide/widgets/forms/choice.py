"""The form by which a person chooses between a few answers, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Chosen:
    """What was chosen, by whom, why."""

    choice: str
    by: str
    reason: str


class ChoiceForm(Form[Chosen]):
    """One of a few answers. ``options``: what is kept → how it reads."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self.options = options

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("Decide")

    def inputs(self, person: Person) -> Sequence[Input]:
        """The answers, a name and a reason."""
        return [
            Input("choice", say("Decision"), InputKind.CHOICE, options=self.options),
            name_input(person),
            Input("reason", say("Reason")),
        ]

    def submit(self, values: Values) -> Chosen:
        """What was chosen. ``UsageFault`` where nothing is chosen or nobody is named."""
        if not values["choice"]:
            raise UsageFault(
                say("Nothing was chosen under “{question}”.", question=say("Decision")),
                fix=say("Choose one of them; none is chosen for you."),
            )
        return Chosen(str(values["choice"]), named(values), str(values["reason"]).strip())
