"""One open workspace: its connection, secrets, journal, and both systems, each logged in to at most once.

A login that was refused stays refused until somebody asks for a new try: trying the same wrong password again
by itself could lock the user out. The journal remembers it beyond this process; see ``refused.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.change.decisions import setup_as_it_stands
from runbook_lib.errors import EvidenceMissing, LoginRefused, SecretMissing, UsageFault
from runbook_lib.guide.state.kept_sessions import KeptSessions, kept_sessions, mark_of
from runbook_lib.guide.state.login_refusals import Refusals, is_about_user
from runbook_lib.guide.state.traces import call_file
from runbook_lib.guide.state.traces.left_behind import sweep_people
from runbook_lib.journal import RUN, Journal
from runbook_lib.private_folder import sweep_folders
from runbook_lib.road import SECURITY_TOKEN, START_HERE
from runbook_lib.survey.collect import Systems, collect
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Expected, Part, Snapshot
from runbook_lib.systems.connection import Connection, read_connection, write_connection
from runbook_lib.systems.marketo.client import MarketoReader
from runbook_lib.systems.reach import Reach
from runbook_lib.systems.salesforce.errors import SESSION_ENDED
from runbook_lib.systems.salesforce.login import Account, log_in, login_place, needs_token
from runbook_lib.systems.salesforce.login_errors import speaks_of_user
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from runbook_lib.systems.rehearsal_console import RehearsalConsole
    from runbook_lib.systems.salesforce.client import SalesforceReader

ADMIN_SECRETS = ("salesforce_admin_password", "salesforce_admin_token")
SYNC_SECRETS = ("salesforce_sync_password", "salesforce_sync_token")
CLIENT_SECRETS: Mapping[Account, str] = {
    Account.ADMIN: "salesforce_admin_client_secret",
    Account.SYNC: "salesforce_sync_client_secret",
}
MARKETO_SECRET = "marketo_client_secret"  # noqa: S105 - its name in the vault
WORKSPACE = "RUNBOOK_WORKSPACE"
"""Environment variable that names the workspace where a notebook's own parameter is left at ``.``."""


