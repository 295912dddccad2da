"""A field and the access to an object, as Salesforce describes them. Pure data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field of one object, as a describe tells. Lengths in characters, 0 where the type has none.

    ``defaulted``: Salesforce fills it when a record is made without a value.
    """

    object: str
    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    custom: bool = False
    calculated: bool = False
    encrypted: bool = False
    createable: bool = False
    updateable: bool = False
    nillable: bool = True
    defaulted: bool = False
    permissionable: bool = False
    compound: str = ""
    picklist: tuple[str, ...] = ()
    restricted_picklist: bool = False
    refers_to: tuple[str, ...] = ()
    rich_text: bool = False
    aggregatable: bool = False
    filterable: bool = False
    groupable: bool = False

    @property
    def full_name(self) -> str:
        """``Lead.Email``."""
        return f"{self.object}.{self.name}"


@dataclass(frozen=True)
class ObjectAccess:
    """What a user may do with the records of one object."""

    read: bool
    create: bool
    edit: bool
    delete: bool


NO_ACCESS = ObjectAccess(read=False, create=False, edit=False, delete=False)
