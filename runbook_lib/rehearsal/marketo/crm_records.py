"""The REST API's view of companies, opportunities, their roles and sales persons.

With a native CRM sync they are read-only, and roles are not available at all: error 1018.
Sources: Marketo REST API, "Companies", "Opportunities", "Opportunity Roles", "Sales Persons", "Error Codes".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.field_types import COMPANY, OPPORTUNITY
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.marketo.envelope import (
    RestError,
    batch_size,
    listed,
    page_after,
    page_start,
    records,
    required,
    wanted_values,
)

Column = tuple[str, str, str, int | None, bool]
"""REST name, display name, type, length, updateable."""
Handler = Callable[[Instance, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class RecordType:
    """One kind of record of the API."""

    name: str
    table: str
    id_field: str
    dedupe_fields: tuple[str, ...]
    searchable: tuple[str, ...]
    columns: Callable[[FieldBook], list[Column]]
    with_crm: bool = True
    """Whether it can be read while a native CRM sync is on."""

    def describe(self, instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
        """`{type}/describe.json`."""
        self._require_access(instance)
        started = "2019-02-11T08:00:00Z"
        return {
            "result": [
                {
                    "name": self.name,
                    "displayName": self.name,
                    "createdAt": started,
                    "updatedAt": started,
                    "idField": self.id_field,
                    "dedupeFields": list(self.dedupe_fields),
                    "searchableFields": [[name] for name in self.searchable],
                    "fields": [_described(column) for column in self._all_columns(instance)],
                }
            ]
        }

    def by_filter(self, instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
        """`{type}.json`: records whose `filterType` is one of `filterValues`."""
        self._require_access(instance)
        key = self._filter_column(required(params, "filterType"))
        fields = self._wanted(instance, params)
        size = batch_size(params)
        start = page_start(params)
        rows = instance.database.sql(
            f"SELECT {', '.join(map(quoted, fields))} FROM marketo.{self.table}"
            f" WHERE lower(CAST({quoted(key)} AS VARCHAR)) IN (SELECT lower(unnest(?::VARCHAR[])))"
            f" ORDER BY {quoted(self.id_field)} LIMIT {size + 1} OFFSET {start}",
            (wanted_values(params),),
        )
        result = [{"seq": seq, **record} for seq, record in enumerate(records(fields, rows[:size]))]
        more = page_after(start + size) if len(rows) > size else {}
        return {"result": result, **more}

    def _require_access(self, instance: Instance) -> None:
        if instance.crm.is_locked and not self.with_crm:
            raise RestError("1018", "CRM Enabled")

    def _all_columns(self, instance: Instance) -> list[Column]:
        system: Column = (self.id_field, "Marketo GUID", "string", 36, False)
        if self.id_field == "id":
            system = ("id", "Id", "integer", None, False)
        return [system, *self.columns(instance.fields)]

    def _filter_column(self, name: str) -> str:
        if name == "idField":
            return self.id_field
        if name == "dedupeFields" and len(self.dedupe_fields) == 1:
            return self.dedupe_fields[0]
        for known in self.searchable:
            if known.lower() == name.lower():
                return known
        raise RestError("1003", f"Invalid filterType '{name}'")

    def _wanted(self, instance: Instance, params: Mapping[str, str]) -> list[str]:
        known = {name.lower(): name for name, *_ in self._all_columns(instance)}
        names = listed(params.get("fields", ""))
        for name in names:
            if name.lower() not in known:
                raise RestError("1006", f"Field '{name}' not found")
        default = [self.id_field, *self.dedupe_fields, *({"createdat", "updatedat"} & set(known))]
        return list(
            dict.fromkeys(known[name.lower()] for name in ([self.id_field, *names] if names else default))
        )


def _described(column: Column) -> dict[str, Any]:
    name, display_name, data_type, length, updateable = column
    measure = {} if length is None else {"length": length}
    return {
        "name": name,
        "displayName": display_name,
        "dataType": data_type,
        **measure,
        "updateable": updateable,
    }


def _columns_of(record: str, *extra: Column) -> Callable[[FieldBook], list[Column]]:
    def columns(book: FieldBook) -> list[Column]:
        return [
            *extra,
            *(
                (field.rest_name, field.display_name, field.data_type, field.length, field.updateable)
                for field in book.of(record)
            ),
        ]

    return columns


_STAMPS: tuple[Column, ...] = (
    ("createdAt", "Created At", "datetime", None, False),
    ("updatedAt", "Updated At", "datetime", None, False),
)

COMPANIES = RecordType(
    "Company",
    "company",
    "id",
    ("externalCompanyId",),
    ("externalCompanyId", "id", "company"),
    _columns_of(COMPANY, *_STAMPS),
)
OPPORTUNITIES = RecordType(
    "Opportunity",
    "opportunity",
    "marketoGUID",
    ("externalOpportunityId",),
    ("externalOpportunityId", "marketoGUID", "externalCompanyId"),
    _columns_of(OPPORTUNITY),
)
ROLES = RecordType(
    "Opportunity Role",
    "opportunity_role",
    "marketoGUID",
    ("externalOpportunityId", "leadId", "role"),
    ("externalOpportunityId", "leadId", "marketoGUID"),
    lambda book: [
        ("externalOpportunityId", "External Opportunity Id", "string", 50, False),
        ("leadId", "Lead Id", "integer", None, False),
        ("role", "Role", "string", 50, False),
        ("isPrimary", "Is Primary", "boolean", None, True),
        ("externalCreatedDate", "External Created Date", "datetime", None, True),
    ],
    with_crm=False,
)
SALES_PERSONS = RecordType(
    "Sales Person",
    "sales_person",
    "id",
    ("externalSalesPersonId",),
    ("externalSalesPersonId", "id", "email"),
    lambda book: [
        *_STAMPS,
        ("externalSalesPersonId", "External Sales Person Id", "string", 255, False),
        ("email", "Email Address", "email", 255, True),
        ("firstName", "First Name", "string", 255, True),
        ("lastName", "Last Name", "string", 255, True),
        ("title", "Job Title", "string", 255, True),
        ("phone", "Phone Number", "phone", 255, True),
    ],
)