@dataclass
class Session:
    """An open workspace. Close it, or use it in a ``with``."""

    workspace: Workspace
    connection: Connection
    vault: Vault
    journal: Journal
    transport: Transport
    admin: Reach[SalesforceReader] = field(init=False)
    sync: Reach[SalesforceReader] = field(init=False)
    marketo: Reach[MarketoReader] = field(init=False)
    mended: set[Account] = field(default_factory=set)
    """Whose refused login a person wants tried once more with the same secrets: the cause was mended."""
    kept: KeptSessions = field(default_factory=kept_sessions)
    _handed: set[Account] = field(default_factory=set)
    """Who is logged in by a session that a notebook before this one opened."""

    def __post_init__(self) -> None:
        self.admin = Reach(lambda: self._log_in(Account.ADMIN), is_about_user)
        self.sync = Reach(lambda: self._log_in(Account.SYNC), is_about_user)
        self.marketo = Reach(self._open_marketo, is_about_user)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def expected(self) -> Expected:
        """What connection.toml says should be true, and what setup.toml decides of it."""
        salesforce, marketo = self.connection.salesforce, self.connection.marketo
        setup = setup_as_it_stands(self.workspace)
        return Expected(
            name=self.connection.name,
            environment=salesforce.environment,
            admin_username=salesforce.admin_username,
            sync_username=salesforce.sync_username,
            munchkin_id=marketo.munchkin_id,
            authentication=marketo.authentication,
            campaigns=setup.sync_campaigns,
            custom_objects=setup.custom_objects,
            permission_set=setup.permission_set,
            permission_set_label=setup.permission_set_label,
            marketo_fields=setup.marketo_fields,
            login_host=self.connection.login_host,
        )

    @property
    def language(self) -> str:
        """The language in which people are spoken to: ``en``, ``de`` or ``es``."""
        return self.connection.language

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """What both systems look like now; parts not asked for come from ``before``.

        ``SecretMissing`` before anything is called where nobody has given what a login needs: a person is
        missing then, which is something else than a system that cannot tell.
        """
        wanted = tuple(parts)
        for secret in self._secrets_for(frozenset(wanted)):
            self._demand(secret)
        if Part.SYNC_LOGIN in wanted and (Account.SYNC in self._handed or self.sync.reader is None):
            self._forget(Account.SYNC)  # a login that is a proof is made, not remembered
        systems = Systems(self.expected, self.admin, self.sync, self.marketo)
        seen = collect(systems, wanted, now(), before)
        silent = seen.unreached()
        was_handed = bool(self._handed)
        self.forget_ended(silent.code if silent else "")
        if silent is not None and silent.code == SESSION_ENDED and was_handed:
            return self.collect(wanted, before)  # it ended since the notebook that opened it
        return seen

    def look_up(self, username: str) -> object:
        """Who has that username in the org; the connection stays as it is."""
        expected = replace(self.expected, sync_username=username)
        return collect(
            Systems(expected, self.admin, self.sync, self.marketo), (Part.SYNC_USER,), now()
        ).sync_user

    def name_sync_user(self, username: str) -> None:
        """Writes another sync user into connection.toml: it is the one place that names them."""
        self.connection = self.connection.with_sync_user(username)
        write_connection(self.workspace.connection_file, self.connection)
        self.sync.forget()

    def forget_ended(self, code: str | None) -> None:
        """Lets the Salesforce sessions go where ``code`` says that one has ended: the next call logs in."""
        if code == SESSION_ENDED:
            for account in Account:
                self._forget(account)

    def _forget(self, account: Account) -> None:
        (self.admin if account is Account.ADMIN else self.sync).forget()
        self.kept.forget(account)
        self._handed.discard(account)

    def may_be_sync_user(self) -> bool:
        """Whether what the sync user's login needs was given."""
        return all(self.vault.has(name) for name in self.login_secrets(Account.SYNC))

    def console(self) -> RehearsalConsole:
        """The rehearsal's Admin pages; ``UsageFault`` on a live connection, where only a person clicks."""
        from runbook_lib.systems.rehearsal_console import (
            RehearsalConsole,
        )  # lazy: only a robot rehearsal clicks

        if not self.connection.is_rehearsal:
            raise UsageFault(say("Marketo's own pages are clicked by a person, never by the runbook."))
        return RehearsalConsole(self.transport, self.connection)

    def calls(self) -> dict[str, int]:
        """Calls made so far, per system."""
        return {name: self.transport.calls.get(name, 0) for name in ("salesforce", "marketo")}

    def close(self) -> None:
        """Lets both systems and the journal go; what was asked of them is added to calls.json."""
        self.keep_calls()
        self.transport.close()
        self.journal.close()

    def logs_in_by_client(self, account: Account) -> bool:
        """Whether an app with client credentials logs that account in: nobody's password is sent then."""
        side = self.connection.salesforce
        return side.admin_by_client if account is Account.ADMIN else bool(side.sync_client_id)

    def known_calls(self) -> dict[str, Any]:
        """The table of all calls that were made for this workspace, those of this session among them."""
        return call_file.known_calls(self.workspace.calls_file, self.transport.table)

    def keep_calls(self) -> None:
        """Adds what was asked since the last time to calls.json."""
        call_file.keep_calls(self.workspace.calls_file, self.transport.table, self.vault.mask)

    def login_secrets(self, account: Account) -> tuple[str, ...]:
        """Names of the secrets of that account's login."""
        if self.logs_in_by_client(account):
            return (CLIENT_SECRETS[account],)
        if account is Account.ADMIN:
            return ADMIN_SECRETS
        return SYNC_SECRETS if needs_token(self.connection, account, self.vault) else SYNC_SECRETS[:1]

    def _secrets_for(self, wanted: frozenset[Part]) -> Iterable[str]:
        if wanted - {Part.MARKETO}:
            yield from self.login_secrets(Account.ADMIN)
        if wanted & LOGS_IN:
            yield from self.login_secrets(Account.SYNC)
        if wanted & {Part.MARKETO, Part.PEOPLE_SEEN}:
            yield MARKETO_SECRET

    def refusal_on_file(self, account: Account) -> LoginRefused | None:
        """Why the secrets that the vault holds now will not be sent: they were refused before."""
        given = self._given(account)
        return self._refusals(account).of(given) if given else None

    def _refusals(self, account: Account) -> Refusals:
        return Refusals(self.journal, account, login_place(self.connection, account))

    def _demand(self, secret: str) -> None:
        try:
            self.vault.get(secret)
        except SecretMissing as missing:
            raise _first_run(secret, missing) from None

    def _given(self, account: Account) -> list[str]:
        """What the login sends: empty where it is not complete."""
        names = self.login_secrets(account)
        return [self.vault.get(name).reveal() for name in names] if all(map(self.vault.has, names)) else []

    def _log_in(self, account: Account) -> SalesforceReader:
        from runbook_lib.systems.salesforce.client import SalesforceReader  # lazy: loads simple-salesforce

        refusals, given = self._refusals(account), self._given(account)
        mark = mark_of(refusals.place, given)
        if (session := self.kept.salesforce(account, mark)) is not None:
            self.vault.watch(f"salesforce_{account}_session", session.session_id)
            self._handed.add(account)
            return SalesforceReader(self.transport, session)
        # a run was started on purpose; and no wrong secret of an app locks anybody out
        is_asked_for = account in self.mended or RUN in os.environ or self.logs_in_by_client(account)
        self.mended.discard(account)
        if not is_asked_for and (before := refusals.of(given)) is not None:
            raise before
        try:
            session = log_in(self.transport, self.connection, account, self.vault)
        except LoginRefused as refusal:
            if speaks_of_user(refusal.code) and not self.logs_in_by_client(account):
                refusals.remember(given, refusal, self.calls())
            raise
        refusals.forgive(given, self.calls())
        self.kept.keep_salesforce(mark, session)
        return SalesforceReader(self.transport, session)

    def _open_marketo(self) -> MarketoReader:
        secret = self.vault.get(MARKETO_SECRET).reveal() if self.vault.has(MARKETO_SECRET) else ""
        marketo = self.connection.marketo
        mark = mark_of(f"{marketo.client_id} @ {self.connection.marketo_host}", [secret])
        token, keep = self.kept.marketo(mark), self.kept.keep_marketo(mark)
        return MarketoReader(self.transport, self.connection, self.vault, token, keep)


