"""An app that may log in to the org by OAuth, as an administrator has made it in Setup.

Source: Salesforce help, "Create an External Client App", "Configure the External Client App OAuth Settings"
and "Configure a Client Credentials Flow for External Client Apps".
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD, CLIENT_CREDENTIALS, REFRESH_TOKEN = "password", "client_credentials", "refresh_token"  # noqa: S105


@dataclass(frozen=True)
class OAuthClient:
    """One External Client App (or, in older orgs, Connected App)."""

    client_id: str
    """The consumer key."""
    client_secret: str
    name: str
    run_as: str = ""
    """Username of the Run As user of the client credentials flow; empty: none was chosen."""
    scopes: tuple[str, ...] = ("api", "id", "refresh_token")
    flows: tuple[str, ...] = (PASSWORD, CLIENT_CREDENTIALS, REFRESH_TOKEN)
    is_installed: bool = True
    approved_users: tuple[str, ...] | None = None
    """Who is pre-authorized, where the policy asks for that; None: all users may self-authorize."""
    refresh_token: str = ""
    """A refresh token of the Run As user, as a login in the browser would have left it; empty: none."""
