"""What becomes of a field at Sync Fields: the one list that grid, consent, proof and report go by.

Certain is what a document or a synced instance shows; what nobody tells stays open, so that a consent gives a
range. The lists, their sources and what is doubtful about them: ``standard_fields.toml``. Sources besides:
Marketo documentation, "Default Salesforce Field Mapping", "Edit Initial Field Mappings".
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from runbook_lib.review.mappings.defaults import is_mapped_by_default
from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, Worded, say

SHOWN_BY_API = ("Lead", "Contact", "Account")
"""Their fields become fields of people and companies, which describe2 shows."""
MAKES_FIELDS = (*SHOWN_BY_API, "Opportunity")
"""The objects of whose fields Sync Fields makes Marketo fields. The other objects are synced without."""
_EVERY = "Every"


class Made(Worded):
    """What becomes of a field at Sync Fields."""

    NEW = "new", say("a new field")
    """A new field, permanently."""
    UNSAID = "unsaid", say("perhaps a new field: no document tells")
    """Perhaps a new field: no document and no synced instance tells."""
    IGNORED = "ignored", say("perhaps an empty field: Adobe says that it is not synced")
    """Perhaps a new field: Adobe says that its values are not synced, and not whether a field is made."""
    THERE = "there", say("already exists")
    """Its values go into a field that every Marketo has."""
    COMBINED = "combined", say("shares the lead’s field")
    """It shares the field of its namesake on the lead."""
    NONE = "none", say("no field is made")
    """The object is synced without fields of its own being made."""


POSSIBLE = (Made.UNSAID, Made.IGNORED)
"""What may become a new field, or not."""


def made_of(field: Field, leads: Collection[str]) -> Made:
    """What Sync Fields makes of ``field``; ``leads``: the names of the Lead fields that are seen."""
    if field.object not in MAKES_FIELDS:
        return Made.NONE
    has_prefix = field.object in ("Lead", "Contact") and field.name.lower().startswith(MARKETO_PREFIX)
    if has_prefix or is_mapped_by_default(field.object, field.name):
        return Made.THERE
    is_shown = _is_listed("made", field)
    if field.object == "Contact" and field.name in leads and (field.custom or not is_shown):
        return Made.COMBINED
    if field.custom or is_shown:
        return Made.NEW
    return Made.IGNORED if _is_listed("ignored", field) else Made.UNSAID


def span(least: int, most: int) -> Message | int:
    """A number that is known, or the two between which it is: part of a sentence."""
    if least == most:
        return most
    return say("between {least} and {most}", least=least, most=most)


def _is_listed(title: str, field: Field) -> bool:
    listed = _lists()[title]
    return field.name in listed.get(field.object, ()) or field.name in listed.get(_EVERY, ())


@cache
def _lists() -> Mapping[str, Mapping[str, frozenset[str]]]:
    text = (files(__package__) / "standard_fields.toml").read_text(encoding="utf-8")
    return {
        title: {name: frozenset(names) for name, names in table["fields"].items()}
        for title, table in tomllib.loads(text).items()
    }
