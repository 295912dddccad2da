"""The form by which a person decides: take the recommendation, or choose between a few answers, with a
reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


class ChoiceForm:
    """One decision. ``keep`` writes it down: what was chosen, by whom, why."""

    def __init__(
        self,
        session: Session,
        options: Mapping[str, object],
        keep: Callable[[str, str, str], Message],
        button: Message,
    ) -> None:
        self.session = session
        self.options = options
        self.keep = keep
        self.button = button

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where nothing is chosen or nobody is named."""
        if not values["choice"]:
            raise UsageFault(
                say("Nothing was chosen."), fix=say("Choose one of them; none is chosen for you.")
            )
        by = named(values)
        with self.session.workspace.lock("decision"):
            return self.keep(str(values["choice"]), by, str(values["reason"]).strip())

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [
            Input("choice", say("Decision"), Kind.CHOICE, options=self.options),
            name_input(self.session.journal),
            Input("reason", say("Reason")),
        ]
        return build_form(self.session.language, inputs, self.button, self.submit)
