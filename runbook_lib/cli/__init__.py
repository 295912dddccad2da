"""The ``runbook`` command."""

from __future__ import annotations

from runbook_lib.cli.app import call, main

__all__ = ["call", "main"]
