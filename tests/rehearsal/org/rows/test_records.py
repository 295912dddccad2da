"""Creating, changing and deleting records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world

LEAD = {"LastName": "Curie", "FirstName": "Marie", "Company": "Institut", "Email": "Marie@Institut.Example"}


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean without people; every test makes its own records."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


@pytest.fixture
def admin(org: Org) -> str:
    """The administrator's id."""
    return org.user_id(org.world.admin_username)


def test_a_created_record_has_what_salesforce_adds(org: Org, admin: str) -> None:
    """Defaults, full name, owner and audit fields are filled in; e-mail addresses are kept in lower case."""
    lead = org.read(admin, "Lead", org.create(admin, "Lead", LEAD))
    assert (lead["Name"], lead["Email"], lead["Status"]) == (
        "Marie Curie",
        "marie@institut.example",
        "Open - Not Contacted",
    )
    assert lead["OwnerId"] == lead["CreatedById"] == admin
    assert lead["IsDeleted"] is False and lead["CreatedDate"] == lead["SystemModstamp"]


def test_an_update_stamps_the_record(org: Org, admin: str) -> None:
    """A change shows in the record, its name and its time of change."""
    lead = org.create(admin, "Lead", LEAD)
    org.clock.forward(60)
    org.update(admin, "Lead", lead[:15], {"LastName": "Skłodowska", "Fit_Score__c": 12.345})
    changed = org.read(admin, "Lead", lead, ["Name", "Fit_Score__c", "CreatedDate", "SystemModstamp"])
    assert (changed["Name"], changed["Fit_Score__c"]) == ("Marie Skłodowska", 12.35)
    assert changed["SystemModstamp"] > changed["CreatedDate"]


@pytest.mark.parametrize(
    ("changes", "code", "fields"),
    [
        ({"Company": None}, "REQUIRED_FIELD_MISSING", ("Company",)),
        ({"Nope": 1}, "INVALID_FIELD", ("Nope",)),
        ({"IsConverted": "maybe"}, "JSON_PARSER_ERROR", ()),
        ({"CreatedDate": "2024-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ("CreatedDate",)),
        ({"Days_Since_Created__c": 4}, "INVALID_FIELD_FOR_INSERT_UPDATE", ("Days_Since_Created__c",)),
        ({"Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ("Email",)),
        ({"FirstName": "x" * 41}, "STRING_TOO_LONG", ("FirstName",)),
        ({"Region__c": "Mars"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ("Region__c",)),
        ({"NumberOfEmployees": "many"}, "JSON_PARSER_ERROR", ()),
        ({"Fit_Score__c": 1234}, "NUMBER_OUTSIDE_VALID_RANGE", ("Fit_Score__c",)),
        ({"Consent_Date__c": "soon"}, "JSON_PARSER_ERROR", ()),
        ({"OwnerId": "me"}, "MALFORMED_ID", ("OwnerId",)),
    ],
)
def test_a_bad_value_is_refused(
    org: Org, admin: str, changes: dict[str, Any], code: str, fields: tuple[str, ...]
) -> None:
    """Each kind of bad value has Salesforce's code and names its field; nothing is written."""
    before = org.query(admin, "SELECT COUNT() FROM Lead").total
    with pytest.raises(OrgFault) as refused:
        org.create(admin, "Lead", LEAD | changes)
    assert (refused.value.code, refused.value.fields) == (code, fields)
    assert org.query(admin, "SELECT COUNT() FROM Lead").total == before


def test_deleting_puts_a_record_into_the_bin(org: Org, admin: str) -> None:
    """A deleted record is gone, and a second delete says that it is deleted."""
    lead = org.create(admin, "Lead", LEAD)
    org.delete(admin, "Lead", lead)
    with pytest.raises(OrgFault) as refused:
        org.delete(admin, "Lead", lead)
    assert (refused.value.status, refused.value.code) == (404, "ENTITY_IS_DELETED")


@pytest.mark.parametrize(("record_id", "code"), [("00Q5g0009999999EAA", "NOT_FOUND"), ("x", "MALFORMED_ID")])
def test_a_record_that_is_not_there(org: Org, admin: str, record_id: str, code: str) -> None:
    """An unknown id and an impossible one are told apart."""
    with pytest.raises(OrgFault, match=code):
        org.read(admin, "Lead", record_id)


def test_permissions_are_asked_for(org: Org, admin: str) -> None:
    """Without create, edit or delete on the object, or edit on the field, a write is refused."""
    lead = org.create(admin, "Lead", LEAD)
    seller = org.user_id("sofia.rossi@acme.example")
    org.database.sql(
        'UPDATE org."FieldPermissions" SET "PermissionsEdit" = false WHERE "Field" = \'Lead.Phone\''
    )
    with pytest.raises(OrgFault, match="INVALID_FIELD_FOR_INSERT_UPDATE"):
        org.update(seller, "Lead", lead, {"Phone": "1"})
    org.database.sql(
        'UPDATE org."ObjectPermissions" SET "PermissionsEdit" = false, "PermissionsDelete" = false, '
        '"PermissionsCreate" = false WHERE "SobjectType" = \'Lead\''
    )
    for attempt, code in (
        (lambda: org.create(seller, "Lead", LEAD), "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"),
        (lambda: org.update(seller, "Lead", lead, {"Title": "x"}), "INSUFFICIENT_ACCESS_OR_READONLY"),
        (lambda: org.delete(seller, "Lead", lead), "INSUFFICIENT_ACCESS_OR_READONLY"),
    ):
        with pytest.raises(OrgFault, match=code):
            attempt()
