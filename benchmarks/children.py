"""Programs in processes of their own: how long they took, their peak memory, and what they printed."""

from __future__ import annotations

import os
import resource
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


class Spent:
    """What was spent since it was made, by this process and by its children that have ended."""

    def __init__(self) -> None:
        self._seconds, self._cpu = time.perf_counter(), _cpu()

    def so_far(self) -> tuple[float, float]:
        """Seconds on the clock, and of CPU, which say the same on a busy machine."""
        return time.perf_counter() - self._seconds, _cpu() - self._cpu


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
