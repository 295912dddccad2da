"""The kernels of a run end with it, however it ends."""

from __future__ import annotations

import ast
import asyncio
import os
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import pytest

from runbook_lib.guide.notebooks.forked_kernel import can_fork, fork_server
from runbook_lib.guide.notebooks.kernels import Kernels

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


FORKED = """
import os
from runbook_lib.guide.notebooks.forked_kernel import fork_server
from runbook_lib.guide.notebooks.kernels import Kernels
with fork_server() as server, Kernels(1, server).one() as manager:
    print(manager.provisioner.process.pid, server._process.pid, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not can_fork(), reason="kernels are not forked on this system")
def test_a_forked_kernel_ends_by_itself_when_its_run_was_killed() -> None:
    """Neither the kernel nor the process that it was forked from outlives the run."""
    told = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    pids, until = [int(pid) for pid in told.stdout.split()], time.monotonic() + 60
    assert len(pids) == 2
    while any(map(is_alive, pids)):
        assert time.monotonic() < until, "a process outlives its run"
        time.sleep(0.1)


@pytest.mark.skipif(not can_fork(), reason="kernels are not forked on this system")
def test_a_forked_kernel_is_a_kernel_of_its_own() -> None:
    """It has imported what notebooks use, the first one only what all use, leads its own process group,
    nobody's names are in it, and its client is ready before the notebook is."""
    with fork_server() as server, closing(Kernels(2, server)) as kernels:
        told = []
        for _ in range(2):
            with kernels.one() as manager:
                assert manager.client().is_ready  # so that no notebook waits for the handshake
                told.append(ask(manager, WHO))
            assert not is_alive(told[-1]["pid"])
    first, second = told
    assert first["pid"] == first["group"] != second["pid"]
    assert first["house"] and second["house"] and second["pandas"]
    assert first["names"] == second["names"] == []
    assert first["parent"] == second["parent"] != os.getpid()


@pytest.mark.skipif(not can_fork(), reason="kernels are not forked on this system")
def test_a_fork_server_that_died_costs_only_time() -> None:
    """Where no kernel can be forked any more, the notebook gets one that is started as a program."""
    with fork_server() as server, closing(Kernels(1, server)) as kernels:
        assert server is not None
        server._process.kill()
        server._process.wait()
        with kernels.one() as manager:
            if not manager.has_kernel:
                asyncio.run(manager.start_kernel())  # as papermill does
            assert ask(manager, WHO)["names"] == []


LIGHT = """
import sys
from runbook_lib.guide.notebooks.forked_kernel import fork_server
heavy = [name for name in sys.modules if name.startswith(("runbook_lib.systems", "runbook_lib.guide.steps"))]
from runbook_lib.guide.notebooks.loading import load_papermill
load_papermill()
heavy += [name for name in ("pyarrow", "rfc3987_syntax") if name in sys.modules]
import pyarrow.fs
print(heavy)
"""


def test_what_starts_first_is_light() -> None:
    """A run starts what its kernels are forked from before it loads the house, and papermill comes without
    what no run uses, which others find all the same."""
    ended = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert ended.stdout.strip() == "[]"


WHO = """{
    "pid": __import__("os").getpid(), "group": __import__("os").getpgid(0),
    "parent": __import__("os").getppid(), "pandas": "pandas" in __import__("sys").modules,
    "house": "runbook_lib.guide.steps" in __import__("sys").modules,
    "names": [name for name in globals() if "runbook" in name or name == "pandas"],
}"""


def ask(manager: Any, expression: str) -> Any:
    """The value of an expression in that kernel."""
    client = manager.client()
    client.start_channels()

    async def value() -> Any:
        await client.wait_for_ready(timeout=60)
        reply = await client.execute_interactive(
            "", user_expressions={"told": expression}, silent=True, timeout=60
        )
        return ast.literal_eval(reply["content"]["user_expressions"]["told"]["data"]["text/plain"])

    try:
        return asyncio.run(value())
    finally:
        client.stop_channels()
