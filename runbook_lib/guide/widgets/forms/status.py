"""What Marketo's page shows: a person reads it there and says it here, in any of its languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, Kind, Person, Values, name_input, named
from runbook_lib.proof.claims.status import WORDS
from runbook_lib.text import Label, Message, label, say

OTHER = "other"


@dataclass(frozen=True)
class StatusRead:
    """The status that Marketo's page shows, and who read it there."""

    shown: str
    by: str


class StatusForm(Form[StatusRead]):
    """What the page shows. ``language``: the one of the labels that are offered."""

    def __init__(self, language: str) -> None:
        self.language = language

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("This is what the page shows")

    def inputs(self, person: Person) -> Sequence[Input]:
        """Its words to choose from, or to type, and a name."""
        options = {key: Label(key) for key in WORDS} | {OTHER: say("something else")}
        return [
            Input("shown", say("What Marketo shows at the top right"), Kind.LIST, OTHER, options),
            Input("typed", say("Optional note")),
            name_input(person),
        ]

    def submit(self, values: Values) -> StatusRead:
        """What was chosen, or typed. ``UsageFault`` where nothing was, or nobody is named."""
        typed = str(values["typed"]).strip()
        shown = typed or ("" if values["shown"] == OTHER else label(values["shown"], self.language))
        if not shown:
            raise UsageFault(
                say("No status was given."), fix=say("Choose what the page shows, or type its words.")
            )
        return StatusRead(shown, named(values))
