"""How people and robots walk the road: notebooks call :func:`open_step`, and nothing else of the house.

It is loaded when it is asked for: a run starts what its kernels are forked from before it loads the house.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook_lib.guide.notebooks.open_step import open_step

__all__ = ["open_step"]


def __getattr__(name: str) -> Any:
    """The function, on demand. Source: PEP 562."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from runbook_lib.guide.notebooks import open_step  # lazy: see above

    return getattr(open_step, name)
