"""Admin > CRM as a state machine: what an administrator can click, when, and what comes of it.

Sources: Marketo, "Step 3 of 3: Connect Marketo and Salesforce (Enterprise/Unlimited)" and "Edit Initial Field
Mappings".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from threading import RLock

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.instance.field_types import InstanceField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.cycle import Credentials, log_in, visible_schema
from runbook_lib.rehearsal.instance.sync.persistent import PersistentSync, SyncStatus, SyncWord
from runbook_lib.rehearsal.org import LoginFault, Org, OrgFault


class CrmState(IntEnum):
    """How far the connection has come; every state includes those before it."""

    NONE = 0
    CREDENTIALS_ENTERED = 1
    FIELDS_SYNCED = 2
    CREDENTIALS_CONFIRMED = 3
    SYNC_STARTED = 4
    """From here on nothing of the above can be changed."""


class CrmRefusal(Exception):
    """Marketo does not do what was clicked; `reason` names the case, `detail` is what the other side said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class FieldResult:
    """What one *Sync Fields* made."""

    visible: int
    """Salesforce fields the sync user sees."""
    made: tuple[InstanceField, ...]
    """Marketo fields that did not exist before."""


class CrmConnection:
    """The instance's one connection to a CRM."""

    def __init__(self, org: Org, clock: Clock, book: FieldBook, sync: PersistentSync, tied: bool) -> None:
        self._org, self._clock, self._book = org, clock, book
        self._tied = tied
        self._credentials: Credentials | None = None
        self._user_id = ""
        self._lock = RLock()
        self.state = CrmState.SYNC_STARTED if tied else CrmState.NONE
        self.field_result: FieldResult | None = None
        self.sync = sync
        if tied:
            self.sync.status = SyncStatus(SyncWord.LAST_SYNCED, clock.now())

    @property
    def username(self) -> str:
        """The Salesforce user entered last, or empty."""
        return self._credentials.username if self._credentials else ""

    @property
    def is_tied_elsewhere(self) -> bool:
        """Whether the instance was tied to a CRM before this rehearsal began."""
        return self._tied

    @property
    def is_locked(self) -> bool:
        """Whether a native CRM integration is on, so that REST refuses with 1018."""
        return self.state is CrmState.SYNC_STARTED

    def stop(self) -> None:
        """End the background work."""
        self.sync.stop()

    # the clicks, in their order -------------------------------------------------------------------------
    def enter_credentials(self, credentials: Credentials) -> None:
        """Log in to Salesforce with them. CrmRefusal("started"), or ("login") with Salesforce's code."""
        with self._clicked(CrmState.NONE):
            if not credentials.username or not credentials.password_and_token:
                raise CrmRefusal("incomplete")
            try:
                session = log_in(self._org, credentials)
                self._org.count_call()
            except (LoginFault, OrgFault) as fault:
                raise CrmRefusal("login", fault.code) from fault
            self._credentials, self._user_id = credentials, session.user_id
            self.state = CrmState.CREDENTIALS_ENTERED

    def sync_fields(self) -> FieldResult:
        """*Sync Fields*: create every field the sync user sees. CrmRefusal("schema") if they see none."""
        with self._clicked(CrmState.CREDENTIALS_ENTERED):
            visible = visible_schema(self._org, self._user_id)
            if not {"Lead", "Contact"} <= {field.object_name for field in visible}:
                raise CrmRefusal("schema")
            self.field_result = FieldResult(len(visible), self._book.learn(visible))
            self.state = CrmState.FIELDS_SYNCED
            return self.field_result

    def confirm_credentials(self) -> None:
        """*Confirm Credentials*."""
        with self._clicked(CrmState.FIELDS_SYNCED):
            self.state = CrmState.CREDENTIALS_CONFIRMED

    def pair(self, lead_field: str, contact_field: str) -> None:
        """Map two unmapped custom fields together. CrmRefusal("mapping") says why they cannot be."""
        with self._clicked(CrmState.CREDENTIALS_CONFIRMED):
            try:
                self._book.pair(lead_field, contact_field)
            except ValueError as problem:
                raise CrmRefusal("mapping", str(problem)) from problem

    def break_mapping(self, lead_field: str, contact_field: str) -> None:
        """*Break Mapping*. CrmRefusal("mapping") for fields that are not mapped together."""
        with self._clicked(CrmState.CREDENTIALS_CONFIRMED):
            try:
                self._book.break_mapping(lead_field, contact_field)
            except ValueError as problem:
                raise CrmRefusal("mapping", str(problem)) from problem

    def reset_schema(self) -> None:
        """*Reset Schema*: read the schema again; all edits of mappings are lost, fields are only added."""
        with self._clicked(CrmState.CREDENTIALS_CONFIRMED):
            self._book.reset(visible_schema(self._org, self._user_id))

    def start_sync(self) -> None:
        """*Start Sync*: the persistent sync begins. Nothing can be changed after that."""
        with self._clicked(CrmState.CREDENTIALS_CONFIRMED):
            assert self._credentials is not None
            self.state = CrmState.SYNC_STARTED
            self.sync.start(self._credentials)

    def catch_up(self) -> None:
        """Run the cycle that is due by the clock, if any, and wait for the one under way."""
        if self._credentials is not None and self.is_locked:
            self.sync.catch_up(self._credentials)

    @contextmanager
    def _clicked(self, least: CrmState) -> Iterator[None]:
        """One click at a time. CrmRefusal("started") or ("too_early") when it is not its time."""
        with self._lock:
            if self.state is CrmState.SYNC_STARTED:
                raise CrmRefusal("started")
            if self.state < least:
                raise CrmRefusal("too_early")
            yield
