"""The Marketo instance at one moment, as its REST API shows it. Pure data; a part of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.survey.model.unknown import Unknown


class Lock(StrEnum):
    """Whether the Marketo instance is tied to a CRM, read off ``opportunities/roles/describe``."""

    FREE = "free"
    TIED = "tied"


@dataclass(frozen=True)
class PersonField:
    """A field of Marketo's person, from ``describe2``."""

    name: str
    label: str
    type: str
    length: int = 0
    updateable: bool = True
    crm_managed: bool = False


@dataclass(frozen=True)
class MarketoState:
    """The Marketo instance as its REST API shows it to the API user."""

    munchkin_id: str
    api_user: str
    fields: tuple[PersonField, ...]
    lock: Lock | Unknown
