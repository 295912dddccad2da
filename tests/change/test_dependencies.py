"""Permissions that depend on others: given in the right order, taken back in the reverse one, and a refusal
for a dependency that nobody knew costs that permission alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from runbook_lib.change.apply import apply
from runbook_lib.change.apply_errors import fix_for
from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.kinds.undo_writes import restore_object
from runbook_lib.change.kinds.writes import Ids
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans import plan_for
from runbook_lib.change.undo import made, plan_undo
from runbook_lib.errors import SystemRefused
from runbook_lib.journal import Journal
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions
from runbook_lib.review.checks import gate_findings
from runbook_lib.review.findings import Status
from runbook_lib.survey.model.licenses import Seats
from runbook_lib.survey.snapshot import Part, PermissionSet
from runbook_lib.text import say
from tests.change.conftest import Live
from tests.org_by_hand import NOW, small_org

STEP = "02_sync_user"
DECIDED = Decisions(setup=SetupDecision())


def held(live: Live) -> PermissionSet:
    """The permission set as it stands."""
    there = live.see(Part.PERMISSION_SET).permission_set
    assert isinstance(there, PermissionSet)
    return there


def test_view_setup_comes_with_view_roles(live: Live, journal: Journal) -> None:
    """Where the org has the column, the plan names View Roles and gives it together with View Setup, which
    Salesforce gives no other way."""
    plan, _ = live.carry_out(STEP, DECIDED, journal)
    told = {change.target: str(change.what) for change in plan.changes}
    assert "View Roles and Role Hierarchy" in told["PermissionsViewRoles"]
    assert {"PermissionsViewSetup", "PermissionsViewRoles"} <= {*held(live).system}


@pytest.mark.parametrize("young", [(), ("PermissionsViewRoles",)])
def test_view_roles_is_asked_of_no_org_that_lacks_it(young: tuple[str, ...]) -> None:
    """A column that is not there would fail the whole write."""
    plan = plan_for(STEP, small_org(seats=Seats((), (), young), object_access={}), DECIDED, NOW)
    assert ("PermissionsViewRoles" in {change.target for change in plan.changes}) == bool(young)


def test_one_refused_permission_costs_itself_alone(
    live: Live, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dependency that this org has and nobody knew: the permission is refused with what it needs, and all
    the others are given."""
    odd = tuple(
        replace(permission, requires=("MonitorLoginHistory", "ManageSharing"))
        if permission.name == "EditTask"
        else permission
        for permission in system_permissions()
    )
    monkeypatch.setattr("runbook_lib.rehearsal.org.rules.dependencies.system_permissions", lambda: odd)
    with pytest.raises(SystemRefused) as fault:
        live.carry_out(STEP, DECIDED, journal)
    assert "EditTask depends on permission(s): ManageSharing, MonitorLoginHistory" in str(fault.value)
    assert "only together with: ManageSharing, MonitorLoginHistory" in str(fault.value.fix)
    given = {*held(live).system}
    assert "PermissionsEditTask" not in given
    assert {"PermissionsApiEnabled", "PermissionsConvertLeads", "PermissionsEditEvent"} <= given


def test_everything_goes_back_in_the_reverse_order(live: Live, journal: Journal) -> None:
    """Undo takes system permissions first, then contacts and opportunities before the accounts that they
    need: nothing is refused, and nothing is left."""
    live.carry_out(STEP, DECIDED, journal)
    seen = live.look(STEP)
    undoing = plan_undo(STEP, made(journal.entries()), seen, datetime.now(UTC))
    live.server.log.clear()
    apply(undoing.plan, live.permit(undoing.plan, seen), live.writer, journal, seen, lambda: live.look(STEP))
    assert not isinstance(live.see(Part.PERMISSION_SET).permission_set, PermissionSet)
    deletions = [call for call in live.server.log.entries() if call.method == "DELETE"]
    assert len(deletions) == 3, "the assignment, all objects at the first try, and the set"


def test_any_order_of_objects_ends_alike(live: Live, journal: Journal) -> None:
    """What Salesforce refuses because something depends on it is tried again after that is gone."""
    live.carry_out(STEP, DECIDED, journal)
    there = held(live)
    live.writer.update("PermissionSet", there.id, dict.fromkeys(there.system, False))
    names = ("Opportunity", "Contact", "Account")
    changes = [Change(ChangeKind.RESTORE_OBJECT, name, {}, {"read": False}, say("x")) for name in names]
    answers = restore_object(live.writer, changes, Ids(permission_set=there.id))
    assert {answer.change.target: answer.code for answer in answers} == dict.fromkeys(names, "")


def test_the_rehearsal_lets_nobody_take_accounts_from_under_contacts(live: Live, journal: Journal) -> None:
    """It says so in Salesforce's words."""
    live.carry_out(STEP, DECIDED, journal)
    there = held(live)
    live.writer.update("PermissionSet", there.id, dict.fromkeys(there.system, False))
    (row,) = live.reader.query(
        "SELECT Id FROM ObjectPermissions WHERE SobjectType = 'Account' AND Parent.Name = 'Marketo_Sync'"
    )
    (told,) = live.writer.delete_many([row["Id"]])
    assert (told.success, told.code) == (False, "FIELD_INTEGRITY_EXCEPTION")
    assert told.message == "Permission Read Contact depends on permission(s): Read Account"


@pytest.mark.parametrize("name", ["Salesforce Integration", "Salesforce Platform", "Identity"])
def test_a_license_that_forbids_the_set_is_told_before(live: Live, journal: Journal, name: str) -> None:
    """An existing sync user with another license: the check of 02 names it before anything is written; where
    only Salesforce knows, its refusal leads to the same advice."""
    live.server.org.database.sql(
        'UPDATE org."Profile" SET "UserLicenseId" = (SELECT "Id" FROM org."UserLicense" WHERE "Name" = $1) '
        'WHERE "Id" = (SELECT "ProfileId" FROM org."User" WHERE "Username" = $2)',
        [name, live.server.world.sync_user.username],
    )
    plan, seen = live.plan(STEP, DECIDED)
    (found,) = [finding for finding in gate_findings(seen, STEP) if finding.check == "user_license"]
    assert found.status is (Status.ERROR if name == "Salesforce Platform" else Status.WARN)
    assert name in str(found.what) and "choose the license “Salesforce”" in str(found.fix)
    if found.status is Status.WARN:
        with pytest.raises(SystemRefused) as fault:
            apply(plan, live.permit(plan, seen), live.writer, journal, seen, lambda: live.look(STEP))
        assert "The user license doesn't allow the permission: Read Accounts" in str(fault.value)
        assert "choose the license “Salesforce”" in str(fault.value.fix)


def test_recorded_refusals_are_understood(recorded: Callable[[str], Any]) -> None:
    """The texts of real orgs, system permissions by API name and by label, have the fix that names what is
    needed."""
    change = Change(ChangeKind.GRANT_SYSTEM, "PermissionsManageUsers", {}, {}, say("x"))
    told = recorded("salesforce/permission_dependency_texts.json")["body"][:3]
    fixes = [str(fix_for(change, "FIELD_INTEGRITY_EXCEPTION", text)) for text in told]
    assert [fix.partition(". In Setup")[0] for fix in fixes] == [
        "Salesforce grants “CustomizeApplication” only together with: ManageTranslation",
        "Salesforce grants “ManageUsers” only together with: ViewRoles",
        "Salesforce grants “Manage Public Documents” only together with: Create Document, Delete Document, "
        "Edit Document, Read Document",
    ]
