"""The consent to something that cannot be undone: each warning by itself, the org's name typed, a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook_lib.change.gate.approvals import Signature
from runbook_lib.change.plan import Consent, Plan
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input
from runbook_lib.text import Message, counted, joined, say


class ConsentForm(Form[Signature]):
    """What has to be agreed to before the gate of ``plan`` opens, read in ``language``."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.language = language

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("I agree")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A box for each warning, the org's name, a name and a reason."""
        return [
            *(_box(consent) for consent in self.plan.consents),
            Input("org", say("The org's name, typed exactly")),
            name_input(person),
            Input("reason", say("Why now")),
        ]

    def submit(self, values: Values) -> Signature:
        """The signature. ``UsageFault`` names all that is still missing."""
        missing = tuple(self._missing(values))
        if missing:
            is_ticked = all(values[consent.id] for consent in self.plan.consents)
            tick = say("Tick each warning that you agree to; if you do not agree to one, do not continue.")
            many = say("Nothing has been agreed to yet: {count} things are missing.", count=len(missing))
            raise UsageFault(
                counted(len(missing), say("Nothing has been agreed to yet: one thing is missing."), many),
                why=joined(missing, "\n"),
                fix=None if is_ticked else tick,
            )
        return Signature(str(values["by"]), str(values["reason"]), str(values["org"]), self.language)

    def _missing(self, values: Values) -> Iterator[Message]:
        for consent in self.plan.consents:
            if not values[consent.id]:
                yield say("“{name}” is not ticked.", name=consent.name)
        if str(values["org"]).strip() != self.plan.org_name.strip():
            yield say("The org's name was not typed exactly.")
        if not str(values["by"]).strip() or not str(values["reason"]).strip():
            yield say("An approval needs a name and a reason.")


def _box(consent: Consent) -> Input:
    """A box that starts empty, with the whole text of the warning."""
    label = say("{name}: {text}", name=consent.name, text=consent.text)
    return Input(consent.id, label, InputKind.TICK, value=False)
