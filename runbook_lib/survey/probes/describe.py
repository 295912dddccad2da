"""From the JSON of a Salesforce describe to our fields.

Source of the key names: recorded describes of v48.0 to v65.0; 57 keys per field, always all present.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.survey.snapshot import Field


def fields_of(describe: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of one object, in the describe's order; ``KeyError`` where a key is missing."""
    return tuple(field_of(describe["name"], field) for field in describe["fields"])


def field_of(object_name: str, data: Mapping[str, Any]) -> Field:
    """One field of ``object_name``; ``length`` in characters, inactive picklist values left out."""
    return Field(
        object=object_name,
        name=data["name"],
        label=data["label"],
        type=data["type"],
        length=data["length"] or 0,
        precision=data["precision"] or 0,
        scale=data["scale"] or 0,
        custom=data["custom"],
        calculated=data["calculated"],
        encrypted=data["encrypted"],
        createable=data["createable"],
        updateable=data["updateable"],
        nillable=data["nillable"],
        defaulted=data["defaultedOnCreate"],
        permissionable=data["permissionable"],
        compound=_compound(data),
        picklist=tuple(str(choice["value"]) for choice in data["picklistValues"] or () if choice["active"]),
        restricted_picklist=data["restrictedPicklist"],
        refers_to=tuple(data["referenceTo"] or ()),
        rich_text=bool(data["htmlFormatted"]) and data["type"] == "textarea",
        aggregatable=data["aggregatable"],
        filterable=data["filterable"],
        groupable=data["groupable"],
    )


def _compound(data: Mapping[str, Any]) -> str:
    """The compound field this one is a part of; a compound (``Name``) may name itself and is no part."""
    name = data["compoundFieldName"] or ""
    return "" if name == data["name"] else name
