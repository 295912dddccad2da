"""The form for a file of decisions that cannot be read: put it aside, and decide anew."""

from __future__ import annotations

from collections.abc import Sequence

from runbook_lib.guide.widgets.form import Form, Input, Named, Person, Values, name_input, named
from runbook_lib.text import Message, say


class MendForm(Form[Named]):
    """Whether the files that have faults are put aside."""

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Set the file aside and decide again")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A name."""
        return [name_input(person)]

    def submit(self, values: Values) -> Named:
        """Who puts them aside. ``UsageFault`` where nobody is named."""
        return Named(named(values))
