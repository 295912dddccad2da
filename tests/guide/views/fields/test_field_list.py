"""Every field that a plan creates is there to be read before anybody agrees."""

from __future__ import annotations

from runbook_lib.change.plan import Consent, Plan
from runbook_lib.guide.views.plan import agreed_blocks, consent_blocks, plan_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.text import say
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
    consents=(Consent("fields", say("Agree.")),), makes=MAKES, undecided=("Lead.npsp__Gift__c",),
)  # fmt: skip


def test_all_names_stand_behind_a_fold() -> None:
    """By object and by what becomes of them; three thousand of them are no burden for the notebook."""
    view = View("en", "", tuple(plan_blocks(PLAN)))
    assert "<details>" in view.html and len(view.html) + len(view.plain) < 200_000
    for text in (view.html, view.plain):
        assert all(name.partition(".")[2] in text for name in MAKES)
        assert "perhaps an empty field" in text and "no document tells" in text


def test_what_was_agreed_to_is_not_asked_for_again() -> None:
    """The same texts stand under another head."""
    before, after = (View("de", "", tuple(blocks(PLAN))).plain for blocks in (consent_blocks, agreed_blocks))
    assert before != after and "Zuzustimmen" not in after
