"""How people and robots walk the road: notebooks call :func:`open_step`, and nothing else of the house."""

from __future__ import annotations

from runbook_lib.guide.notebooks.open_step import open_step

__all__ = ["open_step"]
