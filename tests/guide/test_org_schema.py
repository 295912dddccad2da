"""The road on the schema of a real org."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.guide.conftest import PEOPLE, Runbook

DESCRIBES = Path(__file__).parents[3] / "shared" / "data" / "describes"


@pytest.mark.skipif(not DESCRIBES.is_dir(), reason="the recorded describes are not beside this checkout")
def test_the_road_on_recorded_describes(runbook: Runbook, tmp_path: Path) -> None:
    """A folder of describes of a real org, among them an Account of 250 fields, is walked to its end."""
    said = runbook(
        "rehearse", "--org-schema", DESCRIBES, "--people", PEOPLE, "--workspace", tmp_path / "acme"
    )
    assert said.returncode == 0, said.stderr
    assert "11/11 steps proven" in said.stdout


def test_a_file_that_is_no_describe(runbook: Runbook, tmp_path: Path) -> None:
    """It is named, with the key that is wrong; nothing is started."""
    (tmp_path / "Lead.json").write_text(json.dumps({"name": "Lead", "fields": [{"label": "x"}]}))
    said = runbook("rehearse", "--org-schema", tmp_path, "--workspace", tmp_path / "acme")
    assert said.returncode == 64
    assert "Lead.json" in said.stderr and "Traceback" not in said.stderr
