"""The word of a person before anything in the org is changed: these changes, in this org, under this name."""

from __future__ import annotations

from collections.abc import Sequence

from runbook_lib.change.plan import Plan
from runbook_lib.guide.widgets.form import Form, Input, Named, Person, Values, name_input, named
from runbook_lib.text import Message, counted, say


class ConfirmForm(Form[Named]):
    """That the changes of a plan are to be made."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @property
    def button(self) -> Message:
        """How many changes, and in which org."""
        count, org = len(self.plan.changes), self.plan.org_name
        many = say("Make these {count} changes in “{org}”", count=count, org=org)
        return counted(count, say("Make this change in “{org}”", org=org), many)

    def inputs(self, person: Person) -> Sequence[Input]:
        """A name."""
        return [name_input(person)]

    def submit(self, values: Values) -> Named:
        """Who says so. ``UsageFault`` where nobody is named."""
        return Named(named(values))
