"""The click list with its ticks: a person says what they clicked, and what Marketo then showed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.change.plan import Click, Plan
from runbook_lib.guide.views.plan import click_block, screen_path
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.form import (
    Form,
    Input,
    InputKind,
    Named,
    Person,
    Take,
    Values,
    name_input,
    named,
)
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class TickedClicks:
    """The clicks that were ticked just now, who made them, and what Marketo then showed.

    ``code``: what whoever got the click sheet sent back, which stands for every tick; not looked at yet.
    """

    clicks: tuple[Click, ...]
    by: str
    status: str
    code: str = ""


class ClickForm(Form[TickedClicks]):
    """A tick for each click of a plan. A tick is told, and never taken for proof."""

    def __init__(self, plan: Plan, made: Collection[str]) -> None:
        self.plan = plan
        self.made = frozenset(made)

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("I made these clicks")

    def inputs(self, person: Person) -> Sequence[Input]:
        """The clicks, with those on record ticked, or a code in their place; a name, and Marketo's words."""
        ticks = [
            Input(
                click.id,
                say("{screen}: {do}", screen=screen_path(click), do=click.do),
                InputKind.TICK,
                click.id in self.made,
            )
            for click in self.plan.clicks
        ]
        status = Input("shown", say("What Marketo shows at the top right, word for word (optional)"))
        code = Input("code", say("Or the code of the click sheet, where somebody else clicked"))
        return [*ticks, code, name_input(person), status]

    def submit(self, values: Values) -> TickedClicks:
        """What was ticked and is not on record yet. ``UsageFault`` where nobody is named for it."""
        code = str(values.get("code", "")).strip()
        ticked = tuple(
            click for click in self.plan.clicks if (code or values[click.id]) and click.id not in self.made
        )
        return TickedClicks(ticked, named(values) if ticked else "", str(values["shown"]), code)


class BackForm(Form[Named]):
    """Takes back what was ticked too early: the list stays in sight until what the clicks did is proven."""

    def __init__(self, plan: Plan, made: Collection[str]) -> None:
        self.plan = plan
        self.made = frozenset(made)

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("I have not clicked yet – back")

    def inputs(self, person: Person) -> Sequence[Input]:
        """A name."""
        return [name_input(person)]

    def submit(self, values: Values) -> Named:
        """Who takes them back. ``UsageFault`` where nobody is named."""
        return Named(named(values))

    def build(self, person: Person, take: Take) -> Any:
        """The click list as it was ticked, and the form under it."""
        import ipywidgets as widgets  # lazy: only where a person is there to use them

        ticked = View(person.language, "", (click_block(self.plan.clicks, self.made),)).html
        return widgets.VBox([widgets.HTML(ticked), super().build(person, take)])
