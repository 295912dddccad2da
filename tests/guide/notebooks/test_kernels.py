"""The kernels of a run end with it, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

KILLED = """
import os
from runbook_lib.guide.notebooks.kernels import Kernels
with Kernels(1).one() as manager:
    print(manager.provisioner.pid, flush=True)
    os.kill(os.getpid(), 9)
"""


def is_alive(pid: int) -> bool:
    """Whether that process is still at work: one that ended and that nobody has fetched is not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own words
    return state.stdout.strip()[:1] not in ("", "Z")


@pytest.mark.skipif(sys.platform == "win32", reason="ps is not there")
def test_a_kernel_ends_by_itself_when_its_run_was_killed() -> None:
    """A kernel that nobody can reach any more holds no people's data in its memory."""
    told = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    pid, until = int(told.stdout), time.monotonic() + 60
    assert pid != os.getpid()
    while is_alive(pid):
        assert time.monotonic() < until, "the kernel outlives its run"
        time.sleep(0.1)
