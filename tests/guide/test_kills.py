"""A run that is killed at any instant loses nothing, makes nothing twice and leaves nothing readable."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.rehearsal.server import RehearsalServer
from tests.guide.killing import Killing

SOAK = "RUNBOOK_SOAK_KILLS" in os.environ
KILLS = int(os.environ.get("RUNBOOK_SOAK_KILLS", "5"))
SEED = int(os.environ.get("RUNBOOK_SOAK_SEED", "20261128"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kills_at_random_instants(rehearsal_server: RehearsalServer, tmp_path: Path) -> None:
    """Five kills (a hundred in `make soak`) between the first call of 00 and the last of 07; then all is
    proven."""
    left = KILLS
    for number in range(1, KILLS + 1):
        if left <= 0:
            break
        if number > 1:
            rehearsal_server.reset()
        workspace = prepare_workspace(tmp_path / f"acme{number}", rehearsal_server, "robot")
        with environment(secret_variables(rehearsal_server)):
            killing = Killing(workspace.path, rehearsal_server, SEED + number, left)
            killing.run(longest=4.0 if SOAK else 2.5)
        left -= killing.kills
    assert left <= 0
