"""One cycle of the sync: log in, learn the schema, pull every object, push what Marketo changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.instance.field_types import RECORD_OF_OBJECT, CrmField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.log import (
    FAILED,
    JOB_LEVEL,
    RECORD_LEVEL,
    SyncCounts,
    SyncError,
    SyncLog,
)
from runbook_lib.rehearsal.instance.sync.objects import INDISPENSABLE, LABELS, SyncedObject
from runbook_lib.rehearsal.instance.sync.pace import SLICE, Pace
from runbook_lib.rehearsal.instance.sync.push import MOST_ERRORS, Push
from runbook_lib.rehearsal.instance.sync.sql import Copy
from runbook_lib.rehearsal.instance.tables import stamp
from runbook_lib.rehearsal.org import LoginFault, LoginHost, Org, OrgFault, OrgSession
from runbook_lib.rehearsal.org.login.session import Attempt
from runbook_lib.rehearsal.org.rows.sharing import shared_rows

CALLS_PER_CYCLE = 25
RECORDS_PER_CALL = 200
"""Source: Marketo's community knowledge base on the sync's use of Salesforce API calls."""

MARKETO_ADDRESS = "199.15.212.10"
"""An address of Marketo's published range 199.15.212.0/22."""
LOGIN_API_VERSION = 59.0

APP = "Marketo"
"""The app in the org that lets Marketo in, where it is let in by OAuth."""

BEFORE_ALL = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Credentials:
    """What an administrator entered; the secret never leaves this object."""

    username: str
    password_and_token: str
    sandbox: bool
    in_browser: bool = False
    """Typed into Salesforce's own page, which lets Marketo in by OAuth."""

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, •••, sandbox={self.sandbox})"


class JobFailed(Exception):
    """The cycle as a whole cannot go on."""


def log_in(org: Org, credentials: Credentials) -> OrgSession:
    """Log in to Salesforce as Marketo does. LoginFault as Salesforce gives it."""
    host = LoginHost.SANDBOX if credentials.sandbox else LoginHost.PRODUCTION
    who = (credentials.username, credentials.password_and_token, host, LOGIN_API_VERSION, MARKETO_ADDRESS)
    session = org.apps.let_in(Attempt(*who, "Web", APP)) if credentials.in_browser else org.log_in(*who)
    if session.password_expired:
        raise LoginFault(
            "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
            "The users password has expired, you must call "
            "SetPassword before attempting any other API operations",
        )
    return session


def visible_fields(org: Org, user_id: str, object_name: str) -> tuple[CrmField, ...]:
    """The fields of an object that the sync user sees; none for an object they cannot read."""
    try:
        fields = org.visible_fields(user_id, object_name)
    except OrgFault:
        return ()
    return tuple(CrmField.of_describe(object_name, field) for field in fields)


def visible_schema(org: Org, user_id: str) -> tuple[CrmField, ...]:
    """Every field that *Sync Fields* finds."""
    return tuple(field for name in RECORD_OF_OBJECT for field in visible_fields(org, user_id, name))


