"""Where the sync user's rights come from, in the cases that bite, over a running rehearsal: what the tables
say of every field is what he himself sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.checks.field_visibility import judge_view_all_fields
from runbook_lib.review.fields.access import grants_of_snapshot, seen_by_tables
from runbook_lib.review.findings import Status
from runbook_lib.review.rights_matrix import Held, RightKind, rights_matrix
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.model.rights import Holder, Rights
from runbook_lib.survey.snapshot import Part, Snapshot
from tests.survey.conftest import Live, reach, ready_world

ALL_ABOUT_FIELDS = (Part.GRANTS, Part.PARENTS, Part.PRESENT, Part.VISIBLE, Part.RIGHTS, Part.OBJECT_ACCESS)
SALES, TERRITORIES, ANALYSTS = "Sales Group", "Territories", "Analysts"


@pytest.fixture(scope="module")
def biting() -> Iterator[RehearsalServer]:
    """A prepared org in which one field is granted by a profile and two sets, another by a group alone, the
    address by a set alone, and all fields of campaigns by View All Fields."""
    with RehearsalServer(ready_world(), people=50) as server:
        yield server


@pytest.fixture
def live(biting: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The readers over that org; its rights are arranged when first reached."""
    for live in reach(biting, monkeypatch):
        admin: Any = live.systems.admin()
        if not admin.query("SELECT Id FROM PermissionSet WHERE Name = 'Territories'"):
            _arrange(admin, live.systems.expected.sync_username)
        yield live


