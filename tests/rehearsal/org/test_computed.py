"""Objects whose rows are made when asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org, OrgFault
from runbook_lib.rehearsal.world import load_world


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean without people."""
    org = Org(load_world("clean"), Clock(), people=0)
    yield org
    org.database.close()


def test_everyone_can_read_his_own_permissions(org: Org) -> None:
    """UserPermissionAccess is one row: what the caller himself may do."""
    for username, expected in ((org.world.admin_username, True), (org.world.sync_username, False)):
        result = org.query(org.user_id(username), "SELECT PermissionsModifyAllData FROM UserPermissionAccess")
        assert [row["PermissionsModifyAllData"] for row in result.rows] == [expected]


def test_access_to_objects_is_told_per_user(org: Org) -> None:
    """UserEntityAccess tells for any user what he may do with an object."""
    admin, seller = org.user_id(org.world.admin_username), org.user_id("sofia.rossi@acme.example")
    soql = (
        "SELECT IsReadable, IsCreatable, IsDeletable FROM UserEntityAccess "
        "WHERE UserId = '{}' AND EntityDefinitionId = 'Campaign'"
    )
    told = [org.query(admin, soql.format(user)).rows[0] for user in (admin, seller)]
    assert [(row["IsReadable"], row["IsCreatable"], row["IsDeletable"]) for row in told] == [
        (True, True, True),
        (True, False, False),
    ]


@pytest.mark.parametrize(
    "where",
    [
        "QualifiedApiName = 'Lead' OR QualifiedApiName = 'Contact'",
        "QualifiedApiName != 'Lead'",
        "NOT QualifiedApiName = 'Lead'",
        "QualifiedApiName NOT IN ('Lead')",
    ],
)
def test_the_metadata_catalog_takes_simple_conditions_alone(org: Org, where: str) -> None:
    """OR, NOT and != are refused there, as Salesforce does."""
    with pytest.raises(OrgFault, match="MALFORMED_QUERY"):
        org.query(org.user_id(org.world.admin_username), f"SELECT Label FROM EntityDefinition WHERE {where}")
