"""Marketo's Admin pages of the rehearsal: Admin > CRM, as a person clicks it and a robot posts it."""

from __future__ import annotations

from runbook_lib.rehearsal.console.pages import routes

__all__ = ["routes"]
