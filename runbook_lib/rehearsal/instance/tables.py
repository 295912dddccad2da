"""The tables of the Marketo instance: schema `marketo` of the rehearsal's database."""

from __future__ import annotations

from datetime import UTC, datetime

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.instance.field_types import COMPANY, OPPORTUNITY, PERSON, InstanceField
from runbook_lib.rehearsal.instance.fields import FieldBook

TABLES = """
CREATE SCHEMA IF NOT EXISTS marketo;
CREATE TABLE marketo.opportunity_role (
    "marketoGUID" VARCHAR, "externalOpportunityId" VARCHAR, "externalRoleId" VARCHAR, "leadId" BIGINT,
    "role" VARCHAR, "isPrimary" BOOLEAN, "externalCreatedDate" TIMESTAMP);
CREATE TABLE marketo.sales_person (
    "id" BIGINT, "externalSalesPersonId" VARCHAR, "email" VARCHAR, "firstName" VARCHAR,
    "lastName" VARCHAR, "title" VARCHAR, "phone" VARCHAR, "createdAt" TIMESTAMP, "updatedAt" TIMESTAMP);
CREATE TABLE marketo.linked (object_name VARCHAR, sfdc_id VARCHAR);
CREATE TABLE marketo.activity (
    id BIGINT, lead_id BIGINT, happened_at TIMESTAMP, type_id INTEGER, primary_value VARCHAR);
CREATE TABLE marketo.changed (person_id BIGINT, field VARCHAR);
CREATE TABLE marketo.sync_status (
    started_at TIMESTAMP, ended_at TIMESTAMP, object VARCHAR, operation VARCHAR, status VARCHAR,
    new BIGINT, updated BIGINT, deleted BIGINT, failed BIGINT, skipped BIGINT, place BIGINT);
CREATE TABLE marketo.sync_error (
    failed_at TIMESTAMP, error_type VARCHAR, object VARCHAR, marketo_id VARCHAR, sfdc_id VARCHAR,
    details VARCHAR, message VARCHAR);
"""


def stamp(moment: datetime) -> datetime:
    """A moment as the tables hold it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def create_tables(database: Database, book: FieldBook) -> None:
    """Make all tables, empty, with the fields that every instance has."""
    database.sql(TABLES)
    people = [*book.of(PERSON), *book.of(COMPANY)]
    for record, system, fields in (
        (PERSON, (), people),
        (COMPANY, ('"id" BIGINT', '"createdAt" TIMESTAMP', '"updatedAt" TIMESTAMP'), book.of(COMPANY)),
        (OPPORTUNITY, ('"marketoGUID" VARCHAR',), book.of(OPPORTUNITY)),
    ):
        columns = ", ".join([*system, *map(_column, fields)])
        database.sql(f"CREATE TABLE marketo.{record} ({columns})")


def add_column(database: Database, field: InstanceField) -> None:
    """Give a new field a column in the table of its record."""
    database.sql(f"ALTER TABLE marketo.{field.record} ADD COLUMN {_column(field)}")


def _column(field: InstanceField) -> str:
    return f"{quoted(field.rest_name)} {field.column_type}"
