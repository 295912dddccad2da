"""The clients on a stage: a server says what was recorded, and each reply has a row with its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from runbook_lib.errors import SalesforceRefused, SystemRefused
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.marketo.client import MarketoReader
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.login import Account, SalesforceSession, log_in
from runbook_lib.systems.salesforce.writer import SalesforceWriter
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.systems.transport import Transport
from tests.scripted_server import ScriptedServer

TOKEN = '{"access_token": "token-1234", "token_type": "bearer", "expires_in": 3599, "scope": "api@acme"}'


@dataclass
class Stage:
    """The clients, in front of a server that says what a test has it say."""

    server: ScriptedServer
    transport: Transport
    connection: Connection
    pauses: list[float]
    heard: Any = None
    """The body of the reply that is played."""

    @property
    def salesforce(self) -> SalesforceReader:
        """The admin's reader."""
        session = SalesforceSession(
            Account.ADMIN, Secret("00D!session"), "acme.my.salesforce.com", "a@b.c", "005", "A", "00e",
            "00D", "Acme", sandbox=False,
        )  # fmt: skip
        return SalesforceReader(self.transport, session)

    @property
    def writer(self) -> SalesforceWriter:
        """The admin's writer."""
        return SalesforceWriter(self.salesforce)

    @property
    def marketo(self) -> MarketoReader:
        """The reader of the instance."""
        return MarketoReader(self.transport, self.connection, Vault(self.connection))

    def log_in(self, **keys: str) -> SalesforceSession:
        """Logs the admin in; ``keys``: further ones of [salesforce]."""
        side = self.connection.salesforce.model_copy(update=keys)
        connection = self.connection.model_copy(update={"salesforce": side})
        return log_in(self.transport, connection, Account.ADMIN, Vault(connection))


Play = Callable[[Stage], Any]
Wire = Callable[[Any, Any], list[Any]]
"""From a recorded reply (its status, headers and content) to what the server says in turn."""


@dataclass(frozen=True)
class Result:
    """What a reply leads to: a value, or a refusal with its code, what its sentence and its fix say."""

    gives: Any = None
    code: str = ""
    says: str = ""
    fix: str = ""
    kind: type[SystemRefused] = SalesforceRefused


@dataclass(frozen=True)
class Row:
    """One reply: what the product does with it, and what comes of it. ``wire``: what else the server says;
    ``None``: nothing, but for the token that a call of Marketo needs."""

    play: Play
    result: Result
    wire: Wire | None = None


def as_it_is(reply: Any, body: Any) -> list[Any]:
    """The reply alone."""
    return [reply]


def over_and_over(reply: Any, body: Any) -> list[Any]:
    """The reply, however often it is asked."""
    return [reply] * 9


def as_a_row(reply: Any, body: Any) -> list[Any]:
    """A record that was read by itself, as the answer to a query."""
    return [json.dumps({"totalSize": 1, "done": True, "records": [body]})]


def after_token(reply: Any, body: Any) -> list[Any]:
    """The reply to a Marketo call, behind the one that gives the token."""
    return [TOKEN, reply]
