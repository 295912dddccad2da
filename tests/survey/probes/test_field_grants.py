"""Groups of permission sets and View All Fields, over a running rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.collect import forecast_calls
from runbook_lib.survey.probes.field_grants import all_grants
from runbook_lib.survey.snapshot import Parents, Part, ViewAll
from tests.survey.conftest import reach


def test_neither_groups_nor_view_all(ready: Any) -> None:
    """In an org without them nothing is found, and the rows are those that were there before."""
    ready.forget()
    seen = ready.see(Part.GRANTS, Part.PARENTS)
    assert ready.calls() <= forecast_calls([Part.GRANTS, Part.PARENTS])
    assert isinstance(seen.parents, Parents)
    assert (seen.parents.view_all, seen.parents.sums, seen.parents.by_group) == ((), (), ())
    assert all_grants(seen) == seen.grants


def test_a_group_and_view_all(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set that he and a colleague have by a group, and View All Fields of another set, are both found."""
    for live in reach(start_rehearsal("clean"), monkeypatch):
        admin: Any = live.systems.admin()
        made = _maker(admin)
        user, colleague = (
            admin.query(f"SELECT Id FROM User WHERE Username = '{name}'")[0]["Id"]
            for name in (live.systems.expected.sync_username, "sofia.rossi@acme.example")
        )
        held = made("PermissionSet", Name="Territories", Label="Territories")
        made(
            "FieldPermissions",
            ParentId=held,
            SobjectType="Lead",
            Field="Lead.Region__c",
            PermissionsRead=True,
        )
        group = made("PermissionSetGroup", DeveloperName="Sales", MasterLabel="Sales Group")
        made("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=held)
        for each in (user, colleague):
            made("PermissionSetAssignment", AssigneeId=each, PermissionSetGroupId=group)
        other = made("PermissionSet", Name="Analysts", Label="Analysts")
        rights = {"PermissionsRead": True, "PermissionsViewAllFields": True}
        made("ObjectPermissions", ParentId=other, SobjectType="Lead", **rights)
        made("PermissionSetAssignment", AssigneeId=user, PermissionSetId=other)
        live.forget()
        seen = live.see(Part.GRANTS, Part.PARENTS)
        assert live.calls() <= forecast_calls([Part.GRANTS, Part.PARENTS])
        assert isinstance(seen.parents, Parents), seen.parents
        assert seen.parents.view_all == (ViewAll("Lead", "Analysts"),)
        rows = [each for each in all_grants(seen) or () if each.parent == "Territories"]  # type: ignore[union-attr]
        assert [(each.field, each.others, each.groups) for each in rows] == [
            ("Lead.Region__c", 1, ("Sales Group",))
        ]


def _maker(reader: Any) -> Callable[..., str]:
    def made(kind: str, **values: Any) -> str:
        return str(reader.call("POST", f"sobjects/{kind}/", json=values)["id"])

    return made
