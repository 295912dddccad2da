"""Stub: signatures first, the body follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport
from runbook_lib.systems.vault import Vault


class CrmLock(StrEnum):
    """What the roles describe tells about a native CRM sync."""

    ok = "ok"
    crm_locked = "crm_locked"
    not_permitted = "not_permitted"
    unavailable = "unavailable"
    unknown = "unknown"


@dataclass(frozen=True)
class RolesAnswer:
    """The answer of the roles describe, with what Adobe's support asks for."""

    state: CrmLock
    request_id: str
    codes: tuple[str, ...]


class MarketoReader:
    """Marketo's REST API, read-only by an allow-list of paths."""

    def __init__(self, transport: Transport, connection: Connection, vault: Vault) -> None:
        raise NotImplementedError

    @property
    def api_user(self) -> str:
        """The API-only user the token belongs to (the token's scope)."""
        raise NotImplementedError

    def describe(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def describe2(self) -> dict[str, Any]:
        """{"name", "searchableFields": [names], "fields": [...]}."""
        raise NotImplementedError

    def leads(self, filter_type: str, values: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def roles_describe(self) -> RolesAnswer:
        raise NotImplementedError

    def usage(self) -> int:
        """Calls of all users today."""
        raise NotImplementedError
