"""The control of the rehearsal under `/_rehearsal`: what a person or a test does to the imitation itself."""

from __future__ import annotations

from runbook_lib.rehearsal.control.card import card_of
from runbook_lib.rehearsal.control.routes import is_from_here, routes

__all__ = ["card_of", "is_from_here", "routes"]
