"""What logging in is about: where it happens, what a user shows, and the session it ends in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class LoginHost(Enum):
    """The kind of host name a login was sent to."""

    PRODUCTION = "https://login.salesforce.com"
    SANDBOX = "https://test.salesforce.com"
    MY_DOMAIN = "my domain"
    OTHER_DOMAIN = "somebody else's domain"
    LOOPBACK = "loopback"
    """This machine, by number: counts as the right host of any org."""


@dataclass
class Credential:
    """What a user logs in with; may be changed at any time."""

    user_id: str
    username: str
    password: str
    security_token: str
    password_expired: bool = False
    failures: int = 0


def new_credential(user_id: str, username: str) -> Credential:
    """The password and the token as if the new user had followed the links that Salesforce mails them."""
    return Credential(user_id, username, f"Rehearsal&New<{user_id[-8:]}>+/=", f"Token{user_id[-8:]}+/=")


@dataclass
class OrgSession:
    """A successful login. It is over when `expires_at` has passed or `is_expired` was set."""

    session_id: str
    user_id: str
    username: str
    api_type: str
    source_ip: str
    created_at: datetime
    expires_at: datetime
    seconds_valid: int
    password_expired: bool = False
    is_expired: bool = False
    scopes: tuple[str, ...] | None = None
    """What an app was allowed; None: a login without an app, which may all that its user may."""

    def may(self, *scopes: str) -> bool:
        """Whether the app behind this session has one of these scopes."""
        return self.scopes is None or not {*scopes, "full"}.isdisjoint(self.scopes)


@dataclass(frozen=True)
class Attempt:
    """One try to log in."""

    username: str
    password_and_token: str
    host: LoginHost
    api_version: float
    source_ip: str
    api_type: str
    application: str = "N/A"
    """The app that asks, by its name."""
