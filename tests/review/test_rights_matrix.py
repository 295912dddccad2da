"""The permission matrix: each right once, what is held, where it comes from, and the fix where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.review.findings import Who
from runbook_lib.review.rights_matrix import Held, RightKind, RightLine, missing_fields, rights_matrix
from runbook_lib.survey.model.rights import FieldRight, Giver, Holder, ObjectRight, Rights
from runbook_lib.survey.requirements import OBJECT_DEPENDENCIES, OBJECT_PERMISSIONS, SYSTEM_PERMISSIONS
from runbook_lib.survey.snapshot import Field, ObjectAccess, Organization, Snapshot, Unknown

PROFILE, SET, GROUP = (
    Giver("Marketing", Holder.PROFILE), Giver("Marketo Sync", Holder.SET), Giver("Sales", Holder.GROUP)
)  # fmt: skip
FULL = ObjectAccess(read=True, create=True, edit=True, delete=True)
EMAIL = Field("Lead", "Email", "Email", "email", permissionable=True, updateable=True)
OPT_OUT = Field("Lead", "HasOptedOutOfEmail", "Opt Out", "boolean", permissionable=True, updateable=True)
SCORE = Field(
    "Lead", "mkto71_Lead_Score__c", "Score", "double", custom=True, permissionable=True, updateable=True
)
STATUS = Field("Lead", "Status", "Status", "picklist", updateable=True)


def some_rights(**parts: Any) -> Rights:
    """A profile, a permission set and a group; the set gives all that is needed."""
    full = tuple(ObjectRight(name, "s", FULL) for name in (*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES))
    given = Rights(
        givers={"p": PROFILE, "s": SET, "g": GROUP},
        system={permission.column: ("p", "g") for permission in SYSTEM_PERMISSIONS}
        | {"PermissionsViewSetup": ("s",)},
        objects=full,
        fields=(FieldRight("Lead.Email", "p", False), FieldRight("Lead.Email", "s", True)),
        needed=(EMAIL, STATUS),
    )
    return replace(given, **parts)


def seen(snapshot: Snapshot, **parts: Any) -> Snapshot:
    """All is well, seen by the admin alone: nobody has logged in as the sync user yet."""
    permissions = {**(snapshot.system_permissions or {}), "PermissionsViewSetup": True}  # type: ignore[dict-item]
    told = {"rights": some_rights(), "visible": None, "system_permissions": permissions}
    return replace(snapshot, **{**told, **parts})


def line(snapshot: Snapshot, name: str, kind: RightKind = RightKind.FIELD) -> RightLine:
    """The one line of that name and kind."""
    (found,) = [line for line in rights_matrix(snapshot) if (line.name, line.kind) == (name, kind)]
    return found


def test_all_is_held_and_named(snapshot: Snapshot) -> None:
    """Each right stands there once, is held, needs no fix, and says who gives it."""
    lines = rights_matrix(seen(snapshot))
    assert {line.held for line in lines} == {Held.YES}
    assert all(line.fix is None and line.who is None for line in lines)
    assert len({(line.kind, line.name) for line in lines}) == len(lines)
    assert line(seen(snapshot), "PermissionsApiEnabled", RightKind.SYSTEM).by == (PROFILE, GROUP)
    assert line(seen(snapshot), "Lead", RightKind.OBJECT).by == (SET,)
    assert line(seen(snapshot), "Lead.Email").by == (PROFILE, SET)


def test_a_red_line_has_its_fix_and_who(snapshot: Snapshot) -> None:
    """What is missing says what exactly, how it is mended and who can."""
    permissions = {permission.column: False for permission in SYSTEM_PERMISSIONS}
    short = seen(
        snapshot,
        system_permissions=permissions,
        object_access={**OBJECT_PERMISSIONS, "Lead": ObjectAccess(True, True, True, False)},
        rights=some_rights(fields=(), needed=(EMAIL, SCORE, STATUS)),
    )
    red = [line for line in rights_matrix(short) if line.held is Held.NO]
    assert {line.kind for line in red} == set(RightKind)
    assert all(line.fix is not None and line.who is Who.SALESFORCE_ADMIN for line in red)
    assert str(line(short, "Lead", RightKind.OBJECT).lacks) == "Delete"
    assert str(line(short, "Lead.mkto71_Lead_Score__c").lacks) == "Read, Edit"
    assert "Password Never Expires" in {str(line.label) for line in red if line.advised}


@pytest.mark.parametrize("table", ["fields", "view_all", "objects"])
def test_what_a_refused_table_could_grant_is_not_missing(snapshot: Snapshot, table: str) -> None:
    """A field that no other table grants is "cannot tell" and is not planned; one that is granted is held."""
    refused = Unknown("insufficient access rights", "INSUFFICIENT_ACCESS")
    rows = (FieldRight("Lead.Email", "p", False),)
    told = seen(snapshot, rights=some_rights(**{"fields": rows, "needed": (EMAIL, OPT_OUT), table: refused}))
    assert line(told, "Lead.HasOptedOutOfEmail").held is Held.UNKNOWN
    assert line(told, "Lead.Email").held is (Held.UNKNOWN if table == "fields" else Held.YES)
    assert missing_fields(told) == ()


def test_what_lets_edit_is_not_asked_of_who_shows_all(snapshot: Snapshot) -> None:
    """View All Fields lets nobody edit: that its table was refused leaves a missing right missing."""
    refused = Unknown("insufficient access rights", "INSUFFICIENT_ACCESS")
    rows = (FieldRight("Lead.mkto71_Lead_Score__c", "p", False),)
    told = seen(snapshot, rights=some_rights(fields=rows, needed=(SCORE,), view_all=refused))
    assert line(told, "Lead.mkto71_Lead_Score__c").held is Held.NO
    assert missing_fields(told) == ((SCORE, True),)


def test_his_own_fields_must_be_edited(snapshot: Snapshot) -> None:
    """A Marketo field that he may only read is red; a standard field that Marketo only reads is not."""
    rows = (FieldRight("Lead.mkto71_Lead_Score__c", "p", False), FieldRight("Lead.Email", "p", False))
    told = seen(snapshot, rights=some_rights(fields=rows, needed=(EMAIL, SCORE)))
    assert str(line(told, "Lead.mkto71_Lead_Score__c").lacks) == "Edit"
    assert line(told, "Lead.Email").held is Held.YES
    assert missing_fields(told) == ((SCORE, True),)
    kind = replace(EMAIL, object="Account", name="Type")
    read_only = some_rights(fields=(FieldRight("Account.Type", "p", False),), needed=(kind,))
    assert str(line(seen(snapshot, rights=read_only), "Account.Type").lacks) == "Edit"


def test_a_wanted_field_is_advised(snapshot: Snapshot) -> None:
    """The opt-out hidden is missing, at a price, and is made like the others."""
    told = seen(snapshot, rights=some_rights(fields=(), needed=(OPT_OUT,)))
    assert (line(told, OPT_OUT.full_name).held, line(told, OPT_OUT.full_name).advised) == (Held.NO, True)
    assert missing_fields(told) == ((OPT_OUT, True),)


def test_what_nobody_can_hide_comes_with_the_object(snapshot: Snapshot) -> None:
    """One line for all of them: held where the object is read, and else mended there."""
    assert line(seen(snapshot), "Lead").held is Held.YES
    shut = seen(
        snapshot, object_access={**OBJECT_PERMISSIONS, "Lead": ObjectAccess(False, False, False, False)}
    )
    assert line(shut, "Lead").held is Held.NO and "Give Read on Lead" in str(line(shut, "Lead").fix)
    assert missing_fields(shut) == ()
    told = {line.name for line in rights_matrix(shut) if line.kind is RightKind.FIELD}
    assert told == {"Lead"}, "Email is shown by rows, and yet not seen: no line may say that it is held"
    cannot = line(seen(snapshot, object_access=Unknown("refused")), "Lead")
    assert cannot.held is Held.UNKNOWN


def test_his_own_eyes_count_more_than_the_tables(snapshot: Snapshot) -> None:
    """Where he can log in, a field is held if he sees it, whatever rows there are."""
    blind = seen(snapshot, visible={"Lead": (STATUS,)})
    assert line(blind, "Lead.Email").held is Held.NO
    sees = seen(snapshot, visible={"Lead": (EMAIL,)}, rights=some_rights(fields=()))
    assert line(sees, "Lead.Email").held is Held.YES


@pytest.mark.parametrize("nothing", [None, Unknown("refused")])
def test_cannot_tell_is_never_a_no(snapshot: Snapshot, nothing: Unknown | None) -> None:
    """Where a part could not be read, its lines cannot be told, and say how to see more; none is red."""
    blind = replace(snapshot, system_permissions=nothing, object_access=nothing, rights=nothing, visible=None)
    lines = rights_matrix(blind)
    assert {line.held for line in lines} == {Held.UNKNOWN} and all(line.fix for line in lines)
    assert missing_fields(blind) == ()


def test_professional_edition_is_mended_otherwise(snapshot: Snapshot) -> None:
    """There an administrator's profile gives rights and page layouts show fields."""
    assert isinstance(snapshot.organization, Organization)
    edition = replace(snapshot.organization, edition="Professional Edition")
    short = seen(
        snapshot, organization=edition, object_access={}, rights=some_rights(fields=(), needed=(EMAIL,))
    )
    red = [line for line in rights_matrix(short) if line.held is Held.NO]
    assert red and not any("permission set" in str(line.fix) for line in red)
    assert "Page Layouts" in str(line(short, "Lead.Email").fix)


def test_use_any_api_auth_only_where_the_org_has_it(snapshot: Snapshot) -> None:
    """An org that does not have the permission has no line for it."""
    permissions = {permission.column: True for permission in SYSTEM_PERMISSIONS}
    named = {line.name for line in rights_matrix(seen(snapshot, system_permissions=permissions))}
    assert "PermissionsUseAnyApiAuth" not in named
    assert "PermissionsUseAnyApiAuth" in {line.name for line in rights_matrix(seen(snapshot))}
