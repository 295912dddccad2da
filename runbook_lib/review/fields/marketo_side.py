"""What Marketo will make of a field: nothing, a share of another one, or a new one for ever; of what type.

The only types that Adobe publishes are those of program-member custom fields; for all others the answer is
"cannot tell". Sources: Marketo documentation, "Program Member Custom Field Sync", "Default Salesforce Field
Mapping", "Edit Initial Field Mappings".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.review.fields.forecast import MAKES_FIELDS, forecast_fields
from runbook_lib.review.fields.name_lists import is_ignored
from runbook_lib.survey.snapshot import Field, Snapshot

CANNOT_TELL = "cannot tell"
_TYPES = {
    "string": "string", "picklist": "string", "multipicklist": "string", "phone": "string", "email": "string",
    "reference": "string", "base64": "string", "int": "integer", "boolean": "boolean", "url": "url",
    "date": "date", "datetime": "datetime",
}  # fmt: skip


class Made(StrEnum):
    """What becomes of a field at Sync Fields."""

    NEW = "new"
    """A new field, for ever."""
    THERE = "there"
    """Its values go into a field that every Marketo has."""
    COMBINED = "combined"
    """It shares the new field of its namesake on the lead."""
    IGNORED = "ignored"
    """Marketo does not take it, though it is visible."""
    NONE = "none"
    """The object is synced without fields of its own being made."""


@dataclass(frozen=True)
class Making:
    """What Marketo will make of a field: ``name`` and ``type`` in Marketo, or ``cannot tell``; empty where
    nothing is made."""

    made: Made
    name: str = ""
    type: str = ""


def makings(snapshot: Snapshot) -> Mapping[str, Making]:
    """``Lead.Email`` → what Marketo makes of it, for every field that the sync user sees."""
    forecast = forecast_fields(snapshot)
    new = {field.full_name for field in forecast.new}
    leads = {field.name: field for field in snapshot.visible_fields() if field.object == "Lead"}
    return {each.full_name: _making(each, new, leads) for each in snapshot.visible_fields()}


def _making(field: Field, new: Iterable[str], leads: Mapping[str, Field]) -> Making:
    if is_ignored(field):
        return Making(Made.IGNORED)
    if field.object not in MAKES_FIELDS:
        return Making(Made.NONE)
    if field.full_name in new:
        # The label becomes the display name; what the name in the API will be, Adobe does not document.
        return Making(Made.NEW, field.label, type_in_marketo(field))
    if field.custom and field.object == "Contact" and field.name in leads:
        lead = leads[field.name]
        return Making(Made.COMBINED, lead.label, type_in_marketo(lead))
    return Making(Made.THERE, CANNOT_TELL, CANNOT_TELL)


def type_in_marketo(field: Field) -> str:
    """Marketo's type for it, where Adobe publishes one."""
    if field.encrypted:
        return CANNOT_TELL
    if field.type == "double":
        return "float" if field.scale else "integer"
    return _TYPES.get(field.type, CANNOT_TELL)
