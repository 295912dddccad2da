"""The click list with its ticks: a person says what they clicked, and what Marketo then showed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plan import Plan
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import now
from runbook_lib.guide.views.plan import click_block, screen_path
from runbook_lib.guide.views.view import Block, Card, Tone, View
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.journal import Kind as Entry
from runbook_lib.proof import journal_payloads
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


class ClickForm:
    """Writes a click down for each new tick. A tick is told, and never taken for proof."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step = step
        self.plan = plan

    def made(self) -> frozenset[str]:
        """Ids of the clicks that are on record."""
        return history.clicks_made(history.attempt(self.step.session.journal, self.step.name))

    def submit(self, values: Values) -> Iterable[Block]:
        """Writes down the clicks ticked since; says what is left. ``UsageFault`` where nobody is named."""
        made = self.made()
        ticked = [each for each in self.plan.clicks if values[each.id] and each.id not in made]
        by = named(values) if ticked else ""
        with self.step.session.workspace.lock("click list"):
            for click in ticked:
                told = journal_payloads.click(click, by, str(values["shown"]))
                self.step.note("do", Entry.click, told | {"plan_digest": self.plan.digest})
        left = len(self.plan.clicks) - len(self.made())
        if not ticked and left:
            return [Card(Tone.WARN, say("Nothing was ticked. {count} clicks are left.", count=left))]
        if left:
            return [Card(Tone.WAIT, say("Recorded. {count} clicks are left.", count=left))]
        self.step.go_on()
        done = say("Recorded. Continue with “5 Prove”: it measures what the clicks did.")
        return [Card(Tone.OK, done)]

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
        shown = Input("shown", say("What Marketo shows at the top right, word for word (optional)"))
        session = self.step.session
        inputs = [*ticks, name_input(session.journal), shown]
        return build_form(session.language, inputs, say("I made these clicks"), self.submit)


class BackForm:
    """Takes back what was ticked too early: the list stays in sight until what the clicks did is proven."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step = step
        self.plan = plan

    def submit(self, values: Values) -> Message:
        """Writes down that the clicks were not made. ``UsageFault`` where nobody is named."""
        by = named(values)
        made = history.clicks_made(history.attempt(self.step.session.journal, self.step.name))
        what = say("The clicks were ticked, but had not been made; they are open again.")
        with self.step.session.workspace.lock("click list"):
            told = journal_payloads.decision(what, by, at=now()) | {history.WITHDRAWN: sorted(made)}
            self.step.note("do", Entry.decision, told)
        return say("Undone. Run “4 Do” again: it shows the click list.")

    def build(self) -> Any:
        """The click list as it was ticked, and the form under it."""
        import ipywidgets as widgets  # lazy: only where a person is there to use them

        session = self.step.session
        made = history.clicks_made(history.attempt(session.journal, self.step.name))
        ticked = View(session.language, "", (click_block(self.plan.clicks, made),)).html
        back = say("I have not clicked yet – back")
        form = build_form(session.language, [name_input(session.journal)], back, self.submit)
        return widgets.VBox([widgets.HTML(ticked), form])
