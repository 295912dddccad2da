"""Stub: signatures first, the body follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.errors import SalesforceRefused
from runbook_lib.systems.login import Session
from runbook_lib.systems.transport import Transport


@dataclass(frozen=True)
class Identity:
    """Who is asking, in which org."""

    user_id: str
    username: str
    org_id: str
    org_name: str
    organization_type: str
    is_sandbox: bool
    instance_name: str


@dataclass(frozen=True)
class QueryAnswer:
    """The answer to one query of a batch."""

    total: int
    records: list[dict[str, Any]]


@dataclass(frozen=True)
class RecordResult:
    """What became of one record of a collection call."""

    id: str | None
    success: bool
    code: str | None
    message: str
    fields: tuple[str, ...]


class SalesforceReader:
    """Reads; has no method that writes."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self.session = session

    def identity(self) -> Identity:
        raise NotImplementedError

    def describe_global(self) -> dict[str, Any]:
        raise NotImplementedError

    def describe(self, name: str) -> dict[str, Any]:
        raise NotImplementedError

    def query(self, soql: str) -> list[dict[str, Any]]:
        raise NotImplementedError

    def count(self, soql: str) -> int:
        raise NotImplementedError

    def tooling_query(self, soql: str) -> list[dict[str, Any]]:
        raise NotImplementedError

    def limits(self) -> dict[str, Any]:
        raise NotImplementedError

    def lead_convert_settings(self) -> dict[str, Any]:
        raise NotImplementedError

    def composite_queries(self, queries: Sequence[str]) -> list[QueryAnswer | SalesforceRefused]:
        raise NotImplementedError

    def bulk_query(self, soql: str) -> Iterator[dict[str, str]]:
        raise NotImplementedError


class SalesforceWriter:
    """Writes; made from a reader."""

    def __init__(self, reader: SalesforceReader) -> None:
        self.reader = reader

    def create(self, object_name: str, values: dict[str, Any]) -> str:
        raise NotImplementedError

    def update(self, object_name: str, record_id: str, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def delete(self, object_name: str, record_id: str) -> None:
        raise NotImplementedError

    def create_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        raise NotImplementedError

    def update_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        raise NotImplementedError

    def delete_many(self, record_ids: Sequence[str]) -> list[RecordResult]:
        raise NotImplementedError

    def create_custom_field(self, full_name: str, metadata: dict[str, Any]) -> str:
        raise NotImplementedError

    def update_lead_convert_settings(self, settings: dict[str, Any]) -> None:
        raise NotImplementedError
