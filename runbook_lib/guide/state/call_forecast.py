"""How many Salesforce calls a notebook will cost at most, said before it is run."""

from __future__ import annotations

from typing import Protocol

from runbook_lib.change.calls import most_calls
from runbook_lib.change.plan import Plan
from runbook_lib.guide.state.session import Session
from runbook_lib.road import FIELD_VISIBILITY, StepSpec
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import Part


class Looking(Protocol):
    """What of a step decides how many calls it makes."""

    @property
    def session(self) -> Session:
        """The open session."""

    @property
    def spec(self) -> StepSpec:
        """Which step it is."""

    def parts(self) -> tuple[Part, ...]:
        """The parts that it looks at."""

    def parts_to_prove(self) -> tuple[Part, ...]:
        """The parts that are measured again to prove it."""


def calls_ahead(step: Looking, plan: Plan) -> int | None:
    """The most calls from Look to Prove; ``None`` where nobody can foretell it.

    Not counted: what was lost on the way and is looked at again, and a second look after ten minutes.
    """
    if FIELD_VISIBILITY.is_before(step.spec):  # from there on a notebook waits for Marketo
        return None
    return forecast_calls(step.parts(), objects=objects_of(step.session.expected)) + calls_from_here(
        step, plan
    )


def calls_from_here(step: Looking, plan: Plan) -> int:
    """The most calls that making these changes and proving them costs; none where nothing is changed."""
    if not plan.changes:
        return 0
    looks = forecast_calls(step.parts_to_prove(), objects=objects_of(step.session.expected))
    return most_calls(plan.changes) + looks
