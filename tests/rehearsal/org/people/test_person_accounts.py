"""A person account is one contact, shows that one's custom fields, and hides them with the contact's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world

MIRROR = "Loyalty_Tier__pc"


@pytest.fixture(scope="module")
def foreign() -> Iterator[Org]:
    """The org of world foreign."""
    org = Org(load_world("foreign"), Clock(), people=200)
    yield org
    org.database.close()


@pytest.fixture(scope="module")
def admin(foreign: Org) -> str:
    """Its administrator."""
    return foreign.user_id(foreign.world.admin_username)


def test_it_shows_its_one_contact(foreign: Org, admin: str) -> None:
    """Every person account has one contact, and its name, e-mail address and custom field are that one's."""
    people = foreign.query(
        admin,
        f"SELECT Id, Name, PersonEmail, PersonContactId, {MIRROR} FROM Account WHERE IsPersonAccount = true",
    ).rows
    query = "SELECT Id, Name, Email, AccountId, Loyalty_Tier__c FROM Contact WHERE IsPersonAccount = true"
    contacts = {row["AccountId"]: row for row in foreign.query(admin, query).rows}
    assert 0 < len(people) == len(contacts)
    for row in people:
        contact = contacts[row["Id"]]
        told = [row["Name"], row["PersonEmail"], row["PersonContactId"], row[MIRROR]]
        assert told == [contact[name] for name in ("Name", "Email", "Id", "Loyalty_Tier__c")]
    assert {row[MIRROR] for row in people} - {None}
    ids = ", ".join(f"'{row['Id']}'" for row in people)
    assert foreign.query(admin, f"SELECT Id FROM Contact WHERE AccountId IN ({ids})").total == len(people)


def test_setup_keeps_the_field_on_contact(foreign: Org, admin: str) -> None:
    """No CustomField and no FieldPermissions of Account: with those of Contact it is seen, and not seen."""
    assert MIRROR in _seen(foreign, admin)
    custom = foreign.tooling_query(admin, "SELECT DeveloperName FROM CustomField").rows
    assert [row["DeveloperName"] for row in custom].count("Loyalty_Tier") == 1
    query = "SELECT Field FROM FieldPermissions WHERE SobjectType = 'Account'"
    assert not [row for row in foreign.query(admin, query).rows if row["Field"].endswith("__pc")]
    foreign.database.sql('DELETE FROM org."FieldPermissions" WHERE "Field" = \'Contact.Loyalty_Tier__c\'')
    assert MIRROR not in _seen(foreign, admin)
    with pytest.raises(OrgFault, match=MIRROR):
        foreign.query(admin, f"SELECT {MIRROR} FROM Account")


def test_a_new_field_of_contacts_is_shown_too(foreign: Org, admin: str) -> None:
    """A field made on Contact is there on Account with the same label, and goes with it."""
    metadata = {"label": "Score", "type": "Number", "precision": 10, "scale": 0}
    made = foreign.create_custom_field(admin, "Contact.Score_2__c", metadata)
    shown = foreign.catalog["Account"].find("Score_2__pc")
    assert shown is not None
    assert (shown["label"], shown["type"]) == ("Score", "double")
    foreign.delete_custom_field(admin, made)
    assert foreign.catalog["Account"].find("Score_2__pc") is None


def test_writing_one_is_not_imitated(foreign: Org, admin: str) -> None:
    """The other of the two would have to follow, so neither is written in silence."""
    row = foreign.query(admin, "SELECT Id FROM Contact WHERE IsPersonAccount = true").rows[0]
    with pytest.raises(OrgFault, match="does not imitate"):
        foreign.update(admin, "Contact", row["Id"], {"LastName": "Other"})


def _seen(org: Org, user_id: str) -> set[str]:
    return {field["name"] for field in org.describe(user_id, "Account")["fields"]}
