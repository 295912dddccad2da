"""Approvals and plans as files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.change.gate import APPROVAL_LIFETIME
from runbook_lib.change.gate.approvals import Signature, read_approval, read_plan, write_approval, write_plan
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from runbook_lib.errors import DecisionFileFault, UsageFault
from runbook_lib.workspace import Workspace
from tests.change.gate.at_the_gate import GATE, KEPT
from tests.org_by_hand import NOW, small_org

SIGNATURE = Signature("Ada Admin", "agreed in CAB-1412", " Acme Corporation ")


@pytest.fixture
def plan() -> Plan:
    """A plan of 05."""
    return plan_for(GATE, small_org(), KEPT, NOW)


def test_an_approval_round_trips(workspace: Workspace, plan: Plan) -> None:
    """What was agreed to is read again, in full text, and the plan lies beside it."""
    write_approval(workspace, plan, SIGNATURE, NOW)
    approval = read_approval(workspace, GATE)
    assert approval is not None
    assert approval.consents == {consent.id: str(consent.text) for consent in plan.consents}
    assert (approval.approver, approval.org, approval.plan_digest) == (
        "Ada Admin",
        "Acme Corporation",
        plan.digest,
    )
    assert (approval.created, approval.expires) == (NOW, NOW + APPROVAL_LIFETIME)
    assert read_plan(workspace, GATE, plan.digest) == plan


def test_the_lifetime_can_be_shorter(workspace: Workspace, plan: Plan) -> None:
    """An approval may be made for less than a day."""
    write_approval(workspace, plan, SIGNATURE, NOW, timedelta(hours=1))
    approval = read_approval(workspace, GATE)
    assert approval is not None
    assert approval.expires == NOW + timedelta(hours=1)


@pytest.mark.parametrize("changes", [{"by": " "}, {"reason": ""}, {"org": "acme corporation"}, {"org": ""}])
def test_an_approval_needs_name_reason_and_org(
    workspace: Workspace, plan: Plan, changes: dict[str, str]
) -> None:
    """Nothing is written where a part is missing or the org is another one."""
    with pytest.raises(UsageFault):
        write_approval(workspace, plan, replace(SIGNATURE, **changes), NOW)
    assert read_approval(workspace, GATE) is None


def test_a_reversible_step_is_not_approved(workspace: Workspace) -> None:
    """There is nothing to agree to in a step that can be undone."""
    with pytest.raises(UsageFault, match="needs no approval"):
        write_approval(workspace, plan_for("06_field_mappings", small_org(), KEPT, NOW), SIGNATURE, NOW)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: "not json",
        lambda data: json.dumps([]),
        lambda data: json.dumps({**data, "created": "2026-11-22T12:00:00"}),
        lambda data: json.dumps({**data, "expires": 5}),
        lambda data: json.dumps({**data, "consents": ["fine"]}),
        lambda data: json.dumps({**data, "approver": None}),
        lambda data: json.dumps({key: data[key] for key in data if key != "plan_digest"}),
    ],
)
def test_a_damaged_approval_is_none(workspace: Workspace, plan: Plan, damage: object) -> None:
    """A file that is not quite an approval is a fault that names the file; it is never taken for a
    consent."""
    path = write_approval(workspace, plan, SIGNATURE, NOW)
    path.write_text(damage(json.loads(path.read_text())))  # type: ignore[operator]
    with pytest.raises(DecisionFileFault) as raised:
        read_approval(workspace, GATE)
    assert raised.value.where == str(path)


def test_an_altered_plan_is_not_the_plan(workspace: Workspace, plan: Plan) -> None:
    """A plan file that was edited no longer stands under its digest."""
    path = write_plan(workspace, plan)
    path.write_text(path.read_text().replace("Region__c", "Other__c"))
    assert read_plan(workspace, GATE, plan.digest) is None


@pytest.mark.parametrize("text", ["[]", "null", "5", '"agreed"', "{", "{}"])
def test_what_is_no_approval_is_told_in_plain_words(workspace: Workspace, text: str) -> None:
    """Neither a Python error nor its name reaches a person."""
    (workspace.approvals / f"{GATE}.json").write_text(text)
    with pytest.raises(DecisionFileFault) as raised:
        read_approval(workspace, GATE)
    assert "Error" not in str(raised.value) and "indices" not in str(raised.value)


def test_an_approval_that_an_editor_saved_in_utf16_is_read(workspace: Workspace, plan: Plan) -> None:
    """Another encoding is no other consent; what is no text is told as that."""
    path = write_approval(workspace, plan, SIGNATURE, NOW)
    agreed = read_approval(workspace, GATE)
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert read_approval(workspace, GATE) == agreed
    path.write_bytes(b"\x89PNG\0\0\0\x01\x02")
    with pytest.raises(DecisionFileFault, match="UTF-16"):
        read_approval(workspace, GATE)
