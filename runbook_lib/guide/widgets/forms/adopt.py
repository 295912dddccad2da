"""The form with which a person adopts what was clicked before this road looked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runbook_lib.guide.state.adoption import PARTS, Told, adopt, to_adopt
from runbook_lib.guide.views.adoption import adopted_blocks
from runbook_lib.guide.views.view import Block
from runbook_lib.guide.widgets.form import Input, Values, build_form, name_input, named
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


class AdoptForm:
    """Records what both systems show as done, under the name of who tells it."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def submit(self, values: Values) -> Iterable[Block]:
        """Looks once more and records it. ``UsageFault`` where nobody is named."""
        told = Told(named(values), str(values["clicked_by"]).strip(), str(values["clicked_at"]).strip())
        session = self.step.session
        with session.workspace.lock("adopt"):
            seen = session.collect(PARTS)
            found = adopt(session, seen, to_adopt(session, seen), told)
        self.step.go_on()
        return list(adopted_blocks(found))

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [
            name_input(self.step.session.journal),
            Input("clicked_by", say("Who clicked (optional)")),
            Input("clicked_at", say("When (optional)")),
        ]
        return build_form(self.step.session.language, inputs, say("Adopt what is there"), self.submit)
