"""Logging in by OAuth: which app asks, what it was allowed, and for whom it speaks.

The texts are those that live orgs gave: "request not supported on this domain", "no client credentials user
enabled", "user is not admin approved to access this app", "app must be installed into org", "invalid client
credentials", "client identifier invalid", "no valid scopes defined" (Winter '26) and "ip restricted". The
order of the tests is ours. Source of the codes: Salesforce help, "OAuth 2.0 Authorization Errors".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runbook_lib.rehearsal.oauth_client import CLIENT_CREDENTIALS, PASSWORD, REFRESH_TOKEN, OAuthClient
from runbook_lib.rehearsal.org.api_versions import NEWEST
from runbook_lib.rehearsal.org.faults import LoginFault, OAuthFault
from runbook_lib.rehearsal.org.login.desk import LoginDesk
from runbook_lib.rehearsal.org.login.session import Attempt, LoginHost, OrgSession
from runbook_lib.rehearsal.org.rows.store import RowStore
from runbook_lib.rehearsal.org.schema.catalog import SObject

NOT_FOR_CLIENTS = frozenset({"full", "refresh_token", "offline_access", "web", "visualforce"})
"""Scopes that the client credentials flow leaves out. Source: Winter '26 release note on its scopes."""


@dataclass(frozen=True)
class AppAttempt:
    """A request to the token endpoint."""

    client_id: str
    client_secret: str | None
    """None: none was sent."""
    host: LoginHost
    source_ip: str


class AppDesk:
    """Takes logins of apps; ``clients`` may be changed at any time."""

    def __init__(
        self, desk: LoginDesk, rows: RowStore, tokens: SObject, clients: Iterable[OAuthClient]
    ) -> None:
        self._desk = desk
        self._rows = rows
        self._tokens = tokens
        self.clients = {client.client_id: client for client in clients}

    def let_in(self, attempt: Attempt) -> OrgSession:
        """A user lets an app in on Salesforce's own page; the app keeps a token. LoginFault when refused.

        Source: Object Reference, OauthToken.
        """
        session = self._desk.log_in(attempt)
        known = self._rows.find("OauthToken", UserId=session.user_id, AppName=attempt.application)
        if known:
            uses = {
                "UseCount": known[0]["UseCount"] + 1,
                "LastUsedDate": session.created_at.replace(tzinfo=None),
            }
            self._rows.write(self._tokens, known[0]["Id"], uses, session.user_id)
        else:
            row = {"UserId": session.user_id, "AppName": attempt.application, "UseCount": 1}
            self._rows.insert(self._tokens, row, session.user_id)
        return session

    def by_password(self, attempt: AppAttempt, username: str, password_and_token: str) -> OrgSession:
        """The username-password flow. Every wrong login is told alike; LoginHistory knows the reason."""
        client = self._client(attempt, PASSWORD)
        if attempt.client_secret is not None:
            _require_secret(client, attempt)
        login = _attempt(client, attempt, username, "REST API", password_and_token)
        return self._entered(client, lambda: self._desk.log_in(login), "authentication failure")

    def by_client(self, attempt: AppAttempt) -> OrgSession:
        """The client credentials flow: at the org's My Domain only, as the app's Run As user."""
        if attempt.host in (LoginHost.PRODUCTION, LoginHost.SANDBOX):
            raise OAuthFault("invalid_grant", "request not supported on this domain")
        client = self._client(attempt, CLIENT_CREDENTIALS)
        _require_secret(client, attempt)
        if not client.run_as:
            raise OAuthFault("invalid_grant", "no client credentials user enabled")
        scopes = tuple(scope for scope in client.scopes if scope not in NOT_FOR_CLIENTS)
        if not scopes:
            raise OAuthFault("invalid_grant", "no valid scopes defined")
        session = self._as_run_as_user(client, attempt)
        session.scopes = scopes
        return session

    def by_refresh_token(self, attempt: AppAttempt, refresh_token: str) -> OrgSession:
        """The refresh token flow: the user who once let the app in."""
        client = self._client(attempt, REFRESH_TOKEN)
        if attempt.client_secret is not None:
            _require_secret(client, attempt)
        if not refresh_token or refresh_token != client.refresh_token:
            raise OAuthFault("invalid_grant", "expired access/refresh token")
        return self._as_run_as_user(client, attempt)

    def _client(self, attempt: AppAttempt, flow: str) -> OAuthClient:
        client = self.clients.get(attempt.client_id)
        if client is None:
            raise OAuthFault("invalid_client_id", "client identifier invalid")
        if not client.is_installed:
            raise OAuthFault("invalid_client", "app must be installed into org")
        if flow not in client.flows:
            raise OAuthFault("unauthorized_client", f"{flow.replace('_', ' ')} flow not enabled")
        return client

    def _as_run_as_user(self, client: OAuthClient, attempt: AppAttempt) -> OrgSession:
        approved = client.approved_users
        if approved is not None and client.run_as not in approved:
            raise OAuthFault("invalid_app_access", "user is not admin approved to access this app")
        login = _attempt(client, attempt, client.run_as, "OAuth")
        return self._entered(client, lambda: self._desk.vouch(login), "user is inactive or locked")

    def _entered(self, client: OAuthClient, enter: Callable[[], OrgSession], reason: str) -> OrgSession:
        try:
            session = enter()
        except LoginFault as fault:
            if fault.message == "cannot log in from current domain" and "authentication" not in reason:
                reason = "ip restricted"
            raise OAuthFault("invalid_grant", reason) from fault
        session.scopes = client.scopes
        return session


def _require_secret(client: OAuthClient, attempt: AppAttempt) -> None:
    if attempt.client_secret != client.client_secret:
        raise OAuthFault("invalid_client", "invalid client credentials")


def _attempt(
    client: OAuthClient, attempt: AppAttempt, username: str, api_type: str, password: str = ""
) -> Attempt:
    return Attempt(username, password, attempt.host, NEWEST, attempt.source_ip, api_type, client.name)
