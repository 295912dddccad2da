"""What changes cost is told before, and is never less than what they then cost."""

from __future__ import annotations

import pytest

from runbook_lib.change.apply import apply
from runbook_lib.change.calls import most_calls
from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.journal import Journal
from runbook_lib.text import say
from tests.change.conftest import Live


def test_every_kind_has_its_cost() -> None:
    """No kind of change is forgotten, and none is free."""
    assert set(KINDS) == set(ChangeKind) and min(row.calls for row in KINDS.values()) >= 1


@pytest.mark.parametrize("step", ["01_marketo_fields", "02_sync_user"])
def test_it_costs_no_more(live: Live, journal: Journal, step: str) -> None:
    """All of a step's changes, with a profile that is named, cost at most what was told."""
    decided = Decisions(setup=SetupDecision(read_only_profiles=("Standard User", "System Administrator")))
    plan, seen = live.plan(step, decided)
    permit, before = live.permit(plan, seen), live.reader.transport.calls["salesforce"]
    apply(plan, permit, live.writer, journal, seen, lambda: live.look(step))
    assert 0 < live.reader.transport.calls["salesforce"] - before <= most_calls(plan.changes)


def test_many_rows_of_few_fields() -> None:
    """A field that five hundred parents grant is hidden by three calls, not by one."""
    rows = {"grants": [{"id": str(number)} for number in range(500)]}
    assert most_calls([Change(ChangeKind.HIDE_FIELD, "Lead.A__c", rows, {"grants": []}, say("x"))]) == 3
    shown = Change(ChangeKind.SHOW_FIELD, "Lead.A__c", {"grants": []}, rows, say("x"))
    assert most_calls([shown]) == 3
