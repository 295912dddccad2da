"""The word of a person before anything in the org is changed: these changes, in this org, under this name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plan import Plan
from runbook_lib.guide.session import now
from runbook_lib.guide.widgets.form import Values, build_form, name_input, named
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import record
from runbook_lib.text import Message, counted, say

if TYPE_CHECKING:
    from runbook_lib.guide.step import Step

CONFIRMED = "confirmed_plan"
"""Key of the decision that names the digest of the plan a person said yes to."""


def is_confirmed(attempt: Iterable[Entry], plan: Plan) -> bool:
    """Whether a person said, in this attempt, that exactly these changes are to be made."""
    said = (each for each in attempt if each.kind is Kind.decision)
    return any(each.payload.get(CONFIRMED) == plan.digest for each in said)


def to_be_made(plan: Plan) -> Message:
    """What a person said yes to."""
    count, org = len(plan.changes), plan.org_name
    many = say("{count} changes in “{org}” are to be made.", count=count, org=org)
    return counted(count, say("One change in “{org}” is to be made.", org=org), many)


def make_these(plan: Plan) -> Message:
    """The words on the button."""
    count, org = len(plan.changes), plan.org_name
    many = say("Make these {count} changes in “{org}”", count=count, org=org)
    return counted(count, say("Make this change in “{org}”", org=org), many)


def below_each_other(forms: Sequence[Callable[[], Any]]) -> Any:
    """The forms as one widget: what was decided, which can be changed, above the word for what follows."""
    import ipywidgets as widgets  # lazy: only where a person is there to use them

    return forms[0]() if len(forms) == 1 else widgets.VBox([form() for form in forms])


class ConfirmForm:
    """Writes down that the changes of a plan are to be made. It makes none of them."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step = step
        self.plan = plan

    def submit(self, values: Values) -> Message:
        """Writes the word down. ``UsageFault`` where the name is missing."""
        by = named(values)
        what = to_be_made(self.plan)
        with self.step.session.workspace.lock("decision"):
            told = record.decision(what, by, at=now()) | {CONFIRMED: self.plan.digest}
            self.step.note("decide", Kind.decision, told)
        self.step.go_on()
        return say("Written down. The changes are made in “4 Do”.")

    def build(self) -> Any:
        """The form as a widget."""
        button = make_these(self.plan)
        session = self.step.session
        return build_form(session.language, [name_input(session.journal)], button, self.submit)
