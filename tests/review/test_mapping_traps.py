"""World messy sets traps for Marketo's combining: each planted one has its verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import load_world
from runbook_lib.review.mappings import MappingReview, MappingVerdict, mapping_review, near_pairs
from runbook_lib.survey.probes.describe import fields_of
from tests.org_by_hand import small_org


@pytest.fixture(scope="module")
def review() -> MappingReview:
    """The mapping review of world messy, as the sync user sees it."""
    org = Org(load_world("messy"), Clock(), people=0)
    user = org.user_id("marketo.sync@acme.example")
    visible = {name: fields_of(org.describe(user, name)) for name in ("Lead", "Contact")}
    return mapping_review(replace(small_org(), visible=visible))


@pytest.mark.parametrize(
    ("name", "verdict", "word"),
    [
        ("Engagement_Grade__c", MappingVerdict.CLASHES, "Number"),
        ("Annual_Budget__c", MappingVerdict.CLASHES, "Currency"),
        ("Event_Attended_On__c", MappingVerdict.CLASHES, "Date/Time"),
        ("Customer_Segment__c", MappingVerdict.LOSES, "SMB (Lead)"),
        ("Sales_Territory__c", MappingVerdict.LOSES, "Overseas (Lead)"),
        ("Referral_Code__c", MappingVerdict.LOSES, "255"),
        ("Employee_Count__c", MappingVerdict.LOSES, "digits"),
        ("GDPR_Basis__c", MappingVerdict.FITS, "Same kind"),
    ],
)
def test_each_trap_has_its_verdict(
    review: MappingReview, name: str, verdict: MappingVerdict, word: str
) -> None:
    """Another type, other or refused values, another length or other digits: each is told with its reason."""
    (pair,) = [pair for pair in review.pairs if pair.lead.name == name]
    assert pair.verdict is verdict
    assert word in str(pair.reason)


def test_what_means_the_same_is_offered_as_a_pair(review: MappingReview) -> None:
    """Different names with one label, or with one list of values, are offered together."""
    offered = {(pair.lead.name, pair.contact.name) for pair in near_pairs(review)}
    assert {
        ("LinkedIn__c", "LinkedIn_URL__c"),
        ("Cell__c", "Mobile_Private__c"),
        ("Buyer_Persona__c", "Persona_Type__c"),
        ("Product_Interest__c", "Product_Interests__c"),
        ("Pref_Lang__c", "Preferred_Language__c"),
    } <= offered
