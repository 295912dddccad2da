"""papermill, loaded while something else is waited for, and without what a run never uses and takes longest.

It checks notebooks by jsonschema, which builds a grammar of international addresses when it is loaded: two
thirds of the time, and no schema of a notebook has such an address. It would write to Hadoop by PyArrow: half
of what remains, and a run writes to its own folder.
"""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Lock, Thread
from typing import Any

_NEEDLESS = ("rfc3987_syntax", "pyarrow.fs")
_TURN = Lock()


def load_ahead() -> None:
    """Begins to load it."""
    Thread(target=load_papermill, daemon=True).start()


def load_papermill() -> Any:
    """The module ``papermill``."""
    with _TURN:
        hidden = [module for module in _NEEDLESS if module not in sys.modules]
        for module in hidden:
            sys.modules[module] = None  # type: ignore[assignment]  # by which Python says: not to be had
        try:
            return import_module("papermill")
        finally:
            for module in hidden:
                del sys.modules[module]