@dataclass
class Cycle:
    """One cycle between two moments of the org's SystemModstamp."""

    org: Org
    clock: Clock
    database: Database
    book: FieldBook
    log: SyncLog
    since: datetime | None
    """None for the initial sync."""
    until: datetime
    pace: Pace

    def run(self, credentials: Credentials) -> None:
        """Run to the end. JobFailed when an indispensable object failed or nothing could be read at all."""
        try:
            user_id = log_in(self.org, credentials).user_id
            self._count_calls(CALLS_PER_CYCLE)
            self._sync_schema(user_id)
            failed = [name for name in self._objects() if not self._exchange(user_id, name)]
        except (LoginFault, OrgFault) as fault:
            self._job_error("", fault.code, fault.message)
            raise JobFailed(fault.code) from fault
        self._step(self.clock.now(), ("All", "Update FKS"), SyncCounts())
        if wanting := [name for name in failed if name in INDISPENSABLE]:
            raise JobFailed(", ".join(wanting))

    def _objects(self) -> Iterator[str]:
        for name in LABELS:
            if name in self._tables:
                if self._is_first:
                    self.pace.next_object()
                yield name

    @cached_property
    def _tables(self) -> dict[str, frozenset[str]]:
        """The columns of every table of the org."""
        rows = self.database.sql(
            "SELECT table_name, list(column_name) FROM duckdb_columns()"
            " WHERE schema_name = 'org' GROUP BY table_name"
        )
        return {table: frozenset(columns) for table, columns in rows}

    def _sync_schema(self, user_id: str) -> None:
        """New fields that the sync user sees are picked up in every cycle."""
        started = self.clock.now()
        made = self.book.learn(visible_schema(self.org, user_id))
        self._step(started, (LABELS["Lead"], "Sync schema"), SyncCounts(new=len(made)))

    def _exchange(self, user_id: str, name: str) -> bool:
        """Pull one object, and push where it goes both ways; False when pulling failed as a whole.

        Of what changed on both sides Marketo's value wins for a lead, Salesforce's for a contact.
        Sources: Marketo, "SFDC Sync: Lead Sync" and "SFDC Sync: Contact Sync".
        """
        if name == "Lead":
            self._push(user_id, name)
        pulled = self._pull(user_id, name)
        if name == "Contact" and pulled:
            self._forget_outdone(user_id)
            self._push(user_id, name)
        return pulled

    def _push(self, user_id: str, name: str) -> None:
        """Write what Marketo changed to Salesforce."""
        started = self.clock.now()
        push = Push(self.org, self.book, name, user_id, self.until)
        if people := push.prepare():
            self._count_calls(math.ceil(people / RECORDS_PER_CALL))
            self._step(started, (LABELS[name], "Push updates"), push.send())

    def _forget_outdone(self, user_id: str) -> None:
        """What Salesforce changed of a contact at the same time stays as it came."""
        self._rows(
            'DELETE FROM marketo.changed WHERE person_id IN (SELECT p."id" FROM marketo.person AS p JOIN'
            ' org."Contact" AS s ON p."sfdcContactId" = s."Id" WHERE s."SystemModstamp" > $since'
            ' AND s."SystemModstamp" <= $until AND s."LastModifiedById" <> $user)',
            **self._window(),
            user=user_id,
        )

    def _pull(self, user_id: str, name: str) -> bool:
        """Pull one object; False when it failed as a whole."""
        started = self.clock.now()
        synced = SyncedObject(name, self._tables[name], visible_fields(self.org, user_id, name))
        reason = self._refusal(synced)
        if reason:
            self._job_error(synced.label, "INVALID_FIELD", reason)
            self.log.step(started, self.clock.now(), (synced.label, "Pull updates"), FAILED, SyncCounts())
            return False
        if name == "Lead":
            self._pull_conversions(synced)
        shared = shared_rows(self.org.permissions, user_id, self.org.catalog[name], "s")
        copy = synced.copy(self.book).of_rows(shared)
        self._count_calls(math.ceil(self._number(copy.count()) / RECORDS_PER_CALL))
        failed = self._record_errors(copy, synced.label)
        updated = 0 if self._is_first else self._number(copy.update())
        self._step(
            started, (synced.label, "Pull updates"), SyncCounts(self._insert(copy), updated, 0, failed)
        )
        self._pull_deletes(synced, copy)
        return True

    def _refusal(self, synced: SyncedObject) -> str:
        """Why an object cannot be pulled at all, in Salesforce's words; empty when it can."""
        if not synced.visible:
            return f"sObject type '{synced.name}' is not supported."
        missing = synced.missing_fields()
        return f"No such column '{missing[0]}' on entity '{synced.name}'." if missing else ""

    def _insert(self, copy: Copy) -> int:
        """Copy all new records, slice by slice; people also get their activity *New Lead*."""
        self._rows(copy.remember_known())
        rows = self._rows(f"SELECT coalesce(max(rowid), -1) FROM {copy.source}")[0][0]
        new = 0
        size = self.pace.slice if self._is_first else SLICE
        for first in range(0, int(rows) + 1, size):
            slice_of = self._number(copy.insert(first, first + size - 1))
            new += slice_of
            if self._is_first:
                self.pace.copied(slice_of)
        if new and copy.key in ("sfdcLeadId", "sfdcContactId"):
            self._rows(
                "INSERT INTO marketo.activity SELECT (SELECT coalesce(max(id), 0) FROM marketo.activity)"
                " + row_number() OVER (ORDER BY id), id, $until, 12, NULL FROM marketo.person"
                f' WHERE "{copy.key}" IS NOT NULL AND "createdAt" = $until',
                until=stamp(self.until),
            )
        return new

    def _pull_conversions(self, synced: SyncedObject) -> None:
        """A lead that was converted after it came to Marketo becomes the contact it was converted to."""
        if self._is_first or not {"IsConverted", "ConvertedContactId", "ConvertedAccountId"} <= set(
            synced.columns
        ):
            return
        started = self.clock.now()
        updated = self._number(
            'UPDATE marketo.person AS t SET "sfdcType" = \'Contact\', "sfdcId" = s."ConvertedContactId",'
            ' "sfdcContactId" = s."ConvertedContactId", "sfdcAccountId" = s."ConvertedAccountId",'
            ' "sfdcIsConverted" = TRUE, "updatedAt" = $until FROM org."Lead" AS s'
            ' WHERE t."sfdcLeadId" = s."Id" AND t."sfdcType" = \'Lead\' AND s."IsConverted"'
            ' AND NOT s."IsDeleted"'
            ' AND s."ConvertedContactId" IS NOT NULL'
            ' AND s."SystemModstamp" > $since AND s."SystemModstamp" <= $until'
        )
        self._step(started, (synced.label, "Pull conversions"), SyncCounts(updated=updated))

    def _pull_deletes(self, synced: SyncedObject, copy: Copy) -> None:
        """What was deleted in Salesforce stays in Marketo as a person, and goes as anything else."""
        if self._is_first or not synced.has_deleted:
            return
        started = self.clock.now()
        gone = (
            f't."{copy.key}" IN (SELECT s."Id" FROM {copy.source} WHERE s."IsDeleted"'
            ' AND s."SystemModstamp" > $since AND s."SystemModstamp" <= $until)'
        )
        if copy.table == "person":
            deleted = self._number(
                'UPDATE marketo.person AS t SET "sfdcIsDeleted" = TRUE, "sfdcType" = NULL, "sfdcId" = NULL,'
                f' "updatedAt" = $until WHERE t."sfdcType" = \'{synced.name}\' AND {gone}'
            )
        else:
            deleted = self._number(f"DELETE FROM marketo.{copy.table} AS t WHERE {gone}")
        self._step(started, (synced.label, "Pull deletes"), SyncCounts(deleted=deleted))

    # writing down ---------------------------------------------------------------------------------------
    def _record_errors(self, copy: Copy, label: str) -> int:
        """List every record that cannot be stored; gives how many there are."""
        if not copy.faults:
            return 0
        failures = self._rows(copy.failures(), **self._window())
        for sfdc_id, details in failures[:MOST_ERRORS]:
            self.log.error(self.clock.now(), SyncError(RECORD_LEVEL, label, str(details), "", str(sfdc_id)))
        return len(failures)

    def _job_error(self, label: str, code: str, message: str) -> None:
        self.log.error(self.clock.now(), SyncError(JOB_LEVEL, label, code, message))

    def _step(self, started: datetime, what: tuple[str, str], counts: SyncCounts) -> None:
        self.log.step(started, self.clock.now(), what, counts.status, counts)

    @property
    def _is_first(self) -> bool:
        return self.since is None

    def _window(self) -> dict[str, datetime]:
        return {"since": stamp(self.since or BEFORE_ALL), "until": stamp(self.until)}

    def _number(self, text: str) -> int:
        """The one number a statement with $since and $until answers with."""
        rows = self._rows(text, **self._window())
        return int(rows[0][0]) if rows else 0

    def _rows(self, text: str, **params: object) -> list[tuple[Any, ...]]:
        return self.database.sql(text, params)

    def _count_calls(self, calls: int) -> None:
        for _ in range(calls):
            self.org.count_call()
