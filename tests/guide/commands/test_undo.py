"""runbook undo: what 01, 02 and 04 changed is taken back, and the org is as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.cli.app import call
from runbook_lib.errors import Blocked, UsageFault
from runbook_lib.guide.commands.undo import undo_step
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.journal import Kind
from runbook_lib.proof.report import report_data
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from runbook_lib.survey.snapshot import Part, to_json
from tests.guide.walking import walk_on

PERMISSIONS = (
    Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.PERMISSION_SET, Part.GRANTS, Part.CONVERSION,
)  # fmt: skip


def _permissions(folder: Path) -> str:
    """All that says who may do what, as JSON; a row that was made again has another Id, and nothing else."""
    with open_session(folder) as session:
        data = to_json(session.collect(PERMISSIONS))
    told: dict[str, Any] = {part.value: data[part.value] for part in PERMISSIONS}
    rows = [{key: grant[key] for key in grant if key != "id"} for grant in told["grants"]]
    told["grants"] = sorted(rows, key=lambda row: (row["field"], row["parent_id"]))
    return json.dumps(told, sort_keys=True)


def _open_points(session: Session) -> set[str]:
    """Checks and proofs that the report tells as open."""
    return {point["id"] for point in report_data(session.workspace, session.journal)["open_points"]}


def test_everything_taken_back_is_as_before(rehearsed: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """The last step comes first; after 04, 02 and 01 all rights and mappings are equal byte for byte. What 04
    hid stands no longer open in the report; what is shown again, does."""
    folder = rehearsed.workspace.path
    before = _permissions(folder)
    walk_on(rehearsed, "00_start_here", "04_field_visibility")
    assert _permissions(folder) != before
    assert "better_hidden" not in _open_points(rehearsed)
    with pytest.raises(Blocked, match="04_field_visibility"):
        undo_step(folder, step_named("01"))
    told = [undo_step(folder, step_named(step)).plain for step in ("04", "02", "01")]
    assert _permissions(folder) == before
    assert "Lead.mkto71_Lead_Score__c" in told[-1]  # what stays is named
    assert "better_hidden" in _open_points(rehearsed)
    capsys.readouterr()
    assert call(["undo", str(folder), "01"]) == 0 and "already as before" in capsys.readouterr().out
    assert [step.state for step in board_of(rehearsed).steps][1:3] == ["undone", "undone"]


def test_what_somebody_changed_since_is_left_alone(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """A right that is neither as it was nor as we left it stays and is named; a run does the step again."""
    folder = rehearsed.workspace.path
    walk_on(rehearsed, "00_start_here", "02_sync_user")
    rehearsal_server.org.database.sql(
        'UPDATE org."ObjectPermissions" SET "PermissionsDelete" = false WHERE "SobjectType" = $1 '
        'AND "ParentId" IN (SELECT "Id" FROM org."PermissionSet" WHERE "Name" = $2)',
        ["Campaign", "Marketo_Sync"],
    )
    assert "Somebody has since changed Campaign" in undo_step(folder, step_named("02")).plain
    assert list(json.loads(_permissions(folder))["permission_set"]["objects"]) == ["Campaign"]


def test_after_sync_fields_nothing_is_taken_back(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Once a click of 05 was made, Marketo works with these rights: undo says so and asks no system."""
    rehearsed.journal.append("05_sync_fields", "do", Kind.click, {"click": "sync-fields"})
    with pytest.raises(Blocked, match="05 Sync Fields was begun"):
        undo_step(rehearsed.workspace.path, step_named("04"))
    assert rehearsal_server.log.entries() == []


def test_other_steps_cannot_be_taken_back(rehearsed: Session) -> None:
    """A step that changes nothing in the org, or cannot be undone, is refused by name."""
    with pytest.raises(UsageFault, match="05_sync_fields cannot be undone"):
        undo_step(rehearsed.workspace.path, step_named("05"))
