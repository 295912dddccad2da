"""Marketo's sixteen fields as a table: which of them exist on Lead and on Contact."""

from __future__ import annotations

from collections.abc import Collection

from runbook_lib.guide.views.view import Grid
from runbook_lib.survey.requirements import MARKETO_FIELDS
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, say


def own_fields_grid(seen: Snapshot) -> Grid:
    """A row per field; “not known” where nobody could look."""
    there: set[str] = set()
    if isinstance(seen.custom_fields, tuple):
        there = {field.full_name for field in seen.custom_fields}

    def state(name: str) -> Message:
        if not isinstance(seen.custom_fields, tuple):
            return say("unknown")
        return say("exists") if name in there else say("missing")

    rows = tuple(
        (
            field.label,
            field.name,
            say("recommended") if field.recommended else say("optional"),
            state(f"Lead.{field.name}"),
            state(f"Contact.{field.name}"),
        )
        for field in MARKETO_FIELDS
    )
    heads = (say("Label"), say("API name"), say("Kind"), "Lead", "Contact")
    return Grid(_caption(seen, there), heads, rows)


def _caption(seen: Snapshot, there: Collection[str]) -> Message:
    """How many there are on each object; who could not look says so in the rows."""
    if not isinstance(seen.custom_fields, tuple):
        return say("Marketo's fields in Salesforce")
    exist = {
        name.lower(): sum(f"{name}.{field.name}" in there for field in MARKETO_FIELDS)
        for name in ("Lead", "Contact")
    }
    return say("Marketo's fields in Salesforce: of {all}, Lead has {lead} and Contact {contact}",
               all=len(MARKETO_FIELDS), **exist)  # fmt: skip
