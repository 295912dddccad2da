"""The REST API's view of people: what fields there are, and people by filter.

Sources: Marketo REST API, "Leads", "Lead Database"; swagger-mapi.json (LeadAttribute, LeadAttribute2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.field_types import COMPANY, PERSON, InstanceField
from runbook_lib.rehearsal.marketo.envelope import (
    MOST_MATCHES,
    RestError,
    batch_size,
    listed,
    page_after,
    page_start,
    records,
    required,
    wanted_values,
)

DEFAULT_FIELDS = ("id", "firstName", "lastName", "email", "updatedAt", "createdAt")


def describe(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`leads/describe.json`: the older form, the only one with the number of a field."""
    return {"result": [_attribute(field) for field in instance.fields.of(PERSON, COMPANY)]}


def _attribute(field: InstanceField) -> dict[str, Any]:
    names = {"rest": field.rest_name, "soap": field.soap_name}
    return {
        "id": field.field_id,
        "displayName": field.display_name,
        "dataType": field.data_type,
        **_length(field),
        **{api: {"name": name, "readOnly": not field.updateable} for api, name in names.items()},
    }


def partitions(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`leads/partitions.json`: the partitions that the API user's workspaces have."""
    names = enumerate(instance.partitions, start=1)
    return {"result": [{"id": number, "name": name, "description": ""} for number, name in names]}


def describe2(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`leads/describe2.json`: with what can be filtered by and what the CRM manages."""
    fields, managed = instance.fields.of(PERSON, COMPANY), instance.fields.managed()
    return {
        "result": [
            {
                "name": "API Lead",
                "searchableFields": [[field.rest_name] for field in fields if field.searchable],
                "fields": [
                    {
                        "name": field.rest_name,
                        "displayName": field.display_name,
                        "dataType": field.data_type,
                        **_length(field),
                        "updateable": field.updateable,
                        "crmManaged": field.key in managed,
                    }
                    for field in fields
                ],
            }
        ]
    }


def _length(field: InstanceField) -> dict[str, int]:
    return {} if field.length is None else {"length": field.length}


def by_filter(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`leads.json`: people whose `filterType` is one of `filterValues`; a field without a value is null."""
    key = _filter_field(instance, required(params, "filterType"))
    values = wanted_values(params)
    fields = _wanted_fields(instance, params)
    size = batch_size(params)
    start = page_start(params)
    people = _people(instance, key, values, fields)
    if len(people) > MOST_MATCHES:
        raise RestError("1003", "Too many results match the filter")
    page = people[start : start + size]
    more = page_after(start + size) if start + size < len(people) else {}
    return {"result": records([field.rest_name for field in fields], page), **more}


def by_id(instance: Instance, params: Mapping[str, str]) -> dict[str, Any]:
    """`lead/{id}.json`: one person, or nobody."""
    key = instance.fields.find(PERSON, "id")
    assert key is not None
    fields = _wanted_fields(instance, params)
    return {
        "result": records(
            [field.rest_name for field in fields], _people(instance, key, [params["id"]], fields)
        )
    }


def _filter_field(instance: Instance, name: str) -> InstanceField:
    field = instance.fields.find(PERSON, name)
    if field is None or field.record not in (PERSON, COMPANY):
        raise RestError("1003", f"Invalid filterType '{name}'")
    if not field.searchable:
        raise RestError("1011", f"Field '{name}' not supported")
    return field


def _wanted_fields(instance: Instance, params: Mapping[str, str]) -> list[InstanceField]:
    names = listed(params.get("fields", ""))
    fields = []
    for name in dict.fromkeys(("id", *names) if names else DEFAULT_FIELDS):
        field = instance.fields.find(PERSON, name)
        if field is None:
            raise RestError("1006", f"Field '{name}' not found")
        fields.append(field)
    return fields


def _people(
    instance: Instance, key: InstanceField, values: list[str], fields: list[InstanceField]
) -> list[tuple[Any, ...]]:
    """The people found, by id; at most one more than may be told. Text is compared without regard to case."""
    columns = ", ".join(_expression(field) for field in fields)
    return instance.database.sql(
        f"SELECT {columns} FROM marketo.person AS p LEFT JOIN marketo.company AS c"
        ' ON c."externalCompanyId" = p."sfdcAccountId"'
        f" WHERE lower(CAST({_expression(key)} AS VARCHAR)) IN (SELECT lower(unnest(?::VARCHAR[])))"
        f' ORDER BY p."id" LIMIT {MOST_MATCHES + 1}',
        (values,),
    )


def _expression(field: InstanceField) -> str:
    """A person's value; what belongs to the company comes from there, or was typed in with the person."""
    column = quoted(field.rest_name)
    if field.record != COMPANY:
        return f"p.{column}"
    return f"coalesce(c.{column}, p.{column})" if field.origin is None else f"c.{column}"
