"""How a change stands in a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from runbook_lib.change.place import Place, place_of
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.survey.snapshot import (
    Absent,
    ConvertedField,
    ObjectAccess,
    PermissionSet,
    Snapshot,
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
    assert {case[0].kind for case in CASES} | {ChangeKind.HIDE_FIELD} == set(ChangeKind)
