"""runbook undo: what 01, 02 and 04 changed is taken back, and the org is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import Blocked, UsageFault
from runbook_lib.guide.overview import standings
from runbook_lib.guide.rehearsing import prepare_workspace, secret_variables
from runbook_lib.guide.session import open_session
from runbook_lib.guide.undoing import undo_step
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import stop_named
from runbook_lib.survey.snapshot import Part, to_json
from tests.guide.conftest import Runbook, Walked

PERMISSIONS = (
    Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.PERMISSION_SET, Part.GRANTS, Part.CONVERSION,
)  # fmt: skip


@pytest.fixture
def acme(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, str], RehearsalServer]:
    """A workspace on a rehearsal of its own, with its secrets."""
    server = start_rehearsal("clean")
    variables = secret_variables(server)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return prepare_workspace(tmp_path / "acme", server, "robot").path, variables, server


def _permissions(folder: Path) -> str:
    """All that says who may do what, as JSON; a row that was made again has another Id, and nothing else."""
    with open_session(folder) as session:
        data = to_json(session.collect(PERMISSIONS))
    told: dict[str, Any] = {part.value: data[part.value] for part in PERMISSIONS}
    rows = [{key: each[key] for key in each if key != "id"} for each in told["grants"]]
    told["grants"] = sorted(rows, key=lambda each: (each["field"], each["parent_id"]))
    return json.dumps(told, sort_keys=True)


def test_everything_taken_back_is_as_before(
    acme: tuple[Path, dict[str, str], RehearsalServer], runbook: Runbook
) -> None:
    """The last step comes first; after 04, 02 and 01 all rights and mappings are equal byte for byte."""
    folder, variables, _ = acme
    before = _permissions(folder)
    said = runbook("run", folder, "--to", "04_field_visibility", variables=variables)
    assert said.returncode == 0, said.stderr
    assert _permissions(folder) != before
    with pytest.raises(Blocked, match="04_field_visibility"):
        undo_step(folder, stop_named("01"))
    told = [undo_step(folder, stop_named(step)).plain for step in ("04", "02", "01")]
    assert _permissions(folder) == before
    assert "Lead.mkto71_Lead_Score__c" in told[-1]  # what stays is named
    again = runbook("undo", folder, "01", variables=variables)
    assert again.returncode == 0 and "as before already" in again.stdout
    with open_session(folder) as session:
        assert [each.state for each in standings(session)][1:3] == ["undone", "undone"]


def test_what_somebody_changed_since_is_left_alone(
    acme: tuple[Path, dict[str, str], RehearsalServer], runbook: Runbook
) -> None:
    """A right that is neither as it was nor as we left it stays and is named; a run does the step again."""
    folder, variables, server = acme
    assert runbook("run", folder, "--to", "02_sync_user", variables=variables).returncode == 0
    server.org.database.sql(
        'UPDATE org."ObjectPermissions" SET "PermissionsDelete" = false WHERE "SobjectType" = $1 '
        'AND "ParentId" IN (SELECT "Id" FROM org."PermissionSet" WHERE "Name" = $2)',
        ["Campaign", "Marketo_Sync"],
    )
    assert "Somebody changed Campaign since" in undo_step(folder, stop_named("02")).plain
    assert list(json.loads(_permissions(folder))["permission_set"]["objects"]) == ["Campaign"]


def test_after_sync_fields_nothing_is_taken_back(walked: Walked) -> None:
    """Once 05 was begun, Marketo works with these rights: undo says so and changes nothing."""
    with pytest.raises(Blocked, match="05_sync_fields was begun"):
        undo_step(walked.workspace, stop_named("04"))


def test_other_steps_cannot_be_taken_back(walked: Walked) -> None:
    """A step that changes nothing in the org, or cannot be undone, is refused by name."""
    with pytest.raises(UsageFault, match="05_sync_fields cannot be taken back"):
        undo_step(walked.workspace, stop_named("05"))
