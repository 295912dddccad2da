"""The form by which a person decides: take the recommendation, or choose between a few answers, with a
reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.session import Session


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
        """Writes the decision down. ``UsageFault`` where the name is missing."""
        by = _named(values)
        with self.session.workspace.lock("decision"):
            return self.keep(str(values["choice"]), by, str(values["reason"]).strip())

    def build(self) -> Any:
        """The form as a widget."""
        first = next(iter(self.options))
        inputs = [
            Input("choice", say("Decision"), Kind.CHOICE, first, self.options),
            Input("by", say("Your name")),
            Input("reason", say("Reason")),
        ]
        return build_form(self.session.language, inputs, self.button, self.submit)


class PickForm:
    """Some of many: a tick per thing. ``keep`` writes down which were ticked, and by whom."""

    def __init__(
        self,
        session: Session,
        things: Mapping[str, object],
        ticked: Collection[str],
        keep: Callable[[tuple[str, ...], str], Message],
    ) -> None:
        self.session = session
        self.things = things
        self.ticked = ticked
        self.keep = keep

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where the name is missing."""
        by = _named(values)
        with self.session.workspace.lock("decision"):
            return self.keep(tuple(name for name in self.things if values[name]), by)

    def build(self) -> Any:
        """The form as a widget."""
        ticks = [Input(name, text, Kind.TICK, name in self.ticked) for name, text in self.things.items()]
        inputs = [*ticks, Input("by", say("Your name"))]
        return build_form(self.session.language, inputs, say("Decide"), self.submit)


def _named(values: Values) -> str:
    by = str(values["by"]).strip()
    if not by:
        raise UsageFault(
            say("Nobody is named."), fix=say("Type your name: it stands in the file of decisions.")
        )
    return by
