"""Which rows a user sees where an object is private."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world

SELLER = "sofia.rossi@acme.example"


def org_with(**default_access: str) -> Org:
    """World clean with these org-wide defaults and 300 people."""
    clean = load_world("clean")
    organization = replace(clean.organization, default_access=default_access)
    return Org(replace(clean, organization=organization), Clock(), people=300)


@pytest.fixture(scope="module")
def private() -> Iterator[Org]:
    """Leads and accounts are private; contacts go with their account."""
    org = org_with(Lead="None", Account="None")
    yield org
    org.database.close()


def seen(org: Org, username: str, soql: str) -> int:
    """How many rows a query finds for a user."""
    return org.query(org.user_id(username), soql).total


def test_a_private_object_shows_a_user_his_own_rows(private: Org) -> None:
    """Of leads a seller sees those he owns; the administrator sees all of them."""
    own = f"SELECT Id FROM Lead WHERE OwnerId = '{private.user_id(SELLER)}'"
    assert 0 < seen(private, SELLER, own) == seen(private, SELLER, "SELECT COUNT() FROM Lead")
    assert seen(private, SELLER, own) < seen(private, private.world.admin_username, "SELECT Id FROM Lead")


def test_contacts_go_with_their_account(private: Org) -> None:
    """A contact is seen by whoever sees its account, whoever owns the contact."""
    of_own = f"SELECT Id FROM Contact WHERE Account.OwnerId = '{private.user_id(SELLER)}'"
    admin = private.world.admin_username
    assert 0 < seen(private, SELLER, "SELECT Id FROM Contact") == seen(private, admin, of_own)
    assert seen(private, SELLER, "SELECT Id FROM Contact") < seen(private, admin, "SELECT Id FROM Contact")


def test_a_row_that_is_not_shared_is_not_found(private: Org) -> None:
    """By its id it cannot be read, changed or deleted."""
    seller, admin = private.user_id(SELLER), private.user_id(private.world.admin_username)
    others = private.query(admin, f"SELECT Id FROM Lead WHERE OwnerId <> '{seller}' LIMIT 1").rows[0]["Id"]
    with pytest.raises(OrgFault, match="NOT_FOUND"):
        private.read(seller, "Lead", others)
    with pytest.raises(OrgFault, match="INSUFFICIENT_ACCESS_OR_READONLY"):
        private.update(seller, "Lead", others, {"Phone": "1"})
    with pytest.raises(OrgFault, match="INSUFFICIENT_ACCESS_OR_READONLY"):
        private.delete(seller, "Lead", others)


@pytest.mark.parametrize("right", ["PermissionsViewAllRecords", "PermissionsModifyAllRecords"])
def test_view_all_records_opens_a_private_object(private: Org, right: str) -> None:
    """Who may view or modify all records of the object sees every row, and only of that object."""
    table = 'org."ObjectPermissions"'
    where = f"""WHERE "SobjectType" = 'Lead' AND "ParentId" IN (SELECT "PermissionSetId" FROM
        org."PermissionSetAssignment" WHERE "AssigneeId" = '{private.user_id(SELLER)}')"""
    few = seen(private, SELLER, "SELECT Id FROM Lead")
    private.database.sql(f'UPDATE {table} SET "{right}" = true {where}')
    every = seen(private, private.world.admin_username, "SELECT Id FROM Lead")
    assert few < seen(private, SELLER, "SELECT Id FROM Lead") == every
    private.database.sql(f'UPDATE {table} SET "{right}" = false {where}')
    assert seen(private, SELLER, "SELECT Id FROM Lead") == few


def test_a_public_object_keeps_nothing_back() -> None:
    """In world clean everybody who may read leads and contacts sees all of them."""
    org = org_with()
    for name in ("Lead", "Contact", "Account"):
        soql = f"SELECT COUNT() FROM {name}"
        assert seen(org, SELLER, soql) == seen(org, org.world.admin_username, soql) > 0
    org.database.close()
