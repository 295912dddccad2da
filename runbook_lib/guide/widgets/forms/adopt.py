"""The form with which a person adopts what was clicked before this road looked."""

from __future__ import annotations

from collections.abc import Sequence

from runbook_lib.guide.state.adoption import AdoptionNote
from runbook_lib.guide.widgets.form import Form, Input, Person, Values, name_input, named
from runbook_lib.text import Message, say


class AdoptForm(Form[AdoptionNote]):
    """Who adopts what both systems show as done, and who clicked it, as far as that is known."""

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("Adopt what is there")

    def inputs(self, person: Person) -> Sequence[Input]:
        """Names and a moment."""
        return [
            name_input(person),
            Input("clicked_by", say("Who clicked (optional)")),
            Input("clicked_at", say("When (optional)")),
        ]

    def submit(self, values: Values) -> AdoptionNote:
        """Who tells it. ``UsageFault`` where nobody is named."""
        return AdoptionNote(
            named(values), str(values["clicked_by"]).strip(), str(values["clicked_at"]).strip()
        )
