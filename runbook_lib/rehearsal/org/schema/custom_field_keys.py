"""What the metadata of a custom field may say: the keys that the rehearsal reads, or keeps and tells again.

The others of the Metadata API (a controlling field, a global value set, a roll-up, a filter of a lookup)
would change how the field behaves, so they are refused. Source: Metadata API, CustomField and ValueSet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook_lib.rehearsal.declared import unread

KEYS = {
    "": (
        "caseSensitive", "defaultValue", "deleteConstraint", "description", "displayFormat", "externalId",
        "formula", "formulaTreatBlanksAs", "fullName", "inlineHelpText", "label", "length", "maskChar",
        "maskType", "precision", "referenceTo", "relationshipLabel", "relationshipName", "relationshipOrder",
        "required", "reparentableMasterDetail", "scale", "startingNumber", "trackFeedHistory", "trackHistory",
        "trackTrending", "type", "unique", "valueSet", "visibleLines", "writeRequiresMasterRead",
    ),
    "valueSet": ("restricted", "valueSetDefinition"),
    "valueSetDefinition": ("sorted", "value"),
    "value": ("default", "fullName", "label", "valueName"),
}  # fmt: skip
"""Key of an inner part, empty for the whole → the keys below it."""


def unread_key(metadata: Mapping[str, Any]) -> str | None:
    """The first key, anywhere in the metadata, that nobody reads. One without a value says nothing."""
    return next(_unread("", metadata), None)


def _unread(part: str, data: Mapping[str, Any]) -> Iterator[str]:
    said = {name: value for name, value in data.items() if value is not None}
    if (name := unread(said, KEYS[part])) is not None:
        yield name
    for name in KEYS.keys() & said.keys():
        inner = said[name] if isinstance(said[name], list) else [said[name]]
        for entry in inner:
            if isinstance(entry, Mapping):
                yield from _unread(name, entry)
