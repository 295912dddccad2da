"""Applying over the real writer and a running rehearsal."""

from __future__ import annotations

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.journal import Journal
from tests.change.conftest import Live

SETUP = Decisions(setup=SetupDecision())


def test_marketo_fields_are_made_once(live: Live, journal: Journal) -> None:
    """Step 01 makes its fields, access and mappings; run again it finds nothing to do."""
    plan, outcome = live.carry_out("01_marketo_fields", SETUP, journal)
    assert set(outcome.done) == {each.id for each in plan.changes}
    again, _ = live.plan("01_marketo_fields", SETUP)
    assert again.is_empty, again.changes


def test_sync_user_gets_his_rights(live: Live, journal: Journal) -> None:
    """Step 02 gives every right that is missing; run again it finds nothing to do."""
    plan, outcome = live.carry_out("02_sync_user", SETUP, journal)
    assert set(outcome.done) == {each.id for each in plan.changes}
    again, _ = live.plan("02_sync_user", SETUP)
    assert again.is_empty, again.changes
