"""fields.csv cannot hide what a check demands: the row is refused with its line and the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.change.decisions import Decisions, FieldDecision, Visibility
from runbook_lib.change.plans import plan_for
from tests.org_by_hand import NOW, a_field, grant, small_org, visible


@pytest.mark.parametrize(
    ("name", "seen", "told"),
    [
        ("Task.Priority", True, "tasks and events can be read and edited"),
        ("Event.Location", True, "tasks and events can be read and edited"),
        ("Task.Priority", False, "tasks and events can be read and edited"),
        ("Account.Type", True, "Marketo needs this field"),
        ("Lead.HasOptedOutOfEmail", False, "Marketo needs this field"),
        ("Account.BillingCity", True, "It is part of Account.BillingAddress"),
        ("Account.PhotoUrl", True, "does not let anybody hide"),
    ],
)
def test_a_row_that_hides_what_is_demanded(name: str, seen: bool, told: str) -> None:
    """Whether the sync user sees the field now or not; nothing is changed for such a row."""
    changed = {
        "Account.BillingCity": {"compound": "BillingAddress"}, "Account.PhotoUrl": {"permissionable": False},
    }.get(name, {})  # fmt: skip
    field = replace(a_field(name), **changed)  # type: ignore[arg-type]
    there = {**visible("Lead.Email"), field.object: (field,)}
    org = small_org(visible=there if seen else visible("Lead.Email"), present=there)
    object_name, _, field_name = name.partition(".")
    row = FieldDecision(object_name, field_name, Visibility.HIDE, line=7)
    plan = plan_for("04_field_visibility", org, Decisions(fields={name: row}), NOW)
    (refusal,) = (str(obstacle) for obstacle in plan.obstacles)
    assert refusal.startswith(f"fields.csv, line 7: {name} cannot be hidden.") and told in refusal
    assert not [change for change in plan.changes if change.target == name and change.kind == "hide-field"]


def test_a_standard_field_is_hidden_like_a_custom_one() -> None:
    """A row for it makes the change; without a row it is kept and nothing waits for it."""
    fields = visible("Account.Fax", "Account.Rating")
    org = small_org(visible=fields, present=fields, grants=(grant("Account.Fax"), grant("Account.Rating")))
    row = FieldDecision("Account", "Fax", Visibility.HIDE)
    plan = plan_for("04_field_visibility", org, Decisions(fields={"Account.Fax": row}), NOW)
    assert [change.id for change in plan.changes] == ["hide-field:Account.Fax"]
    assert plan.undecided == () == plan.obstacles