def open_session(workspace: Path | str = ".", sweep: bool = True) -> Session:
    """The session of the workspace in that folder; ``.`` may be overruled by :data:`WORKSPACE`.

    Raises ``WorkspaceFault``, ``ConnectionFileFault``, or ``EvidenceMissing`` where the journal was altered,
    all with what to do. No system is called. ``sweep``: what killed runs left of people and secrets goes.
    """
    session = open_unverified(workspace)
    if sweep:
        sweep_people(session.workspace)
        sweep_folders()
    try:
        session.journal.require_whole()
    except EvidenceMissing:
        session.close()
        raise
    return session


def open_unverified(workspace: Path | str = ".") -> Session:
    """As :func:`open_session`, also where the journal was altered: for the report, which says so itself."""
    named = os.environ.get(WORKSPACE) if str(workspace) == "." else None
    folder = Workspace.open(named or workspace)
    connection = read_connection(folder.connection_file)
    vault = Vault(connection)
    journal = Journal.open(folder, connection.journal_url, vault.mask, connection.name)
    return Session(folder, connection, vault, journal, Transport(connection))


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def _first_run(secret: str, missing: SecretMissing) -> SecretMissing:
    """The sentence that helps most people first; where else a secret may come from after it."""
    notebook = SECURITY_TOKEN.name if "_sync_" in secret else START_HERE.name
    return SecretMissing(
        say("Run notebook {notebook} first: its form asks for what is missing here.", notebook=notebook),
        fix=say("For automation: {what}\n{where}\n{fix}", what=missing.what, where=missing.where,
                fix=missing.fix),
    )  # fmt: skip
