"""The Marketo instance of the rehearsal: its state and rules, apart from HTTP."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.instance.changes import PeopleChanges
from runbook_lib.rehearsal.instance.crm import CrmConnection
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.habits import Habits
from runbook_lib.rehearsal.instance.sync.cycle import Credentials
from runbook_lib.rehearsal.instance.sync.persistent import PersistentSync
from runbook_lib.rehearsal.instance.tables import add_column, create_tables, stamp
from runbook_lib.rehearsal.instance.tokens import TokenIssuer
from runbook_lib.rehearsal.instance.usage import DAILY_QUOTA, UsageBook
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import World

PACE = 0.05
"""Seconds per object of the initial sync, at least."""


READ_PERMISSIONS = (
    "Read-Only Lead",
    "Read-Only Activity",
    "Read-Only Opportunity",
    "Read-Only Company",
    "Read-Only Sales Person",
)
"""What the API user's role allows unless the world's `marketo.settings.api_permissions` says otherwise."""


class Instance:
    """One Marketo instance: tokens, fields, people, and its connection to a CRM."""

    def __init__(self, world: World, org: Org, clock: Clock, pace: float = PACE) -> None:
        self.world, self.clock, self._org = world, clock, org
        settings = world.marketo.settings
        self.munchkin_id = world.marketo.munchkin_id
        self.authentication = world.marketo.authentication
        self.database: Database = org.database
        self.tokens = TokenIssuer(world.marketo, clock)
        self.usage = UsageBook(clock, world.marketo.api_user, settings.get("daily_quota", DAILY_QUOTA))
        self.partitions: tuple[str, ...] = tuple(settings.get("partitions", ("Default",)))
        self.api_permissions = frozenset(settings.get("api_permissions", READ_PERMISSIONS))
        habits = Habits(**settings.get("habits", {}))
        self.fields = FieldBook(lambda field: add_column(self.database, field), habits)
        create_tables(self.database, self.fields)
        self._add_people(world.marketo.people)
        self.changes = PeopleChanges(self.database, clock, self.fields)
        self._to_come = list(world.marketo.changes)
        per_hour = settings.get("first_sync_per_hour", 0)
        sync = PersistentSync(org, clock, self.fields, pace, per_hour, self._go_on)
        self.crm = CrmConnection(org, clock, self.fields, sync, world.marketo.tied_to_crm)

    def catch_up(self) -> None:
        """Run the sync cycle that is due by the clock, and wait for one that is under way."""
        self.crm.catch_up()

    def stop(self) -> None:
        """End the background sync."""
        self.crm.stop()

    def person_count(self) -> int:
        """People in Marketo."""
        return int(self.database.sql("SELECT count(*) FROM marketo.person")[0][0])

    def browser_credentials(self, username: str, password: str, sandbox: bool) -> Credentials:
        """Credentials of a login in the browser, where Salesforce asks for no security token."""
        try:
            token = self._org.credential(username).security_token
        except KeyError:
            token = ""
        return Credentials(username, password + token, sandbox, in_browser=True)

    def _go_on(self) -> None:
        """What the world declares happens once; a field that the road did not map is nobody's to change."""
        while self._to_come:
            with suppress(ValueError):
                self.changes.make(self._to_come.pop(0))

    def _add_people(self, count: int) -> None:
        """People who filled in a form before any sync: half of them are in Salesforce too, by e-mail."""
        known = self._leads(count // 2)
        visitors = [
            (f"visitor{number}@webform.example", "Web", f"Visitor {number}", None)
            for number in range(1, count - len(known) + 1)
        ]
        now = stamp(self.clock.now())
        people = [(1000 + number, *person) for number, person in enumerate((*known, *visitors), start=1)]
        if not people:
            return
        rows = ", ".join(["(?, ?, ?, ?, ?, 'Web form fill-out', FALSE, FALSE, 1, ?, ?)"] * len(people))
        self.database.sql(
            'INSERT INTO marketo.person ("id", "email", "firstName", "lastName", "company", "leadSource",'
            f' "isLead", "isAnonymous", "leadPartitionId", "createdAt", "updatedAt") VALUES {rows}',
            [value for person in people for value in (*person, now, now)],
        )

    def _leads(self, count: int) -> list[tuple[Any, ...]]:
        """E-mail, names and company of some leads; none where a recorded schema lacks one of these fields."""
        lead = self._org.catalog["Lead"]
        if not all(map(lead.find, ("Email", "FirstName", "LastName", "Company", "IsDeleted"))):
            return []
        return self.database.sql(
            'SELECT "Email", "FirstName", "LastName", "Company" FROM org."Lead"'
            ' WHERE "Email" IS NOT NULL AND NOT "IsDeleted" ORDER BY "Id" LIMIT ?',
            (count,),
        )
