"""The imitation of a Salesforce org: its state and rules, apart from HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .clock import Clock
from .faults import LoginFault, OrgFault
from .login import LoginHost, Session
from .world import World

__all__ = ["LoginFault", "LoginHost", "Org", "OrgFault", "QueryResult", "Session"]


class QueryResult:
    """The answer to one SOQL query, kept on the server and handed out in pages.

    `columns` are the paths as selected ("Id", "Owner.Name", "expr0"); `total` is Salesforce's totalSize.
    """

    object_name: str
    columns: tuple[str, ...]
    total: int
    is_count: bool          # SELECT COUNT() FROM …: total is the answer, there are no rows

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every record, as Salesforce's JSON has it (with `attributes`)."""
        raise NotImplementedError

    def page(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The records start … stop-1, as `rows`."""
        raise NotImplementedError

    def cells(self, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """The same rows flat, one value per column, values as in the JSON (for CSV)."""
        raise NotImplementedError


class Org:
    """One Salesforce org."""

    def __init__(
        self, world: World, clock: Clock, people: int | None = None, schema_folder: Path | None = None
    ) -> None:
        self.world = world
        self.clock = clock

    # log in ----------------------------------------------------------------------------------------
    def log_in(  # raises LoginFault; leaves a LoginHistory row
        self, username: str, password_and_token: str, host: LoginHost, api_version: float, source_ip: str,
        api_type: str = "SOAP Partner",
    ) -> Session:
        raise NotImplementedError

    def session(self, session_id: str) -> Session:  # OrgFault 401 INVALID_SESSION_ID
        raise NotImplementedError

    def expire_sessions(self) -> None:
        raise NotImplementedError

    # describe ---------------------------------------------------------------------------------------
    def describe(self, user_id: str, object_name: str) -> dict[str, Any]:
        raise NotImplementedError

    def describe_global(self, user_id: str) -> dict[str, Any]:
        raise NotImplementedError

    def visible_fields(self, user_id: str, object_name: str) -> list[dict[str, Any]]:
        raise NotImplementedError

    # data -------------------------------------------------------------------------------------------
    def query(self, user_id: str, soql: str) -> QueryResult:
        raise NotImplementedError

    def query_all(self, user_id: str, soql: str) -> QueryResult:  # with deleted records
        raise NotImplementedError

    def tooling_query(self, user_id: str, soql: str) -> QueryResult:
        raise NotImplementedError

    def create(self, user_id: str, object_name: str, values: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def read(
        self, user_id: str, object_name: str, record_id: str, fields: Sequence[str] | None = None
    ) -> dict[str, Any]:
        raise NotImplementedError

    def update(self, user_id: str, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def delete(self, user_id: str, object_name: str, record_id: str) -> None:
        raise NotImplementedError

    def set_password(self, user_id: str, whose_id: str, password: str) -> None:
        raise NotImplementedError

    # metadata ---------------------------------------------------------------------------------------
    def create_custom_field(self, user_id: str, full_name: str, metadata: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def read_custom_field(self, user_id: str, field_id_or_full_name: str) -> dict[str, Any]:
        raise NotImplementedError

    def update_custom_field(
        self, user_id: str, field_id_or_full_name: str, metadata: Mapping[str, Any]
    ) -> None:
        raise NotImplementedError

    def delete_custom_field(self, user_id: str, field_id_or_full_name: str) -> None:
        raise NotImplementedError

    def lead_convert_settings(self, user_id: str) -> list[tuple[str, str, str]]:
        """(inputField, outputObject, outputField) of every mapping."""
        raise NotImplementedError

    def update_lead_convert_settings(self, user_id: str, mappings: Sequence[tuple[str, str, str]]) -> None:
        raise NotImplementedError

    # limits -----------------------------------------------------------------------------------------
    def limits(self, user_id: str) -> dict[str, dict[str, int]]:
        raise NotImplementedError

    def count_call(self) -> None:  # OrgFault 403 REQUEST_LIMIT_EXCEEDED
        raise NotImplementedError

    def api_calls_today(self) -> int:
        raise NotImplementedError
