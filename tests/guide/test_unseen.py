"""An org whose leads are private: Start Sync stays shut while the sync user sees none of them, and what is
agreed to then names everything that comes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.change.gate.approvals import read_approval, read_plan
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world
from runbook_lib.road import DUPLICATES, START_SYNC
from runbook_lib.survey.snapshot import DuplicateCounts
from tests.guide.conftest import PEOPLE
from tests.guide.walking import stopped, walk, walk_on


@pytest.fixture
def private(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> Iterator[Session]:
    """A robot's session on an org whose leads are private and belong to others."""
    world = load_world("clean")
    organization = replace(world.organization, default_access={"Lead": "None"})
    server = start_rehearsal(replace(world, organization=organization), people=int(PEOPLE))
    workspace = prepare_workspace(tmp_path / "acme", server, "robot")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        session.server = server  # type: ignore[attr-defined]
        yield session


def test_start_sync_waits_for_the_records(private: Session) -> None:
    """No lead visible: blocked, with both counts. Shared again: the consents name all kinds of duplicates."""
    walk_on(private, "00", DUPLICATES.name)
    fault = stopped(private, START_SYNC.name)
    assert fault.exit_code == 3
    assert "Records that the sync user sees" in str(fault) and "Lead: 0 of 120" in str(fault)
    private.server.org.database.sql(  # type: ignore[attr-defined]
        'UPDATE org."Organization" SET "DefaultLeadAccess" = \'ReadEditTransfer\''
    )
    walk(private, START_SYNC.name)
    approval = read_approval(private.workspace, START_SYNC.name)
    assert approval is not None
    plan = read_plan(private.workspace, START_SYNC.name, approval.plan_digest)
    assert plan is not None
    told = {consent.id: str(consent.text) for consent in plan.consents}
    assert told["whole-database"].startswith("The whole database of the")
    compared = history.newest_snapshot(private.workspace, private.journal, DUPLICATES.name)
    assert compared is not None and isinstance(compared.duplicates, DuplicateCounts)
    groups = compared.duplicates.groups
    assert set(groups) == {"lead", "contact", "across", "marketo", "probable"} and groups["marketo"]
    assert f"Leads only: {groups['lead']}\nContacts only: {groups['contact']}\n" in told["duplicates"]
    assert f"already in Marketo: {groups['marketo']}\nProbably" in told["duplicates"]
