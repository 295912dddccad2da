"""What happens to people in Marketo: somebody fills in a form, a smart campaign scores or corrects them.

Changed values wait in `marketo.changed` for the next cycle of the sync, which writes them back to Salesforce.
Source: Marketo, "SFDC Sync: Lead Sync" and "SFDC Sync: Contact Sync" (both are bidirectional).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database, literal, quoted
from runbook_lib.rehearsal.declarations import ChangeDeclaration
from runbook_lib.rehearsal.instance.field_types import InstanceField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.tables import stamp

ACTIVITIES = {"form": 2, "data value": 13, "score": 22}
"""Kind of change → number of the activity that it leaves. Source: Marketo REST API, "Activities"."""
OBJECTS = ("Lead", "Contact")
_CHANGING = "marketo.changing"


@dataclass(frozen=True)
class _NewValue:
    """A field, SQL for its new value over the person `p`, and what `$value` in it is."""

    field: InstanceField
    sql: str
    value: Any = None


class PeopleChanges:
    """Changes people as Marketo does."""

    def __init__(self, database: Database, clock: Clock, book: FieldBook) -> None:
        self._database, self._clock, self._book = database, clock, book

    def make(self, change: ChangeDeclaration) -> int:
        """Make one change and give how many people it meant. ValueError for what cannot be."""
        if change.kind not in ACTIVITIES or change.object not in OBJECTS:
            raise ValueError(f"a change is a {', '.join(ACTIVITIES)}, of {' or '.join(OBJECTS)}")
        values = self._new_values(change)
        if not values:
            raise ValueError("a change names what it sets, adds or copies")
        with self._database.transaction():
            self._choose(change)
            for value in values:
                self._write(value)
            self._log(change, values)
            return int(self._database.sql(f"SELECT count(*) FROM {_CHANGING}")[0][0])

    def _new_values(self, change: ChangeDeclaration) -> list[_NewValue]:
        """What a change says, in its order."""
        values = []
        for name, value in change.set.items():
            field = self._field(change.object, name)
            given = None if value == "" else value
            values.append(_NewValue(field, f"CAST($value AS {field.column_type})", given))
        for name, number in change.add.items():
            field = self._field(change.object, name)
            values.append(_NewValue(field, f"coalesce(p.{quoted(field.rest_name)}, 0) + $value", number))
        for name in change.copy:
            field = self._field(change.object, name)
            column = quoted(field.rest_name)
            last = f"(SELECT arg_max({column}, id) FROM marketo.person WHERE {_alive(change)})"
            values.append(_NewValue(field, last))
        return values

    def _field(self, object_name: str, name: str) -> InstanceField:
        field = self._book.mapping_of(object_name).get(name)
        if field is None:
            raise ValueError(f"{object_name}.{name} is not mapped")
        return field

    def _choose(self, change: ChangeDeclaration) -> None:
        """Write down who changes."""
        named = f"lower(email) = lower({literal(change.email)})" if change.email else "TRUE"
        some = "" if change.email else f"LIMIT {change.people:d} OFFSET {change.skip:d}"
        self._database.sql(
            f"CREATE OR REPLACE TABLE {_CHANGING} AS SELECT id FROM marketo.person "
            f"WHERE {_alive(change)} AND {named} ORDER BY id {some}"
        )

    def _write(self, new: _NewValue) -> None:
        """Give the field its new value, and write down who had another."""
        column, given = quoted(new.field.rest_name), {"value": new.value} if "$value" in new.sql else {}
        chosen = f"p.id IN (SELECT id FROM {_CHANGING})"
        self._database.sql(
            f"INSERT INTO marketo.changed SELECT p.id, {literal(new.field.rest_name)} "
            f"FROM marketo.person AS p WHERE {chosen} AND p.{column} IS DISTINCT FROM ({new.sql})",
            given,
        )
        now = f"TIMESTAMP {literal(stamp(self._clock.now()).isoformat())}"
        self._database.sql(
            f'UPDATE marketo.person AS p SET {column} = {new.sql}, "updatedAt" = {now} WHERE {chosen}', given
        )

    def _log(self, change: ChangeDeclaration, values: list[_NewValue]) -> None:
        self._database.sql(
            "INSERT INTO marketo.activity SELECT (SELECT coalesce(max(id), 0) FROM marketo.activity)"
            f" + row_number() OVER (ORDER BY id), id, $now, $kind, $fields FROM {_CHANGING}",
            {
                "now": stamp(self._clock.now()),
                "kind": ACTIVITIES[change.kind],
                "fields": ", ".join(value.field.display_name for value in values),
            },
        )


def _alive(change: ChangeDeclaration) -> str:
    """SQL: people who are that in Salesforce."""
    return f'"sfdcType" = {literal(change.object)} AND NOT coalesce("sfdcIsDeleted", FALSE)'
