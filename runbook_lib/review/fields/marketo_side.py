"""What Marketo will make of a field, and of what type.

The only types that Adobe publishes are those of program-member custom fields; for all others the answer is
"cannot tell". Sources: Marketo documentation, "Program Member Custom Field Sync", "Default Salesforce Field
Mapping", "Edit Initial Field Mappings".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.review.fields.forecast import outcomes
from runbook_lib.review.fields.made import POSSIBLE, Made
from runbook_lib.survey.snapshot import Field, Snapshot

CANNOT_TELL = "cannot tell"
_TYPES = {
    "string": "string", "picklist": "string", "multipicklist": "string", "phone": "string", "email": "string",
    "reference": "string", "base64": "string", "int": "integer", "boolean": "boolean", "url": "url",
    "date": "date", "datetime": "datetime",
}  # fmt: skip


@dataclass(frozen=True)
class Making:
    """What Marketo will make of a field: ``name`` and ``type`` in Marketo, or ``cannot tell``; empty where
    nothing is made."""

    made: Made
    name: str = ""
    type: str = ""


def makings(snapshot: Snapshot) -> Mapping[str, Making]:
    """``Lead.Email`` → what Marketo makes of it, for every field that the sync user sees."""
    by_field = outcomes(snapshot)
    leads = {field.name: field for field in snapshot.visible_fields() if field.object == "Lead"}
    return {
        field.full_name: _making(field, by_field[field.full_name], leads)
        for field in snapshot.visible_fields()
    }


def _making(field: Field, made: Made, leads: Mapping[str, Field]) -> Making:
    if made is Made.THERE:
        return Making(made, CANNOT_TELL, CANNOT_TELL)
    if made is Made.COMBINED:
        lead = leads[field.name]
        return Making(made, lead.label, type_in_marketo(lead))
    if made is Made.NEW or made in POSSIBLE:
        return Making(made, field.label, type_in_marketo(field))  # the label becomes the display name
    return Making(made)


def type_in_marketo(field: Field) -> str:
    """Marketo's type for it, where Adobe publishes one."""
    if field.encrypted:
        return CANNOT_TELL
    if field.type == "double":
        return "float" if field.scale else "integer"
    return _TYPES.get(field.type, CANNOT_TELL)
