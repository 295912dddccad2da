"""Marketo's own mapping of standard fields, from ``defaults.toml``: it is fixed, and shown to be read.

Source: Marketo documentation, "Default Salesforce Field Mapping": which fields of Salesforce go into which
field that every Marketo has; and "Edit Initial Field Mappings": "Standard field mappings cannot be modified".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import Field, Snapshot


@dataclass(frozen=True)
class FixedMapping:
    """A field of Marketo and the standard Lead and Contact fields that fill it; ``None``: the sync user sees
    none. ``marketo`` is empty where the documentation does not tell the name."""

    marketo: str
    lead: Field | None
    contact: Field | None


def is_mapped_by_default(object_name: str, field_name: str) -> bool:
    """Whether this field goes into one that every Marketo has."""
    return field_name.lower() in _names()[object_name]


def fixed_mappings(snapshot: Snapshot) -> tuple[FixedMapping, ...]:
    """The fixed mappings of the Lead and Contact fields that the sync user sees, by Marketo's names.

    A Lead and a Contact field stand together where both fill one Marketo field; where Marketo's name is not
    told, where they have one name.
    """
    sides_by_name: dict[str, dict[str, Field]] = {}
    for field in snapshot.visible_fields():
        if field.object not in ("Lead", "Contact"):
            continue
        if is_mapped_by_default(field.object, field.name) or field.name.lower().startswith(MARKETO_PREFIX):
            marketo = _names()[field.object].get(field.name.lower(), "")
            sides_by_name.setdefault(marketo or f" {field.name}", {})[field.object] = field
    return tuple(
        FixedMapping("" if name.startswith(" ") else name, sides.get("Lead"), sides.get("Contact"))
        for name, sides in sorted(sides_by_name.items(), key=lambda item: (item[0].startswith(" "), item[0]))
    )


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """Object → its fields in lower case → the name of the field in Marketo."""
    text = (files(__package__) / "defaults.toml").read_text(encoding="utf-8")
    return {
        name: {field.lower(): marketo for field, marketo in fields.items()}
        for name, fields in tomllib.loads(text).items()
    }
