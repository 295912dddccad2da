"""The consent to something that cannot be undone: each warning by itself, the org's name typed, a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from runbook_lib.change.gate.approvals import Signature
from runbook_lib.change.plan import Plan
from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.consent import sign_plan
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


class ConsentForm:
    """Writes ``approvals/<gate>.json`` once everything was agreed to."""

    def __init__(self, session: Session, plan: Plan, then: Callable[[], None]) -> None:
        self.session = session
        self.plan = plan
        self.then = then

    def submit(self, values: Values) -> Message:
        """Writes the approval. ``UsageFault`` names all that is still missing; nothing is written then."""
        missing = tuple(self._missing(values))
        if missing:
            raise UsageFault(
                say("Nothing has been agreed to yet: {count} things are missing.", count=len(missing)),
                why=Message(
                    "\n".join(f"{{part{number}}}" for number in range(len(missing))),
                    {f"part{number}": each for number, each in enumerate(missing)},
                ),
                fix=say("Tick each warning that you agree to; if you do not agree to one, do not continue."),
            )
        signature = Signature(
            str(values["by"]), str(values["reason"]), str(values["org"]), self.session.language
        )
        with self.session.workspace.lock("consent"):
            sign_plan(self.session, self.plan, signature)
        self.then()
        return say("Agreed. It is valid for 24 hours and for exactly this plan. Continue with “4 Do”.")

    def _missing(self, values: Values) -> Iterator[Message]:
        for number, consent in enumerate(self.plan.consents, start=1):
            if not values[consent.id]:
                yield say("Warning {number} is not ticked.", number=number)
        if str(values["org"]).strip() != self.plan.org_name.strip():
            yield say("The org's name was not typed exactly.")
        if not str(values["by"]).strip() or not str(values["reason"]).strip():
            yield say("An approval needs a name and a reason.")

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [
            *(Input(each.id, each.text, Kind.TICK, value=False) for each in self.plan.consents),
            Input("org", say("The org's name, typed exactly")),
            name_input(self.session.journal),
            Input("reason", say("Why now")),
        ]
        return build_form(self.session.language, inputs, say("I agree"), self.submit)
