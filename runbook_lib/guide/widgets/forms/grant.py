"""The button of the permission matrix: the missing rights are made at once, by the plan and through the gate
of the same step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plan import Plan
from runbook_lib.errors import Blocked, DecisionFileFault, SystemRefused
from runbook_lib.guide.engine.execution import Doing
from runbook_lib.guide.state import history
from runbook_lib.guide.state.consent import CONFIRMED, is_confirmed, to_be_made
from runbook_lib.guide.state.session import now
from runbook_lib.guide.views.plan import plan_blocks
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.form import Values, build_form, name_input, named
from runbook_lib.guide.widgets.forms.confirm import make_these
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.rights_matrix import Held, rights_matrix
from runbook_lib.text import counted, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


class GrantForm:
    """Says yes to the plan of the step, and lets the step carry it out: its gate, its journal, its writes."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step = step
        self.plan = plan

    def submit(self, values: Values) -> list[Block]:
        """Makes what is missing and shows what became of it. ``UsageFault`` where nobody is named; else
        as the step's own Do."""
        by = named(values)
        with self.step.session.workspace.lock("decision"):
            told = journal_payloads.decision(to_be_made(self.plan), by, at=now()) | {
                CONFIRMED: self.plan.digest
            }
            self.step.note("check", Kind.decision, told)
            return [*Doing(self.step).carry_out(self.plan), *self._look_again()]

    def build(self) -> Any:
        """The form as a widget."""
        session = self.step.session
        return build_form(session.language, [name_input(session.journal)], make_these(self.plan), self.submit)

    def _look_again(self) -> Iterable[Block]:
        """What the sync user holds now, measured again."""
        self.step.seen = self.step.collect(self.step.parts_to_prove(), self.step.seen)
        return self.step.preview(self.step.seen)


def offer_missing_rights(step: Step) -> Iterable[Block]:
    """With a person there, once it is decided who the sync user is: the button, where rights are missing and
    the step can make them. Later beats do not wait for it."""
    lines = [each for each in rights_matrix(step.snapshot) if each.held is Held.NO]
    plan = _plan(step) if step.interactive and lines else None
    if plan is None or not plan.changes or plan.undecided or plan.obstacles:
        return
    if is_confirmed(history.attempt(step.session.journal, step.name), plan):
        return  # Do makes exactly these; nobody is asked twice
    step.form = GrantForm(step, plan).build
    one = say("One right is missing. You can grant it right here, or under “4 Do”.")
    many = say(
        "{count} rights are missing. You can grant them right here, or under “4 Do”.", count=len(lines)
    )
    yield Card(
        Tone.WAIT,
        counted(len(lines), one, many),
        (say("Either way the same changes are made and recorded, and can be undone."),),
    )
    yield from plan_blocks(plan)


def _plan(step: Step) -> Plan | None:
    """The plan of the step; ``None`` where it is not decided yet or cannot be made: Decide says why."""
    try:
        setup = step.decisions.setup
        return step.plan() if setup is not None and setup.username else None
    except (DecisionFileFault, Blocked, SystemRefused):
        return None
