"""Which fields were agreed to, by name: from the plan on file under the digest that the consent names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.proof.report.step_report import Agreed, StepStory
from runbook_lib.review.fields.made import Made
from runbook_lib.workspace import Workspace

Speak = Callable[[object], str]


def with_fields(step: StepStory, workspace: Workspace, speak: Speak) -> StepStory:
    """The step, each consent with the fields that its plan creates."""
    return replace(
        step, agreed=tuple(_with_fields(agreed, step.name, workspace, speak) for agreed in step.agreed)
    )


def _with_fields(agreed: Agreed, step: str, workspace: Workspace, speak: Speak) -> Agreed:
    plan = read_plan(workspace, step, agreed.plan_digest)
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, made in plan.makes.items() if plan else ():
        fields[speak(Made(made).word)].append(name)
    return replace(agreed, fields={word: tuple(sorted(names)) for word, names in fields.items()})
