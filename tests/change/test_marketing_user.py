"""02 makes an existing sync user a “Marketing User”, and can take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runbook_lib.change.apply import apply
from runbook_lib.change.decisions import Decisions, SetupDecision, setup_as_it_stands, write_setup
from runbook_lib.change.plan import ChangeKind
from runbook_lib.change.plans import plan_for
from runbook_lib.change.undo import made, plan_undo
from runbook_lib.journal import Journal
from runbook_lib.survey.snapshot import Part, SyncUser
from runbook_lib.workspace import Workspace
from tests.change.conftest import Live
from tests.org_by_hand import NOW, USER, small_org

STEP = "02_sync_user"
DECIDED = Decisions(setup=SetupDecision())


def is_marked(live: Live) -> bool | None:
    """What the org says."""
    user = live.see(Part.SYNC_USER).sync_user
    assert isinstance(user, SyncUser)
    return user.marketing_user


def test_set_recorded_and_taken_back(live: Live, journal: Journal) -> None:
    """The flag is set through plan, gate and apply; its value before stands in the journal, and undo puts it
    back; a second plan has nothing to do with it."""
    live.server.org.database.sql(
        'UPDATE org."User" SET "UserPermissionsMarketingUser" = false WHERE "Username" = $1', [username(live)]
    )
    plan, outcome = live.carry_out(STEP, DECIDED, journal)
    name = f"mark-marketing-user:{username(live)}"
    assert name in outcome.done and is_marked(live) is True
    (entry,) = [change for change in made(journal.entries()) if change.kind is ChangeKind.MARK_USER]
    assert (entry.before, entry.after) == ({"marketing_user": False}, {"marketing_user": True})
    assert ChangeKind.MARK_USER not in {change.kind for change in live.plan(STEP, DECIDED)[0].changes}
    seen = live.look(STEP)
    undoing = plan_undo(STEP, [entry], seen, datetime.now(UTC))
    permit = live.permit(undoing.plan, seen)
    apply(undoing.plan, permit, live.writer, journal, seen, lambda: live.look(STEP))
    assert is_marked(live) is False and undoing.stays == ()
    assert not [change for change in made(journal.entries()) if change.kind is ChangeKind.MARK_USER]


def username(live: Live) -> str:
    """The sync user of this world."""
    return live.server.world.sync_user.username


@pytest.mark.parametrize(
    ("flag", "campaigns", "planned"),
    [(False, True, True), (True, True, False), (None, True, False), (False, False, False)],
)
def test_planned_only_where_it_is_known_and_wanted(flag: bool | None, campaigns: bool, planned: bool) -> None:
    """A flag that is set, that nobody can read, or that is not needed is left alone."""
    seen = small_org(sync_user=replace(USER, marketing_user=flag), object_access={})
    plan = plan_for(STEP, seen, Decisions(setup=SetupDecision(sync_campaigns=campaigns)), NOW)
    assert (ChangeKind.MARK_USER in {change.kind for change in plan.changes}) == planned


def test_what_the_file_says(workspace: Workspace) -> None:
    """Campaigns are synced unless decisions/setup.toml says no; a broken file does not say no."""
    assert setup_as_it_stands(workspace).sync_campaigns
    path = write_setup(workspace, SetupDecision(sync_campaigns=False))
    assert not setup_as_it_stands(workspace).sync_campaigns
    path.write_text("sync_campaigns = ")
    assert setup_as_it_stands(workspace).sync_campaigns
