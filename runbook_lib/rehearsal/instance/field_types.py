"""What a field is: on the Salesforce side as the sync user sees it, on the Marketo side as the APIs tell it.

Sources: Marketo, "Field Types", "Program Member Custom Field Sync" (no other mapping of types is published).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERSON, COMPANY, OPPORTUNITY = "person", "company", "opportunity"
RECORD_OF_OBJECT = {"Lead": PERSON, "Contact": PERSON, "Account": COMPANY, "Opportunity": OPPORTUNITY}
"""The objects whose fields *Sync Fields* creates, and the Marketo record that receives them."""

LONGEST_STRING = 255
"""Characters in a Marketo String. Source: Marketo, "Field Types"."""

_DATA_TYPE = {
    "boolean": "boolean",
    "currency": "currency",
    "date": "date",
    "datetime": "datetime",
    "email": "email",
    "int": "integer",
    "long": "integer",
    "percent": "percent",
    "phone": "phone",
    "reference": "reference",
    "textarea": "text",
    "url": "url",
}
_COLUMN_TYPE = {
    "boolean": "BOOLEAN",
    "currency": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "float": "DOUBLE",
    "integer": "BIGINT",
    "percent": "DOUBLE",
    "score": "BIGINT",
}


@dataclass(frozen=True)
class CrmField:
    """One Salesforce field as the sync user sees it."""

    object_name: str
    name: str
    label: str
    type: str
    length: int
    scale: int
    custom: bool

    @classmethod
    def of_describe(cls, object_name: str, field: Mapping[str, Any]) -> CrmField:
        """The part of a describe's field that Marketo cares about."""
        return cls(
            object_name,
            field["name"],
            field["label"],
            field["type"],
            int(field["length"]),
            int(field["scale"]),
            bool(field["custom"]),
        )

    @property
    def key(self) -> tuple[str, str]:
        """Object and field name."""
        return self.object_name, self.name

    @property
    def data_type(self) -> str:
        """Marketo's type for it."""
        if self.type == "double":
            return "float" if self.scale else "integer"
        return _DATA_TYPE.get(self.type, "string")


@dataclass(frozen=True)
class InstanceField:
    """One field of a person, company or opportunity in Marketo."""

    field_id: int
    rest_name: str
    soap_name: str
    display_name: str
    data_type: str
    length: int | None
    record: str
    updateable: bool
    searchable: bool
    origin: tuple[str, str] | None = None
    """The Salesforce field it was made from, or None for a field that every instance has."""

    @property
    def column_type(self) -> str:
        """The DuckDB type that stores it."""
        return _COLUMN_TYPE.get(self.data_type, "VARCHAR")

    @property
    def key(self) -> tuple[str, str]:
        """Its name space and its REST name in lower case: what it is known by."""
        return name_space(self.record), self.rest_name.lower()


def name_space(record: str) -> str:
    """People and companies share one name space, opportunities have their own."""
    return OPPORTUNITY if record == OPPORTUNITY else PERSON
