"""A program in a process of its own: how long it took, its peak memory, and what it printed."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """Seconds, peak resident bytes, and the last line that was printed."""

    seconds: float
    peak: int
    printed: str


def run_child(program: str, *arguments: Path | str, python: str = sys.executable) -> Ran:
    """Runs a program of its own. ``RuntimeError`` where it fails."""
    command = [python, "-c", program, *map(str, arguments)]
    read, write = os.pipe()
    began = time.perf_counter()
    pid = os.posix_spawn(python, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, write, 1)])
    os.close(write)
    with os.fdopen(read) as output:
        printed = output.read()
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"the measured program ended with {os.waitstatus_to_exitcode(status)}")
    return Ran(seconds, usage.ru_maxrss * 1024, printed[printed.rindex("{") :])
