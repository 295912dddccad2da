"""Hiding a field: by whom it is granted, who would lose it, and what cannot be hidden at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.change.decisions import Decisions, FieldDecision, SetupDecision, Visibility
from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import place_of
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans import plan_for
from runbook_lib.change.plans.hiding import hide
from runbook_lib.errors import Blocked
from runbook_lib.survey.snapshot import FieldGrant, Parents, Snapshot, Unknown, ViewAll
from tests.org_by_hand import NOW, a_field, grant, small_org

REGION = a_field("Lead.Region__c")
DECIDED = FieldDecision("Lead", "Region__c", Visibility.HIDE)
BY_GROUP = replace(grant("Lead.Region__c", "Territories", profile=False), groups=())
IN_GROUP = Parents(
    by_group=(BY_GROUP,), groups={"0PS-Territories": {"0PG1": "Sales Group"}}, group_users={"0PG1": 2}
)


def tried(seen: Snapshot, decision: FieldDecision = DECIDED, **field: Any) -> Change | str:
    """The change, or the obstacle in words."""
    found = hide(replace(REGION, **field), decision, seen)
    return found if isinstance(found, Change) else str(found)


def rows(*more: FieldGrant) -> tuple[FieldGrant, ...]:
    """The row of the sync user's own profile, and more."""
    return (grant("Lead.Region__c"), *more)


def test_every_parent_that_grants_it_is_edited() -> None:
    """A profile and a permission set that nobody else has: both rows go, both stand in the change."""
    own = grant("Lead.Region__c", "Data Steward", profile=False)
    change = tried(small_org(grants=rows(own)))
    assert isinstance(change, Change)
    assert {row["parent"] for row in change.before["grants"]} == {"Marketo", "Data Steward"}
    assert all({"id", "parent_id", "read", "edit"} <= row.keys() for row in change.before["grants"])


def test_a_shared_parent_is_refused_with_names() -> None:
    """What others have is not touched: the obstacle names the parent, how many they are, and some of them."""
    shared = grant("Lead.Region__c", "Sales", profile=False, others=4)
    people = Parents(people={"0PS-Sales": ("Ada", "Bo", "Cy", "Di")})
    told = tried(small_org(grants=rows(shared), parents=people))
    assert isinstance(told, str) and "“Sales” (4: Ada, Bo, Cy, …)" in told and "shared" in told


def test_a_person_may_say_so() -> None:
    """With “shared” in the decision the rows go, and the change says who loses the field."""
    shared = grant("Lead.Region__c", "Sales", profile=False, others=4)
    change = tried(small_org(grants=rows(shared)), replace(DECIDED, shared=True))
    assert isinstance(change, Change) and "“Sales” (4)" in str(change.what)
    assert len(change.before["grants"]) == 2


def test_a_group_hands_it_on() -> None:
    """A set that he has by a group counts, with the other people of the group; only its own row is edited."""
    sums = replace(grant("Lead.Region__c", "Sum", profile=False), parent_id="0PS-Sum")
    seen = small_org(grants=rows(sums), parents=replace(IN_GROUP, sums=("0PS-Sum",)))
    told = tried(seen)
    assert isinstance(told, str) and "“Territories” < “Sales Group” (2)" in told and "Sum" not in told
    change = tried(seen, replace(DECIDED, shared=True))
    assert isinstance(change, Change)
    assert {row["parent"] for row in change.before["grants"]} == {"Marketo", "Territories"}
    assert place_of(change, seen) is Place.NOT_MADE
    assert place_of(change, replace(seen, grants=(sums,), parents=Parents(sums=("0PS-Sum",)))) is Place.MADE
    assert place_of(change, replace(seen, parents=Unknown("refused"))) is Place.UNKNOWN


@pytest.mark.parametrize(("object_name", "holds"), [("Lead", True), ("", True), ("Contact", False)])
def test_view_all_fields_is_named(object_name: str, holds: bool) -> None:
    """Where View All Fields shows the object anyway, hiding would not help: the obstacle says who has it."""
    seen = small_org(parents=Parents(view_all=(ViewAll(object_name, "Analysts"),)))
    told = tried(seen)
    assert (isinstance(told, str) and "“Analysts” has “View All Fields”" in told) == holds


def test_parts_go_with_their_compound() -> None:
    """A part cannot be hidden by itself; the compound can, and says which parts go with it."""
    place = a_field("Lead.Place__c", type="location")
    parts = tuple(
        a_field(f"Lead.Place__{end}__s", custom=True, compound="Place__c") for end in ("Lat", "Long")
    )
    seen = small_org(visible={"Lead": (place, *parts)}, grants=(grant("Lead.Place__c"),))
    decided = FieldDecision("Lead", "Place__c", Visibility.HIDE)
    change = hide(place, decided, seen)
    assert isinstance(change, Change) and "Place__Lat__s, Place__Long__s" in str(change.what)
    assert "Lead.Place__c instead" in str(hide(parts[0], decided, seen))


PERSONAL = a_field("Account.Tier__pc", custom=True)
CONTACTS = a_field("Contact.Tier__c")


def person_org(**parts: Any) -> Snapshot:
    """An org with person accounts, which show a field of contacts; the rows lie on the contact's."""
    seen = {"Account": (PERSONAL,), "Contact": (CONTACTS,)}
    return small_org(visible=seen, present=seen, grants=(grant("Contact.Tier__c"),), **parts)


def test_the_rights_of_a_person_account_lie_on_the_contact() -> None:
    """Hiding Tier__pc finds the row of Contact.Tier__c; what became of it is told by that row, too."""
    seen = person_org()
    change = hide(PERSONAL, FieldDecision("Account", "Tier__pc", Visibility.HIDE), seen)
    assert isinstance(change, Change), str(change)
    assert [row["id"] for row in change.before["grants"]] == ["01k-Contact.Tier__c-Marketo"]
    assert (
        place_of(change, seen) is Place.NOT_MADE and place_of(change, replace(seen, grants=())) is Place.MADE
    )


@pytest.mark.parametrize("contacts", [Visibility.HIDE, Visibility.KEEP])
def test_twins_are_hidden_together_or_not_at_all(contacts: Visibility) -> None:
    """A field that a person account shows is not taken from contacts where it was decided to be kept."""
    decided = {
        "Account.Tier__pc": FieldDecision("Account", "Tier__pc", Visibility.HIDE),
        "Contact.Tier__c": FieldDecision("Contact", "Tier__c", contacts),
    }
    plan = plan_for("04_field_visibility", person_org(), Decisions(SetupDecision(), fields=decided), NOW)
    hidden = [change.target for change in plan.changes if change.kind is ChangeKind.HIDE_FIELD]
    assert hidden == (["Contact.Tier__c"] if contacts is Visibility.HIDE else [])
    told = [str(obstacle) for obstacle in plan.obstacles if "Tier__pc" in str(obstacle)]
    assert bool(told) == (contacts is Visibility.KEEP)


@pytest.mark.parametrize("parents", [None, Unknown("no answer")])
def test_cannot_tell_blocks(parents: Unknown | None) -> None:
    """Where nobody can tell who else has a parent, nothing is planned."""
    with pytest.raises(Blocked):
        tried(small_org(parents=parents))