def _arrange(admin: Any, username: str) -> None:
    def made(kind: str, **values: Any) -> str:
        return str(admin.call("POST", f"sobjects/{kind}/", json=values)["id"])

    def shows(parent: str, *fields: str, edit: bool = False) -> None:
        for field in fields:
            made(
                "FieldPermissions", ParentId=parent, SobjectType=field.split(".")[0], Field=field,
                PermissionsRead=True, PermissionsEdit=edit,
            )  # fmt: skip

    def hides(*fields: str) -> None:
        for field in fields:
            rows = admin.query(
                f"SELECT Id FROM FieldPermissions WHERE Field = '{field}' AND ParentId IN "
                f"(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '{user}')"
            )
            admin.call("DELETE", "composite/sobjects", params={"ids": ",".join(row["Id"] for row in rows)})

    user = admin.query(f"SELECT Id FROM User WHERE Username = '{username}'")[0]["Id"]
    hides("Lead.Address", "Lead.Fit_Score__c", "Lead.Phone", "Campaign.Type", "Campaign.Cost_Center__c")
    steward = made("PermissionSet", Name="Steward", Label="Steward")
    territories = made("PermissionSet", Name="Territories", Label=TERRITORIES)
    analysts = made("PermissionSet", Name="Analysts", Label=ANALYSTS)
    shows(steward, "Lead.Email", "Lead.Address", edit=True)
    shows(analysts, "Lead.Email")
    shows(territories, "Lead.Fit_Score__c", "Lead.Phone")
    group = made("PermissionSetGroup", DeveloperName="Sales", MasterLabel=SALES)
    made("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=territories)
    rights = {"PermissionsRead": True, "PermissionsViewAllFields": True}
    made("ObjectPermissions", ParentId=analysts, SobjectType="Campaign", **rights)
    for held in (steward, analysts):
        made("PermissionSetAssignment", AssigneeId=user, PermissionSetId=held)
    made("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)


def test_the_tables_say_what_he_sees(live: Live) -> None:
    """For several hundred fields the admin's tables tell what his own describe shows him: profile and sets
    together, groups, compounds, View All Fields, and what cannot be hidden."""
    seen = live.see(*ALL_ABOUT_FIELDS)
    grants = grants_of_snapshot(seen)
    assert grants is not None and isinstance(seen.present, dict) and isinstance(seen.visible, dict)
    readable = set(seen.visible)
    fields = [field for name, some in seen.present.items() if name in readable for field in some]
    foretold = {name for name, access in seen_by_tables(fields, grants).items() if access.read}
    own = {field.full_name: field for field in seen.visible_fields()}
    known = {field.full_name for field in fields}
    assert foretold == set(own) & known and len(known) > 300
    for name in ("Lead.Street", "Lead.Fit_Score__c", "Campaign.Cost_Center__c", "Lead.LastName"):
        assert name in foretold, name
    edits = {name: access.edit for name, access in seen_by_tables(fields, grants).items()}
    assert edits["Lead.Street"] and not edits["Lead.Fit_Score__c"] and not edits["Campaign.Cost_Center__c"]
    assert own["Lead.Street"].updateable and not own["Lead.Fit_Score__c"].updateable
    assert not own["Campaign.Cost_Center__c"].updateable


def test_the_matrix_names_every_giver(live: Live) -> None:
    """Before anybody logs in as him: the profile and both sets of one field, the group of another, and View
    All Fields of a third; the whole costs what was forecast."""
    parts = (Part.RIGHTS, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)
    live.forget()
    seen = live.see(*parts)
    assert live.calls() <= min(forecast_calls(parts), 2)
    by = _givers(seen)
    profile = live.server.world.sync_user.profile
    assert by["Lead.Email"] == {profile, "Steward", ANALYSTS}
    assert by["Lead.Phone"] == {SALES} and by["Campaign.Type"] == {ANALYSTS}
    assert isinstance(seen.rights, Rights)
    assert {giver.kind for giver in seen.rights.givers.values()} == set(Holder)
    held = {line.name: line.held for line in rights_matrix(seen) if line.kind is RightKind.FIELD}
    assert held["Campaign.Type"] is held["Lead.Phone"] is Held.YES


def test_both_ways_of_looking_agree(live: Live) -> None:
    """The matrix from his own session and the one from the tables hold the same."""
    parts = (Part.RIGHTS, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)
    own, told = live.see(*parts, Part.VISIBLE, Part.SYNC_LOGIN), live.see(*parts)
    assert isinstance(own.visible, dict) and told.visible is None
    assert [(line.name, line.held) for line in rights_matrix(own)] == [
        (line.name, line.held) for line in rights_matrix(told)
    ]


def test_view_all_fields_is_a_finding(live: Live, ready: Live) -> None:
    """Whoever shows him all fields of an object is named, with a warning; without one all is well."""
    found = judge_view_all_fields(live.see(Part.PARENTS))
    assert found.status is Status.WARN and ANALYSTS in str(found.what) and "Campaign" in str(found.what)
    assert judge_view_all_fields(ready.see(Part.PARENTS)).status is Status.OK


def _givers(seen: Snapshot) -> dict[str, set[str]]:
    lines = [line for line in rights_matrix(seen) if line.kind is RightKind.FIELD]
    return {line.name: {giver.name for giver in line.by} for line in lines}


def test_an_older_org_knows_no_view_all_fields(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the columns for View All Fields do not exist, nobody has it, and all else is told."""
    server = start_rehearsal("clean")
    for name, column in (
        ("ObjectPermissions", "permissionsviewallfields"),
        ("PermissionSet", "permissionsviewallfieldsglobal"),
    ):
        del server.org.catalog[name].fields[column]
    for old in reach(server, monkeypatch):
        seen = old.see(Part.RIGHTS)
        assert isinstance(seen.rights, Rights), seen.rights
        assert seen.rights.view_all == () and seen.rights.fields and seen.rights.needed


def test_salesforce_itself_tells_what_he_may_do(ready: Live) -> None:
    """Looked at together with the user, his access to objects is Salesforce's own word, Document included,
    for the one call that his flags cost anyway; it is what his describe says."""
    together = (Part.SYNC_USER, Part.OBJECT_ACCESS)
    ready.forget()
    told = ready.see(*together).object_access
    assert ready.calls() == 3 <= forecast_calls(together)
    own = ready.see(Part.OBJECT_ACCESS, Part.SYNC_LOGIN, Part.VISIBLE).object_access
    assert isinstance(told, dict) and isinstance(own, dict) and "Document" in told
    assert {name: told[name] for name in own} == own


def test_all_data_needs_no_rows(ready: Live) -> None:
    """Who may modify all data has every object, though no row of ObjectPermissions says so."""
    server, user = ready.server, ready.server.world.sync_user.username
    held = 'SELECT "PermissionSetId" FROM org."PermissionSetAssignment" WHERE "AssigneeId" = $1'
    (of_him,) = server.org.database.sql(held, [server.org.credential(user).user_id])[0]
    rows = 'UPDATE org."ObjectPermissions" SET "ParentId" = $1 WHERE "ParentId" = $2'
    all_data = 'UPDATE org."PermissionSet" SET "PermissionsModifyAllData" = $1 WHERE "Id" = $2'
    server.org.database.sql(rows, ["0PS-nobody", of_him])
    server.org.database.sql(all_data, [True, of_him])
    seen = ready.see(Part.SYNC_USER, Part.OBJECT_ACCESS, Part.RIGHTS, Part.SYSTEM_PERMISSIONS)
    server.org.database.sql(rows, [of_him, "0PS-nobody"])
    server.org.database.sql(all_data, [False, of_him])
    objects = [line for line in rights_matrix(seen) if line.kind is RightKind.OBJECT]
    assert {line.held for line in objects} == {Held.YES} and not any(line.by for line in objects)
