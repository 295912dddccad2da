"""What Marketo's page shows: a person reads it there and says it here, in any of its languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.status_word import report_status
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.proof.claims.status import WORDS
from runbook_lib.text import Label, label, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step

OTHER = "other"


class StatusForm:
    """Writes the status down as evidence."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def submit(self, values: Values) -> Iterable[Block]:
        """Writes down what was chosen, or typed. ``UsageFault`` where nothing was, or nobody is named."""
        session, typed = self.step.session, str(values["typed"]).strip()
        shown = typed or ("" if values["shown"] == OTHER else label(values["shown"], session.language))
        if not shown:
            raise UsageFault(
                say("No status was given."), fix=say("Choose what the page shows, or type its words.")
            )
        by = named(values)
        with session.workspace.lock("status"):
            report_status(session, self.step.spec, by, shown)
        return [Card(Tone.OK, say("Recorded. It counts at “5 Prove”."))]

    def build(self) -> Any:
        """The form as a widget."""
        options = {key: Label(key) for key in WORDS} | {OTHER: say("something else")}
        session = self.step.session
        inputs = [
            Input("shown", say("What Marketo shows at the top right"), Kind.LIST, OTHER, options),
            Input("typed", say("Optional note")),
            name_input(session.journal),
        ]
        return build_form(session.language, inputs, say("This is what the page shows"), self.submit)
