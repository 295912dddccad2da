"""A muting permission set takes away what its group's other parts give, and from nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import load_world

RATING = "crmpkg__Rating__c"


@pytest.fixture(scope="module")
def foreign() -> Iterator[Org]:
    """The org of world foreign."""
    org = Org(load_world("foreign"), Clock(), people=20)
    yield org
    org.database.close()


def test_what_is_muted_is_not_given(foreign: Org) -> None:
    """The sync user's group gives the amount and not the rating, which a part of it grants."""
    sync_user = foreign.user_id(foreign.world.sync_username)
    admin = foreign.user_id(foreign.world.admin_username)
    seen = {field["name"] for field in foreign.visible_fields(sync_user, "Opportunity")}
    assert "Amount" in seen
    assert RATING not in {field["name"] for field in foreign.visible_fields(sync_user, "Lead")}
    assert RATING in {field["name"] for field in foreign.visible_fields(admin, "Lead")}


def test_it_is_a_part_of_the_group_without_a_permission_set(foreign: Org) -> None:
    """As recorded: an id that begins with 0QM, and nothing behind the lookup."""
    admin = foreign.user_id(foreign.world.admin_username)
    query = "SELECT PermissionSetId, PermissionSet.Label FROM PermissionSetGroupComponent"
    rows = foreign.query(admin, query).rows
    assert [row["PermissionSet"] for row in rows if row["PermissionSetId"].startswith("0QM")] == [None]
    assert len(rows) == 2


def test_labels_are_the_orgs_own_and_names_are_not(foreign: Org) -> None:
    """A renamed object keeps its API name; features bring their fields, in several currencies."""
    admin = foreign.user_id(foreign.world.admin_username)
    lead = foreign.describe(admin, "Lead")
    assert (lead["name"], lead["label"]) == ("Lead", "Interessent")
    assert {"CurrencyIsoCode", "CountryCode", RATING} <= {field["name"] for field in lead["fields"]}
    assert "IsPersonAccount" in {field["name"] for field in foreign.describe(admin, "Account")["fields"]}
    rows = foreign.query(admin, "SELECT CurrencyIsoCode FROM Lead GROUP BY CurrencyIsoCode").rows
    assert len(rows) > 1
