"""Loaded by every Python that ``profile_road.py`` starts: counts where its seconds go, and tells a file.

The counters are written after each cell of a notebook, before each fork and at the end, for kernels are
killed when they are done with.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("RUNBOOK_PROFILE", "")
_counted: dict[str, float] = {}
_state = {"depth": 0, "pid": os.getpid()}


def flush() -> None:
    """Writes down what was counted in this process so far."""
    role = "kernel" if "before the first cell" in _counted else "run"
    if "runbook_lib.guide.notebooks.fork_server" in " ".join(sys.orig_argv) and role != "kernel":
        role = "fork server"
    counts = {**_counted, "role": role, "cpu": time.process_time()}
    (Path(FOLDER) / f"{os.getpid()}.json").write_text(json.dumps(counts), encoding="utf-8")


def add(name: str, seconds: float) -> None:
    """Counts seconds; a forked process counts its own alone."""
    if _state["pid"] != os.getpid():
        _state["pid"] = os.getpid()
        _counted.clear()
    _counted[name] = _counted.get(name, 0.0) + seconds


def timed(module: Any, name: str, key: str, clock: Callable[[], float]) -> None:
    """Wraps a function of a module, so that the seconds of its outermost call are counted."""
    inner = getattr(module, name)

    def wrapped(*args: Any, **options: Any) -> Any:
        begin = clock()
        try:
            return inner(*args, **options)
        finally:
            add(key, clock() - begin)

    setattr(module, name, wrapped)


def _waiting() -> float:
    return time.perf_counter() - time.thread_time()


def _watch_imports() -> None:
    bootstrap: Any = importlib.import_module("importlib._bootstrap")
    inner = bootstrap._find_and_load

    def find_and_load(name: str, gently: Any) -> Any:
        _state["depth"] += 1
        begin = time.thread_time()
        try:
            module = inner(name, gently)
        finally:
            _state["depth"] -= 1
            if not _state["depth"]:
                add("imports", time.thread_time() - begin)
        _watch(name)
        return module

    bootstrap._find_and_load = find_and_load


def _watch(name: str) -> None:
    module: Any = sys.modules.get(name)
    if name == "requests.adapters" and hasattr(module, "HTTPAdapter"):
        timed(module.HTTPAdapter, "send", "waiting for HTTP", _waiting)
    elif name == "papermill.iorw" and hasattr(module, "write_ipynb"):
        timed(module, "write_ipynb", "writing notebooks", time.thread_time)
    elif name == "IPython.core.interactiveshell" and hasattr(module, "InteractiveShell"):
        _watch_cells(module.InteractiveShell)


def _watch_cells(shell: Any) -> None:
    inner = shell.run_cell

    def run_cell(*args: Any, **options: Any) -> Any:
        if "before the first cell" not in _counted or _state["pid"] != os.getpid():
            add("before the first cell", time.process_time())
        try:
            return inner(*args, **options)
        finally:
            flush()

    shell.run_cell = run_cell


if FOLDER:
    _watch_imports()
    atexit.register(flush)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=flush)
