"""How a change stands in a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import place_of
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.survey.snapshot import (
    NO_ACCESS,
    Absent,
    ConvertedField,
    ObjectAccess,
    PermissionSet,
    Snapshot,
    SyncUser,
    Unknown,
)
from runbook_lib.text import say
from tests.org_by_hand import USER, a_field, grant, small_org

SCORE = "mkto71_Lead_Score__c"
TO_CONTACT = {"target_object": "Contact", "target_field": SCORE}
NONE = PermissionSet("0PS1", "Marketo_Sync", "Marketo Sync", False)
ALL = PermissionSet(
    "0PS1",
    "Marketo_Sync",
    "Marketo Sync",
    True,
    ("PermissionsApiEnabled",),
    {"Lead": ObjectAccess(True, True, True, True)},
    {"Lead.A__c": False, "Lead.B__c": True},
)
FULL = {"read": True, "create": True, "edit": True, "delete": True}


def change(kind: ChangeKind, target: str, after: Mapping[str, Any] | None = None, **before: Any) -> Change:
    """A planned change."""
    return Change(kind, target, before, after or {}, say("x"))


MARKED = {"marketing_user": True}


def marked(is_marked: bool) -> SyncUser:
    """The sync user, a “Marketing User” or not."""
    return replace(USER, marketing_user=is_marked)


def mapped(*lines: tuple[str, str, str]) -> Snapshot:
    """The small org with these lead-conversion mappings."""
    return small_org(conversion=tuple(ConvertedField(*line) for line in lines))


KINDS = ChangeKind
CASES = [
    (change(KINDS.CREATE_FIELD, f"Lead.{SCORE}"), small_org(), Place.NOT_MADE),
    (
        change(KINDS.CREATE_FIELD, f"Lead.{SCORE}"),
        small_org(custom_fields=(a_field(f"lead.{SCORE}"),)),
        Place.MADE,
    ),
    (change(KINDS.CREATE_FIELD, f"Lead.{SCORE}"), small_org(custom_fields=Unknown("no")), Place.UNKNOWN),
    (change(KINDS.CREATE_FIELD, f"Lead.{SCORE}"), small_org(custom_fields=None), Place.UNKNOWN),
    (change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT), mapped(), Place.NOT_MADE),
    (
        change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT),
        mapped((SCORE, "Contact", SCORE)),
        Place.MADE,
    ),
    (
        change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT),
        mapped((SCORE, "Contact", "Old__c")),
        Place.OTHER,
    ),
    (
        change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT),
        mapped(("Old__c", "Contact", SCORE)),
        Place.OTHER,
    ),
    (
        change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT),
        mapped((SCORE, "Account", SCORE)),
        Place.NOT_MADE,
    ),
    (
        change(KINDS.MAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT),
        small_org(conversion=Unknown("no")),
        Place.UNKNOWN,
    ),
    (change(KINDS.CREATE_USER, USER.username), small_org(), Place.MADE),
    (change(KINDS.CREATE_USER, USER.username), small_org(sync_user=Absent("User")), Place.NOT_MADE),
    (change(KINDS.CREATE_USER, "other@acme.example"), small_org(), Place.OTHER),
    (change(KINDS.CREATE_USER, USER.username), small_org(sync_user=None), Place.UNKNOWN),
    (change(KINDS.CREATE_PERMISSION_SET, "Marketo_Sync"), small_org(), Place.NOT_MADE),
    (change(KINDS.CREATE_PERMISSION_SET, "Marketo_Sync"), small_org(permission_set=NONE), Place.MADE),
    (
        change(KINDS.CREATE_PERMISSION_SET, "Marketo_Sync"),
        small_org(permission_set=Unknown("no")),
        Place.UNKNOWN,
    ),
    (change(KINDS.GRANT_SYSTEM, "PermissionsApiEnabled"), small_org(permission_set=NONE), Place.NOT_MADE),
    (change(KINDS.GRANT_SYSTEM, "PermissionsApiEnabled"), small_org(permission_set=ALL), Place.MADE),
    (change(KINDS.GRANT_OBJECT, "Lead", FULL), small_org(permission_set=NONE), Place.NOT_MADE),
    (change(KINDS.GRANT_OBJECT, "Lead", FULL), small_org(permission_set=ALL), Place.MADE),
    (
        change(KINDS.GRANT_FIELD, "Lead.A__c", {"read": True, "edit": True}),
        small_org(permission_set=ALL),
        Place.NOT_MADE,
    ),
    (
        change(KINDS.GRANT_FIELD, "Lead.A__c", {"read": True, "edit": False}),
        small_org(permission_set=ALL),
        Place.MADE,
    ),
    (
        change(KINDS.GRANT_FIELD, "Lead.B__c", {"read": True, "edit": False}),
        small_org(permission_set=ALL),
        Place.MADE,
    ),
    (
        change(KINDS.GRANT_FIELD, "Lead.C__c", {"read": True, "edit": False}),
        small_org(permission_set=ALL),
        Place.NOT_MADE,
    ),
    (change(KINDS.MARK_USER, USER.username, MARKED), small_org(sync_user=marked(True)), Place.MADE),
    (change(KINDS.MARK_USER, USER.username, MARKED), small_org(sync_user=marked(False)), Place.NOT_MADE),
    (change(KINDS.MARK_USER, USER.username, MARKED), small_org(), Place.UNKNOWN),
    (change(KINDS.MARK_USER, "other@acme.example", MARKED), small_org(sync_user=marked(False)), Place.OTHER),
    (
        change(KINDS.UNMARK_USER, USER.username, {"marketing_user": False}),
        small_org(sync_user=marked(False)),
        Place.MADE,
    ),
    (change(KINDS.ASSIGN_PERMISSION_SET, "Marketo_Sync"), small_org(permission_set=NONE), Place.NOT_MADE),
    (change(KINDS.ASSIGN_PERMISSION_SET, "Marketo_Sync"), small_org(permission_set=ALL), Place.MADE),
]


@pytest.mark.parametrize(("planned", "now", "place"), CASES)
def test_place(planned: Change, now: Snapshot, place: Place) -> None:
    """Made, not made, something else, or nobody can tell; unknown is never "not made"."""
    assert place_of(planned, now) is place


def test_a_hidden_field() -> None:
    """No row grants it: made. Planned rows are left: not made. A row nobody planned for: something else."""
    row, other = grant("Lead.A__c"), grant("Lead.A__c", "Sales", profile=False)
    planned = change(ChangeKind.HIDE_FIELD, "Lead.A__c", grants=[{"id": row.id}, {"id": "01k-gone"}])
    assert place_of(planned, small_org(grants=(grant("Lead.B__c"),))) is Place.MADE
    assert place_of(planned, small_org(grants=(row,))) is Place.NOT_MADE
    assert place_of(planned, small_org(grants=(row, other))) is Place.OTHER
    assert place_of(planned, small_org(grants=Unknown("no"))) is Place.UNKNOWN


def test_every_kind_has_a_place() -> None:
    """No kind of change is forgotten."""
    by_itself = {
        ChangeKind.HIDE_FIELD,
        ChangeKind.SHOW_FIELD,
        ChangeKind.GRANT_PROFILE_FIELD,  # test_profiles.py
        ChangeKind.RESTORE_PROFILE_FIELD,
    }
    assert {case[0].kind for case in (*CASES, *TAKEN_BACK)} | by_itself == set(ChangeKind)


TAKEN_BACK = [
    (Change(KINDS.UNMARK_USER, USER.username, {}, {"marketing_user": False}, say("x")), NONE, Place.UNKNOWN),
    (Change(KINDS.REVOKE_SYSTEM, "PermissionsApiEnabled", {}, {}, say("x")), NONE, Place.MADE),
    (Change(KINDS.REVOKE_SYSTEM, "PermissionsApiEnabled", {}, {}, say("x")), ALL, Place.NOT_MADE),
    (Change(KINDS.RESTORE_OBJECT, "Lead", FULL, asdict(NO_ACCESS), say("x")), NONE, Place.MADE),
    (Change(KINDS.RESTORE_OBJECT, "Lead", FULL, asdict(NO_ACCESS), say("x")), ALL, Place.NOT_MADE),
    (Change(KINDS.RESTORE_OBJECT, "Lead", {}, asdict(NO_ACCESS), say("x")), ALL, Place.OTHER),
    (Change(KINDS.RESTORE_FIELD, "Lead.B__c", {"read": True, "edit": True}, {}, say("x")), NONE, Place.MADE),
    (
        Change(KINDS.RESTORE_FIELD, "Lead.B__c", {"read": True, "edit": True}, {}, say("x")),
        ALL,
        Place.NOT_MADE,
    ),
    (Change(KINDS.RESTORE_FIELD, "Lead.A__c", {"read": True, "edit": True}, {}, say("x")), ALL, Place.OTHER),
    (Change(KINDS.UNASSIGN_PERMISSION_SET, "Marketo_Sync", {}, {}, say("x")), NONE, Place.MADE),
    (Change(KINDS.UNASSIGN_PERMISSION_SET, "Marketo_Sync", {}, {}, say("x")), ALL, Place.NOT_MADE),
    (Change(KINDS.DELETE_PERMISSION_SET, "Marketo_Sync", {}, {}, say("x")), Absent("x"), Place.MADE),
    (Change(KINDS.DELETE_PERMISSION_SET, "Marketo_Sync", {}, {}, say("x")), NONE, Place.NOT_MADE),
    (Change(KINDS.UNMAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT, {}, say("x")), Unknown("no"), Place.UNKNOWN),
]


@pytest.mark.parametrize(("taken_back", "there", "place"), TAKEN_BACK)
def test_what_is_taken_back_is_as_it_was_or_as_we_left_it(
    taken_back: Change, there: PermissionSet | Absent | Unknown, place: Place
) -> None:
    """As it was: made. As we left it: not made. Neither: something else. Not known: cannot tell."""
    assert place_of(taken_back, small_org(permission_set=there, conversion=Unknown("no"))) is place


def test_a_mapping_and_a_hidden_field_taken_back() -> None:
    """A line that is gone and a row that is there again are made; the other way round they are not."""
    unmap = Change(KINDS.UNMAP_CONVERSION, f"Lead.{SCORE}", TO_CONTACT, {}, say("x"))
    assert place_of(unmap, mapped()) is Place.MADE
    assert place_of(unmap, mapped((SCORE, "Contact", SCORE))) is Place.NOT_MADE
    row = grant("Lead.A__c")
    rows = {"grants": [{"id": row.id, "parent_id": row.parent_id, "edit": row.edit}]}
    show = Change(KINDS.SHOW_FIELD, "Lead.A__c", {"grants": []}, rows, say("x"))
    assert place_of(show, small_org(grants=(row,))) is Place.MADE
    assert place_of(show, small_org(grants=())) is Place.NOT_MADE
    assert place_of(show, small_org(grants=Unknown("no"))) is Place.UNKNOWN
