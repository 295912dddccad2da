"""The SQL of the sync: from an org table, as the sync user sees it, to a table of the instance.

Everything is set-based, so that a million people take seconds. Names come from the org and are hostile input:
every identifier is quoted, every value is a parameter or generated here. $until is also the present moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from runbook_lib.rehearsal.database import literal, quoted
from runbook_lib.rehearsal.instance.field_types import LONGEST_STRING, CrmField, InstanceField

LONGEST_TEXT_BYTES = 30_000
"""Bytes in a Marketo Text Area. Source: Marketo, "Field Types"."""

EMAIL_PATTERN = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$"


@dataclass(frozen=True)
class ValueFault:
    """A way in which a value does not fit Marketo: SQL condition over `s`, and what Marketo says."""

    condition: str
    details: str


@dataclass(frozen=True)
class Copy:
    """One object's way from Salesforce into one table of the instance."""

    object_name: str
    table: str
    key: str
    """Column of `table` that holds the record's Salesforce id."""
    values: Mapping[str, str]
    """Column of `table` → SQL expression over the org row `s`."""
    only_new: Mapping[str, str] = field(default_factory=dict)
    """The same for columns that are written once, when the record is new."""
    condition: str = "TRUE"
    """Which org rows are meant at all."""
    faults: tuple[ValueFault, ...] = ()
    """The ways in which one of them may not fit Marketo."""

    @property
    def wrong(self) -> str:
        """The SQL condition that a record does not fit."""
        return " OR ".join(f"coalesce({fault.condition}, FALSE)" for fault in self.faults) or "FALSE"

    def of_rows(self, conditions: Iterable[str]) -> Copy:
        """The same of fewer rows: those that meet these SQL conditions over `s`, too."""
        return replace(
            self, condition=" AND ".join(f"({condition})" for condition in (self.condition, *conditions))
        )

    @property
    def source(self) -> str:
        """The org table."""
        return f"org.{quoted(self.object_name)} AS s"

    def remember_known(self) -> str:
        """SQL that notes which records are in Marketo before an insert: once, not for every slice."""
        key = quoted(self.key)
        return (
            f"CREATE OR REPLACE TABLE marketo.known AS SELECT {key} FROM marketo.{self.table}"
            f" WHERE {key} IS NOT NULL"
        )

    def insert(self, first_row: int, last_row: int) -> str:
        """SQL for the records among these rows of the org's table that are new; parameters: $since, $until.

        Rows are taken in slices so that nobody else waits long for the database.
        """
        columns = {**self.values, **self.only_new}
        names = ", ".join(quoted(name) for name in columns)
        return (
            f"INSERT INTO marketo.{self.table} ({names})"
            f" SELECT {', '.join(columns.values())} FROM {self.source}"
            f" WHERE s.rowid BETWEEN {first_row:d} AND {last_row:d}"
            f' AND {self._changed()} AND NOT ({self.wrong}) AND s."Id" NOT IN (FROM marketo.known)'
        )

    def update(self) -> str:
        """SQL for all changed records that are in Marketo already; parameters: $since, $until."""
        changes = ", ".join(f"{quoted(name)} = {value}" for name, value in self.values.items())
        return (
            f"UPDATE marketo.{self.table} AS t SET {changes} FROM {self.source}"
            f' WHERE t.{quoted(self.key)} = s."Id" AND {self._changed()} AND NOT ({self.wrong})'
        )

    def count(self) -> str:
        """SQL for how many records changed; parameters: $since, $until."""
        return f"SELECT count(*) FROM {self.source} WHERE {self._changed()}"

    def failures(self) -> str:
        """SQL for the ids of changed records that cannot be stored, and why; parameters: $since, $until."""
        why = " ".join(f"WHEN {fault.condition} THEN {literal(fault.details)}" for fault in self.faults)
        return (
            f'SELECT s."Id", CASE {why} END FROM {self.source}'
            f" WHERE {self._changed()} AND ({self.wrong}) ORDER BY 1"
        )

    def _changed(self) -> str:
        return f's."SystemModstamp" > $since AND s."SystemModstamp" <= $until AND ({self.condition})'


def value_of(source: CrmField, target: InstanceField) -> str:
    """The org's value in the type of the Marketo field."""
    column = f"s.{quoted(source.name)}"
    if source.type == "encryptedstring":
        return f"repeat('*', length({column}))"
    return f"TRY_CAST({column} AS {target.column_type})"


def faults_of(pairs: Iterable[tuple[CrmField, InstanceField]]) -> tuple[ValueFault, ...]:
    """Every way in which these fields can fail; fields that cannot fail are left out."""
    faults = []
    for source, target in pairs:
        column = f"s.{quoted(source.name)}"
        if target.data_type == "email":
            faults.append(
                ValueFault(
                    f"{column} IS NOT NULL AND NOT regexp_matches({column}, '{EMAIL_PATTERN}')",
                    f"Invalid email address in field {source.name}",
                )
            )
        longest = target.length or LONGEST_STRING
        if target.column_type == "VARCHAR" and target.data_type != "text" and source.length > longest:
            faults.append(
                ValueFault(
                    f"length({column}) > {longest}",
                    f"Value too long for field {source.name} (max {longest} characters)",
                )
            )
        if target.data_type == "text" and source.length * 4 > LONGEST_TEXT_BYTES:
            faults.append(
                ValueFault(
                    f"strlen({column}) > {LONGEST_TEXT_BYTES}",
                    f"Value too long for field {source.name} (max {LONGEST_TEXT_BYTES} bytes)",
                )
            )
    return tuple(faults)
