"""What a plan must know before it can be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import place_of
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans import plan_for
from runbook_lib.change.plans.preconditions import demand, draft, known
from runbook_lib.errors import Blocked
from runbook_lib.survey.snapshot import Absent, Organization, Part, PermissionSet, SyncUser, Unknown
from runbook_lib.text import say
from tests.org_by_hand import NOW, ORG, small_org


def test_a_draft_is_for_one_org_and_one_instance() -> None:
    """A plan names both systems; the instance is the expected one where nobody looked at Marketo."""
    plan = draft("01_marketo_fields", small_org(marketo=None), NOW)
    assert (plan.org_id, plan.org_name, plan.munchkin_id) == (ORG.id, ORG.name, "123-ABC-456")
    assert plan.is_empty


@pytest.mark.parametrize("value", [None, Unknown("no permission", "INSUFFICIENT_ACCESS")])
def test_what_is_not_known_blocks(value: Unknown | None) -> None:
    """Neither "nobody looked" nor "cannot tell" is taken for an answer; the vendor's code is kept."""
    with pytest.raises(Blocked) as raised:
        demand(small_org(organization=value), Part.ORGANIZATION)
    assert raised.value.code == (value.code if value else None)
    assert raised.value.exit_code == 3


def test_what_is_of_another_kind_blocks() -> None:
    """A user who is absent is no user."""
    with pytest.raises(Blocked):
        known(small_org(sync_user=Absent("User")), Part.SYNC_USER, SyncUser)
    assert known(small_org(), Part.ORGANIZATION, Organization) is ORG


REFUSED = Unknown("insufficient access rights", "INSUFFICIENT_ACCESS")
SET = PermissionSet("0PS5g0000000001AAA", "Marketo_Sync", "Marketo Sync", False)


@pytest.mark.parametrize(
    ("held", "change"),
    [
        (
            replace(SET, assigned=REFUSED),
            Change(ChangeKind.ASSIGN_PERMISSION_SET, SET.name, {}, {"assigned": True}, say("x")),
        ),
        (
            replace(SET, objects=REFUSED),
            Change(ChangeKind.GRANT_OBJECT, "Lead", {}, {"read": True}, say("x")),
        ),
        (
            replace(SET, fields=REFUSED),
            Change(ChangeKind.GRANT_FIELD, "Lead.Email", {}, {"edit": True}, say("x")),
        ),
    ],
)
def test_one_fact_of_the_set_that_is_not_known_blocks(held: PermissionSet, change: Change) -> None:
    """It is neither planned from nor taken for done or open; what does not rest on it, is told."""
    seen = small_org(permission_set=held)
    with pytest.raises(Blocked) as raised:
        plan_for("02_sync_user", seen, Decisions(setup=SetupDecision()), NOW)
    assert raised.value.code == "INSUFFICIENT_ACCESS"
    assert place_of(change, seen) is Place.UNKNOWN
    made = Change(ChangeKind.CREATE_PERMISSION_SET, SET.name, {}, {}, say("x"))
    assert place_of(made, seen) is Place.MADE
