"""Access tokens of the instance's one custom service.

A token lives 3,600 seconds; who asks again before that gets the same one with what is left of it.
Source: Marketo REST API, "Authentication".
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declarations import MarketoDeclaration

TOKEN_SECONDS = 3600


class TokenState(Enum):
    """What a presented token is worth."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Grant:
    """A token as identity hands it out."""

    access_token: str
    expires_in: int
    scope: str


class ClientRefused(Exception):
    """The client id or its secret is wrong; `error` and `description` are identity's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


class TokenIssuer:
    """Hands out tokens for the client of the world; safe to use from several threads."""

    def __init__(self, declared: MarketoDeclaration, clock: Clock) -> None:
        self._declared, self._clock, self._lock = declared, clock, threading.Lock()
        self._issued: dict[str, datetime] = {}

    def grant(self, client_id: str, client_secret: str) -> Grant:
        """The current token, or a new one. ClientRefused for a wrong id or secret."""
        if client_id != self._declared.client_id:
            raise ClientRefused("unauthorized", f"No client with requested id: {client_id}")
        if client_secret != self._declared.client_secret:
            raise ClientRefused("invalid_client", "Bad client credentials")
        with self._lock:
            now = self._clock.now()
            token, ends = next(reversed(self._issued.items()), ("", now))
            if ends <= now:
                token, ends = f"{uuid.uuid4()}:sj", now + timedelta(seconds=TOKEN_SECONDS)
                self._issued[token] = ends
            return Grant(token, max(1, int((ends - now).total_seconds())), self._declared.api_user)

    def state_of(self, token: str) -> TokenState:
        """Whether a presented token may be used now."""
        with self._lock:
            ends = self._issued.get(token)
        if ends is None:
            return TokenState.UNKNOWN
        return TokenState.VALID if self._clock.now() < ends else TokenState.EXPIRED

    def expire_all(self) -> None:
        """Let every token end now."""
        with self._lock:
            self._issued = dict.fromkeys(self._issued, self._clock.now())
