"""The report names every field that was agreed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runbook_lib.change.gate.approvals import write_plan
from runbook_lib.change.plan import Plan
from runbook_lib.proof.report.agreed_fields import with_fields
from runbook_lib.proof.report.step_report import Agreed, Teller
from runbook_lib.road import ROAD
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW

STEP = "05_sync_fields"
PLAN = Plan(
    STEP, "00D", "Acme", "123-ABC-456", NOW,
    makes={"Lead.Region__c": "new", "Account.Fax": "ignored", "Account.Site_Visit__c": "new"},
)  # fmt: skip


def test_the_fields_of_the_plan_that_was_agreed_to(tmp_path: Path) -> None:
    """By what becomes of them, from the file of the plan; nothing where that file is gone."""
    workspace = Workspace(tmp_path)
    write_plan(workspace, PLAN)
    number = next(number for number, stop in enumerate(ROAD) if stop.name == STEP)
    story = Teller("de").story(ROAD[number], number, [])
    agreed = Agreed("Ada", "go", "Acme", NOW.isoformat(), NOW.isoformat(), PLAN.digest, ("text",))
    for digest, told in ((PLAN.digest, [("Account.Site_Visit__c", "Lead.Region__c"), ("Account.Fax",)]),
                         ("0" * 64, [])):  # fmt: skip
        step = replace(story, agreed=(replace(agreed, plan_digest=digest),))
        (shown,) = with_fields(step, workspace, Teller("de").speak).agreed
        assert sorted(shown.fields.values(), key=len, reverse=True) == told
        assert "a new field" not in shown.fields  # told in the reader's language
