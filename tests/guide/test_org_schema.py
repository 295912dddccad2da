"""The road on the schema of a real org."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables, stage
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.road import ROAD
from tests.guide.conftest import PEOPLE, Runbook
from tests.guide.walking import walk_on

DESCRIBES = Path(__file__).parents[3] / "shared" / "data" / "describes"


@pytest.mark.skipif(not DESCRIBES.is_dir(), reason="the recorded describes are not beside this checkout")
def test_the_road_on_recorded_describes(tmp_path: Path) -> None:
    """A folder of describes of a real org, among them an Account of 250 fields, is walked to its end."""
    with stage("clean", int(PEOPLE), org_schema=DESCRIBES) as server:
        folder = prepare_workspace(tmp_path / "acme", server, "robot").path
        with environment(secret_variables(server)), open_session(folder) as session:
            walk_on(session, ROAD[0].name, ROAD[-1].name)
            assert count_proven(session) == len(ROAD)


def test_a_file_that_is_no_describe(runbook: Runbook, tmp_path: Path) -> None:
    """It is named, with the key that is wrong; nothing is started."""
    (tmp_path / "Lead.json").write_text(json.dumps({"name": "Lead", "fields": [{"label": "x"}]}))
    said = runbook("rehearse", "--org-schema", tmp_path, "--workspace", tmp_path / "acme")
    assert said.returncode == 64
    assert "Lead.json" in said.stderr and "Traceback" not in said.stderr
