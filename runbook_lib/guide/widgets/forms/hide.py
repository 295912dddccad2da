"""Fields that the sync user sees since go-live: which of them are to be hidden before Marketo makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class ToHide:
    """Fields by their full names, and who wants them hidden."""

    names: tuple[str, ...]
    by: str


class HideForm(Form[ToHide]):
    """Which of ``names`` are to be hidden; all of them are ticked."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("Decide to hide them")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A tick for each field, and a name."""
        return [*(Input(name, name, InputKind.TICK, value=True) for name in self.names), name_input(person)]

    def submit(self, values: Values) -> ToHide:
        """What was ticked. ``UsageFault`` where nothing was, or nobody is named."""
        ticked = tuple(name for name in self.names if values[name])
        if not ticked:
            raise UsageFault(say("No field was chosen."), fix=say("Tick the fields to hide."))
        return ToHide(ticked, named(values))
