"""The word of a person before anything in the org is changed: these changes, in this org, under this name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plan import Plan
from runbook_lib.guide.state.consent import CONFIRMED, to_be_made
from runbook_lib.guide.state.session import now
from runbook_lib.guide.widgets.form import Values, build_form, name_input, named
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.text import Message, counted, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


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
            told = journal_payloads.decision(what, by, at=now()) | {CONFIRMED: self.plan.digest}
            self.step.note("decide", Kind.decision, told)
        self.step.go_on()
        return say("Recorded. The changes are made in “4 Do”.")

    def build(self) -> Any:
        """The form as a widget."""
        button = make_these(self.plan)
        session = self.step.session
        return build_form(session.language, [name_input(session.journal)], button, self.submit)
