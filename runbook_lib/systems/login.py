"""Stub: signatures first, the body follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.errors import LoginRefused
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport
from runbook_lib.systems.vault import Secret, Vault


class Account(StrEnum):
    """Whose login: the admin's own, or the sync user's."""

    ADMIN = "admin"
    SYNC = "sync"


@dataclass(frozen=True)
class Session:
    """A Salesforce session, and what Salesforce told about it when it opened."""

    account: Account
    session_id: Secret
    instance: str
    """Host (and port, where it is not 443) of the org's instance."""
    username: str
    user_id: str
    user_full_name: str
    profile_id: str
    org_id: str
    """18 characters."""
    org_name: str
    sandbox: bool
    password_expired: bool


@dataclass(frozen=True)
class LoginEvidence:
    """What the admin's session knows about a user whose login was refused; ``None``: could not tell."""

    user_exists: bool | None = None
    is_active: bool | None = None
    is_frozen: bool | None = None
    is_password_locked: bool | None = None
    newest_status: str | None = None
    org_is_sandbox: bool | None = None
    api_enabled: bool | None = None


def log_in(transport: Transport, connection: Connection, account: Account, vault: Vault) -> Session:
    """Exactly one login call; raises LoginRefused with its own fix, SecretMissing, Unreachable."""
    raise NotImplementedError


def explain(fault: LoginRefused, evidence: LoginEvidence) -> LoginRefused:
    """The fault narrowed by evidence of the admin's session; the same fault where it tells no more."""
    raise NotImplementedError
