"""The sync user's access to objects, from what Salesforce says of it and from what the tables grant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from runbook_lib.review.checks.sync_user import judge_object_permissions
from runbook_lib.review.findings import Status
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.probes.org.account import effective_access
from runbook_lib.survey.requirements import FULL_ACCESS, OBJECT_DEPENDENCIES, OBJECT_PERMISSIONS
from runbook_lib.survey.snapshot import ObjectAccess
from tests.org_by_hand import small_org

ALL = dict.fromkeys((*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES), FULL_ACCESS)
READ_AND_EDIT = ObjectAccess(read=True, create=False, edit=True, delete=False)


def rows(**access: ObjectAccess) -> list[dict[str, Any]]:
    """Rows of UserEntityAccess that say so."""
    letters = {"IsReadable": "read", "IsCreatable": "create", "IsEditable": "edit", "IsDeletable": "delete"}
    return [
        {"EntityDefinitionId": name, **{letter: getattr(rights, right) for letter, right in letters.items()}}
        for name, rights in access.items()
    ]


def test_a_contradiction_is_settled_for_neither_side() -> None:
    """Where the tables grant what UserEntityAccess denies, nobody can tell; the check blocks, and names both
    sides instead of a right that would be missing."""
    access = effective_access(rows(Account=READ_AND_EDIT, Lead=FULL_ACCESS), ALL)
    assert isinstance(access["Account"], Unknown) and "create, delete" in access["Account"].reason
    assert access["Lead"] == FULL_ACCESS
    found = judge_object_permissions(replace(small_org(), object_access=access))
    assert found.status is Status.UNKNOWN and "Account" in str(found.what)


def test_a_missing_row_is_no_no() -> None:
    """An object of which UserEntityAccess says nothing has what the tables grant."""
    assert effective_access(rows(Lead=FULL_ACCESS), ALL) == ALL


def test_a_missing_row_is_unknown_where_nobody_can_read_the_tables() -> None:
    """Nor is it a "no" where the tables cannot be read."""
    access = effective_access(rows(Lead=FULL_ACCESS), Unknown("refused"))
    assert access["Lead"] == FULL_ACCESS and isinstance(access["Account"], Unknown)


def test_more_than_the_tables_grant_is_believed() -> None:
    """View All Data, for one, stands in no row of ObjectPermissions."""
    assert effective_access(rows(Account=FULL_ACCESS), {"Account": READ_AND_EDIT}) == {"Account": FULL_ACCESS}


def test_the_recorded_administrator(recorded: Callable[[str], Any]) -> None:
    """The rows of an administrator that were seen in a sandbox lead to "cannot tell", not to a lack."""
    told = recorded("salesforce/user_entity_access_rows.json")["body"]["records"]
    assert isinstance(effective_access(told, ALL)["Account"], Unknown)
