"""Marketo's access token: how long it holds, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.systems.secrets.vault import Secret


@dataclass(frozen=True)
class AccessToken:
    """What a client's secret buys. Source: Marketo developer guide, "Authentication"."""

    secret: Secret
    expires: float
    """Seconds since 1970, a little before Marketo's own end of it."""
    api_user: str
    """The API-only user to whom the client belongs: the scope of the token."""
