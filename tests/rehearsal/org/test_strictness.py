"""What Salesforce refuses when records are written, the rehearsal refuses too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world

LEAD = {"LastName": "Strict", "Company": "Acme"}


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean with a few people."""
    org = Org(load_world("clean"), Clock(), people=20)
    yield org
    org.database.close()


@pytest.fixture
def admin(org: Org) -> str:
    """Who writes."""
    return org.user_id(org.world.admin_username)


def refusal(org: Org, admin: str, object_name: str, values: dict[str, Any]) -> tuple[str, str]:
    """Code and text of the refusal of a new record."""
    with pytest.raises(OrgFault) as refused:
        org.create(admin, object_name, values)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        ("005000000000999", "INVALID_CROSS_REFERENCE_KEY"),
        ("001000000000001", "FIELD_INTEGRITY_EXCEPTION"),
        ("nobody", "MALFORMED_ID"),
    ],
)
def test_an_owner_has_to_be_there(org: Org, admin: str, owner: str, code: str) -> None:
    """No such user, no user at all, no id at all."""
    assert refusal(org, admin, "Lead", {**LEAD, "OwnerId": owner})[0] == code


def test_an_inactive_owner_is_refused(org: Org, admin: str) -> None:
    """Records are not given to who is inactive."""
    name = org.world.sync_username
    org.deactivate(name)
    found = refusal(org, admin, "Contact", {"LastName": "A", "OwnerId": org.user_id(name)})
    assert found[0] == "INACTIVE_OWNER_OR_USER"
    assert found[1].endswith("as owner of contact")


def test_a_set_of_a_profile_is_nobodys_to_assign(org: Org, admin: str) -> None:
    """The permission set behind a profile comes with the profile alone."""
    query = "SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true AND Profile.Name != 'x' LIMIT 1"
    own = org.query(admin, query).rows[0]["Id"]
    values = {"PermissionSetId": own, "AssigneeId": org.user_id(org.world.sync_username)}
    assert "owned by a profile" in refusal(org, admin, "PermissionSetAssignment", values)[1]


@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("Ab1", "at least 8 characters long"),
        ("OnlyLetters", "mix of letters and numbers"),
        ("Password1", "easy to guess"),
    ],
)
def test_a_weak_password_is_refused(org: Org, admin: str, password: str, text: str) -> None:
    """Length, a mix of letters and figures, nothing that everybody tries first."""
    with pytest.raises(OrgFault, match=f"INVALID_NEW_PASSWORD: .*{text}"):
        org.set_password(admin, org.user_id(org.world.sync_username), password)


def test_a_password_is_not_set_twice(org: Org, admin: str) -> None:
    """The present password is refused in recorded words."""
    user = org.user_id(org.world.sync_username)
    org.set_password(admin, user, "First-Choice-7")
    with pytest.raises(OrgFault, match="invalid repeated password"):
        org.set_password(admin, user, "First-Choice-7")


def test_custom_fields_of_activities_are_on_activity(org: Org, admin: str) -> None:
    """Task and Event have none of their own."""
    with pytest.raises(OrgFault, match="bad value for restricted picklist field: Task"):
        org.create_custom_field(
            admin, "Task.Mark__c", {"label": "Mark", "type": "Checkbox", "defaultValue": False}
        )
