"""Every field that a plan creates is there to be read before anybody agrees."""

from __future__ import annotations

from runbook_lib.change.plan import Plan
from runbook_lib.guide.views.fields.field_list import new_fields
from runbook_lib.guide.views.plan import plan_blocks
from runbook_lib.guide.views.view import Grid, View
from tests.org_by_hand import NOW

MAKES = {
    "Lead.npsp__Gift__c": "new",
    "Lead.PhotoUrl": "new",
    "Lead.SystemModstamp": "ignored",
    "Account.ParentId": "unsaid",
    "Contact.Shared__c": "combined",
    "Task.Subject": "none",
    **{f"Opportunity.F{number:04}__c": "new" for number in range(3000)},
}
PLAN = Plan(
    "05_sync_fields", "00D", "Acme", "123-ABC-456", NOW,
    makes=MAKES, undecided=("Lead.npsp__Gift__c",),
)  # fmt: skip


def test_all_names_stand_behind_a_fold() -> None:
    """By object and by what becomes of them; three thousand of them are no burden for the notebook."""
    view = View("en", "", tuple(plan_blocks(PLAN)))
    assert "<details>" in view.html and len(view.html) + len(view.plain) < 200_000
    for text in (view.html, view.plain):
        assert all(name.partition(".")[2] in text for name in MAKES)
        assert "perhaps an empty field" in text and "no document tells" in text


def test_the_counts_add_up() -> None:
    """Above the names: how many of which object, which of them custom; rows and columns have their sums, and
    what creates no field is not counted."""
    counts, _ = new_fields(MAKES)
    assert isinstance(counts, Grid)
    rows = {str(name): some for name, *some in counts.rows}
    assert rows["Lead"] == [1, 1, 1, 3] and rows["Contact"] == rows["Task"] == [0, 0, 0, 0]
    assert rows["Opportunity"] == [3000, 0, 0, 3000] and rows["together"] == [3001, 1, 2, 3004]
