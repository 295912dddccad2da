"""The way back: what Marketo changed since the last cycle is written to the lead or contact in Salesforce.

Only changed values of mapped fields that anybody could write; Salesforce decides about each record by its own
rules. What it refuses becomes a row of Sync Errors, and is sent again when the person changes again.
Sources: Marketo, "SFDC Sync: Lead Sync" (validation rules are respected, failures are logged); wording of a
failure: Marketo Nation ba-p/336254.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runbook_lib.rehearsal.database import Database, literal, quoted
from runbook_lib.rehearsal.instance.field_types import InstanceField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.log import RECORD_LEVEL, SyncCounts
from runbook_lib.rehearsal.instance.sync.objects import LABELS
from runbook_lib.rehearsal.instance.tables import stamp
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.writes.batches import REFUSED, Batch

MOST_ERRORS = 1000
"""Refused records of one object that a cycle lists one by one."""
SYNC_UPDATES = 28
"""Number of the activity *Sync Lead Updates to SFDC*. Source: Marketo REST API, "Activities"."""
_PUSH = "marketo.push"


@dataclass(frozen=True)
class Push:
    """What goes back of one object in one cycle, at `moment`."""

    org: Org
    book: FieldBook
    object_name: str
    user_id: str
    moment: datetime

    def prepare(self) -> int:
        """Lay out the changed people with their new values, and give how many there are."""
        fields = self._fields()
        if not fields:
            return 0
        columns = (f"p.{quoted(field.rest_name)} AS {quoted(name)}" for name, field in fields.items())
        names = ", ".join(f"({literal(field.rest_name)}, {literal(name)})" for name, field in fields.items())
        self._database.sql(
            f'CREATE OR REPLACE TABLE {_PUSH} AS SELECT p.id AS person_id, p."sfdcId" AS "Id", c.changed, '
            f"{', '.join(columns)} FROM marketo.person AS p JOIN (SELECT person_id, list(DISTINCT m.name) AS "
            f"changed FROM marketo.changed JOIN (VALUES {names}) AS m(field, name) USING (field) "
            f'GROUP BY person_id) AS c ON p.id = c.person_id WHERE p."sfdcType" = $object',
            {"object": self.object_name},
        )
        return int(self._database.sql(f"SELECT count(*) FROM {_PUSH}")[0][0])

    def send(self) -> SyncCounts:
        """Write them to Salesforce, and write down what was refused."""
        batch = Batch(self.user_id, self.object_name, _PUSH, tuple(self._fields()), self.moment)
        accepted = self.org.batches.update(batch)
        self._database.sql(
            "INSERT INTO marketo.activity SELECT (SELECT coalesce(max(id), 0) FROM marketo.activity)"
            f" + row_number() OVER (ORDER BY person_id), person_id, $now, $kind, NULL FROM {_PUSH}",
            {"now": stamp(self.moment), "kind": SYNC_UPDATES},
        )
        self._database.sql(f"DELETE FROM marketo.changed WHERE person_id IN (SELECT person_id FROM {_PUSH})")
        return SyncCounts(updated=accepted, failed=self._tell_refused())

    @property
    def _database(self) -> Database:
        return self.org.database

    def _fields(self) -> dict[str, InstanceField]:
        """Salesforce's name → Marketo's field, of what was changed and is not closed to everybody."""
        changed = {row[0] for row in self._database.sql("SELECT DISTINCT field FROM marketo.changed")}
        sobject = self.org.catalog[self.object_name]
        return {
            name: field
            for name, field in self.book.mapping_of(self.object_name).items()
            if field.rest_name in changed and (known := sobject.find(name)) and known["updateable"]
        }

    def _tell_refused(self) -> int:
        """Rows of Sync Errors for what was refused; gives how many there are."""
        self._database.sql(
            f'INSERT INTO marketo.sync_error SELECT $now, $level, $label, p.person_id, r."Id", '
            "'Failed to update SFDC {' || r.code || ': ' || r.message || '}', r.code || ': ' || r.message "
            f'FROM {REFUSED} AS r JOIN {_PUSH} AS p USING ("Id") ORDER BY p.person_id LIMIT {MOST_ERRORS}',
            {"now": stamp(self.moment), "level": RECORD_LEVEL, "label": LABELS[self.object_name]},
        )
        return int(self._database.sql(f"SELECT count(*) FROM {REFUSED}")[0][0])
