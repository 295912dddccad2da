"""The consent to something that cannot be undone: each warning by itself, the org's name typed, a reason."""

from __future__ import annotations

from collections.abc import Callable
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
        """Writes the approval. ``UsageFault`` names what is still missing; nothing is written then."""
        missing = [each.text for each in self.plan.consents if not values[each.id]]
        if missing:
            raise UsageFault(
                say("{count} of the warnings are not agreed to.", count=len(missing)),
                why=missing[0],
                fix=say("Tick each warning that you agree to; if you do not agree to one, do not go on."),
            )
        signature = Signature(
            str(values["by"]), str(values["reason"]), str(values["org"]), self.session.language
        )
        with self.session.workspace.lock("consent"):
            sign_plan(self.session, self.plan, signature)
        self.then()
        return say("Agreed. It counts for 24 hours and for exactly this plan. Go on with “4 Do”.")

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [
            *(Input(each.id, each.text, Kind.TICK, value=False) for each in self.plan.consents),
            Input("org", say("The org's name, typed exactly")),
            name_input(self.session.journal),
            Input("reason", say("Why now")),
        ]
        return build_form(self.session.language, inputs, say("I agree"), self.submit)
