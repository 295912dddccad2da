"""08's consents: a person who reads them knows everything that comes along, and what nobody could tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.change.decisions import Decisions, DuplicateChoice, DuplicateDecision
from runbook_lib.change.plans import plan_for
from runbook_lib.survey.model.inventory import Inventory
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot, Unknown
from tests.org_by_hand import NOW, small_org, visible

ACCEPTED = Decisions(duplicates=DuplicateDecision(DuplicateChoice.ACCEPT, reason="tests"))
REFUSED = Unknown("refused", "INSUFFICIENT_ACCESS")
NOBODY = {"Lead": 0, "Contact": 0, "Account": 0, "Opportunity": 0, "Campaign": 0}


def consents(seen: Snapshot, decisions: Decisions = ACCEPTED) -> dict[str, str]:
    """What 08 asks to agree to."""
    return {consent.id: str(consent.text) for consent in plan_for("08", seen, decisions, NOW).consents}


def stocked(**parts: Any) -> Snapshot:
    """The small org with parts of its inventory replaced."""
    there = small_org().inventory
    assert isinstance(there, Inventory)
    return small_org(inventory=replace(there, **parts))


def test_all_is_seen() -> None:
    """Where the sync user sees every record it is the whole database, and nothing is said to stay unseen."""
    told = consents(small_org())
    assert told["whole-database"].startswith("The whole database of the production org “Acme Corporation”")
    assert set(told) == {"whole-database", "people-as-they-are", "mappings-closed", "duplicates"}


def test_records_that_stay_unseen_are_named_with_both_counts() -> None:
    """Private sharing: it is not the whole database any more, and both counts are agreed to."""
    told = consents(small_org(rows={**NOBODY, "Contact": 400}))
    assert "whole database" not in told["whole-database"]
    assert "Lead: sees none of at most 900" in told["unseen-records"]
    assert "Contact" not in told["unseen-records"]


@pytest.mark.parametrize(
    "seen",
    [
        small_org(rows=REFUSED),
        small_org(inventory=REFUSED),
        small_org(inventory=None),
        small_org(sync_login=REFUSED),
        stocked(records={**NOBODY, "Lead": REFUSED, "Contact": 400}),
    ],
)
def test_a_count_that_could_not_be_had_is_not_known(seen: Snapshot) -> None:
    """It is never taken for zero, nor for all: also where the administrator's own count stands in."""
    told = consents(seen)
    assert "whole database" not in told["whole-database"]
    assert "Lead: sees" in told["unseen-records"] and "unknown" in told["unseen-records"]


def test_all_kinds_of_duplicates_are_named() -> None:
    """Also those with people in Marketo and the probable ones, by the numbers that 07 counted."""
    compared = DuplicateCounts(
        1300, 10, {"lead": 5, "contact": 4, "across": 4, "marketo": 18, "probable": 2}, {}, conflicts=3
    )
    fresh = DuplicateCounts(1301, 10, {"lead": 5, "contact": 3, "across": 6}, {}, conflicts=3)
    fresh = fresh.after(replace(compared, in_marketo=7_000))
    assert fresh.in_marketo == 7_000  # who is in Marketo, a look at Salesforce alone does not know
    text = consents(small_org(duplicates=fresh))["duplicates"]
    assert "Leads only: 5\nContacts only: 4\nLeads and contacts: at most 10\n" in text
    assert "already in Marketo: 18\nProbably the same, without a shared e-mail: 2\n" in text


def test_kinds_that_nobody_compared_are_said_to_be_so() -> None:
    """Where 07 did not look into Marketo, nobody signs for zero."""
    text = consents(small_org())["duplicates"]
    assert "already in Marketo: not compared\n" in text


def test_people_who_come_along_as_they_are() -> None:
    """People without an e-mail, opt-outs, converted leads and those whom nobody touches any more."""
    people = DuplicateCounts(1300, 52, {"lead": 1}, {"lead": 2}, conflicts=1, opted_out=260)
    seen = replace(stocked(converted_leads=90, idle={"Lead": REFUSED, "Contact": 0}), duplicates=people)
    text = consents(seen)["people-as-they-are"]
    for told in ("e-mail: at most 60\n", "of e-mail: at most 260\n", "leads: at most 90\n", "leads unknown,"):
        assert told in text


@pytest.mark.parametrize(
    ("parts", "name", "told"),
    [
        ({"without_role": 33}, "opportunities-of-nobody", "has a role: at most 40."),
        ({"without_role": REFUSED}, "opportunities-of-nobody", "has a role: unknown."),
        ({"currencies": ("EUR", "USD")}, "currencies", "several currencies (EUR, USD)"),
        ({"currencies": REFUSED}, "currencies", "are not known"),
    ],
)
def test_opportunities(parts: dict[str, Any], name: str, told: str) -> None:
    """Opportunities that belong to nobody, and amounts in currencies that Marketo does not know."""
    assert told in consents(stocked(**parts))[name]


def test_fields_whose_values_never_arrive() -> None:
    """Those that Marketo ignores although the sync user sees them, by object."""
    text = consents(small_org(visible=visible("Lead.Email", "Contact.HomePhone")))["ignored-fields"]
    assert "1 fields" in text and "Contact 1" in text


def test_fields_that_look_alike_and_stay_apart() -> None:
    """Who closes the mappings is told which fields mean the same under two names and were not paired."""
    seen = small_org(visible=visible("Lead.LinkedIn_Url__c", "Contact.LinkedIn_Urls__c"))
    assert "LinkedIn_Url__c / LinkedIn_Urls__c" in consents(seen)["mappings-closed"]
