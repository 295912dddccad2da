"""The click list with its ticks: a person says what they clicked, and what Marketo then showed."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plan import Plan
from runbook_lib.guide import history
from runbook_lib.guide.told import screen_path
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form
from runbook_lib.journal import Kind as Entry
from runbook_lib.proof import record
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.step import Step


class ClickForm:
    """Writes a click down for each new tick. A tick is told, and never taken for proof."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step = step
        self.plan = plan

    def made(self) -> frozenset[str]:
        """Ids of the clicks that are on record."""
        return history.clicks_made(history.attempt(self.step.session.journal, self.step.name))

    def submit(self, values: Values) -> Message:
        """Writes down the clicks ticked since; says what is left."""
        made = self.made()
        with self.step.session.workspace.lock("click list"):
            for click in self.plan.clicks:
                if values[click.id] and click.id not in made:
                    told = record.click(click, getpass.getuser(), str(values["shown"]))
                    self.step.note("do", Entry.click, told | {"plan_digest": self.plan.digest})
        left = len(self.plan.clicks) - len(self.made())
        if left:
            return say("Written down. {count} clicks are left.", count=left)
        self.step.go_on()
        return say("Written down. Go on with “5 Prove”: what the clicks did is measured there.")

    def build(self) -> Any:
        """The form as a widget."""
        made = self.made()
        ticks = [
            Input(
                click.id,
                say("{screen}: {do}", screen=screen_path(click), do=click.do),
                Kind.TICK,
                click.id in made,
            )
            for click in self.plan.clicks
        ]
        shown = Input("shown", say("What Marketo shows at the top right (if anything)"))
        return build_form(
            self.step.session.language, [*ticks, shown], say("I made these clicks"), self.submit
        )
