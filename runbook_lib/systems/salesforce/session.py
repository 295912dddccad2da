"""A Salesforce session, however it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.systems.secrets.vault import Secret


class Account(StrEnum):
    """Whose login: the admin's own, or the sync user's."""

    ADMIN = "admin"
    SYNC = "sync"


@dataclass(frozen=True)
class SalesforceSession:
    """A Salesforce session, and what Salesforce told when it opened."""

    account: Account
    session_id: Secret
    instance: str
    """Host of the org's instance, with the port where it is not 443."""
    username: str
    user_id: str
    """18 characters, like the other ids."""
    user_full_name: str
    profile_id: str
    org_id: str
    org_name: str
    sandbox: bool
    password_expired: bool = False
    by_client: bool = False
    """Whether an app's client credentials opened it: no password of the user was sent."""


def long_id(record_id: str) -> str:
    """An id of Salesforce in its 18-character form. Source: Salesforce help 000385585."""
    if len(record_id) != 15:
        return record_id
    groups = (record_id[start : start + 5] for start in (0, 5, 10))
    bits = (sum(1 << place for place, char in enumerate(group) if char.isupper()) for group in groups)
    return record_id + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[number] for number in bits)
