"""One workspace open in two tabs, each with a kernel of its own: neither undoes what the other decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from filelock import FileLock

from runbook_lib.change.decisions import Visibility
from runbook_lib.errors import WorkspaceInUse
from runbook_lib.guide.state.session import Session, now, open_session
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.widgets.boards.field_grid import GridForm
from tests.guide.walking import answer
from tests.org_by_hand import small_org, visible

Tabs = tuple[FieldVisibility, FieldVisibility]


@pytest.fixture
def tabs(rehearsed: Session) -> Iterator[Tabs]:
    """Notebook 04 in two tabs, both of which ask for the same decision."""
    (rehearsed.workspace.decisions / "fields.csv").unlink(missing_ok=True)
    with open_session(rehearsed.workspace.path) as other:
        made = [FieldVisibility(session, interactive=True) for session in (rehearsed, other)]
        for step in made:
            step.seen = replace(small_org(visible=visible("Lead.A__c", "Lead.B__c")), taken_at=now())
            step.decide()
        yield made[0], made[1]


def test_a_form_that_is_old_by_now(tabs: Tabs) -> None:
    """Sent after the other tab decided, a form changes what it says otherwise, under its own name; what both
    say stays as the first decided it."""
    first, second = tabs
    answer(first, GridForm, hidden=["Lead.A__c", "Lead.B__c"], by="Ada")
    answer(second, GridForm, hidden=["Lead.A__c"], by="Ben")
    found = {name: (row.decision, row.decided_by) for name, row in first.decisions.fields.items()}
    assert found == {"Lead.A__c": (Visibility.HIDE, "Ada"), "Lead.B__c": (Visibility.KEEP, "Ben")}
    assert second.decisions.fields == first.decisions.fields


def test_both_at_once(tabs: Tabs) -> None:
    """While another kernel works, an answer is refused; nothing is written, and it can be given again."""
    first, second = tabs
    with FileLock(first.session.workspace.path / ".lock"), pytest.raises(WorkspaceInUse):
        answer(second, GridForm, hidden=[], by="Ben")
    assert not first.decisions.fields
    answer(second, GridForm, hidden=[], by="Ben")
    assert {row.decided_by for row in first.decisions.fields.values()} == {"Ben"}
