"""papermill, loaded while something else is waited for, and without the part that takes longest.

It checks notebooks by jsonschema, which builds a grammar of international addresses when it is loaded: two
thirds of the time, and no schema of a notebook has such an address.
"""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Lock, Thread
from typing import Any

_GRAMMAR = "rfc3987_syntax"
_TURN = Lock()


def load_ahead() -> None:
    """Begins to load it."""
    Thread(target=load_papermill, daemon=True).start()


def load_papermill() -> Any:
    """The module ``papermill``."""
    with _TURN:
        is_there = _GRAMMAR in sys.modules
        if not is_there:
            sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # by which Python says: not to be had
        try:
            return import_module("papermill")
        finally:
            if not is_there:
                del sys.modules[_GRAMMAR]
