"""Logins by OAuth, for orgs that have SOAP login switched off: the admin's own, and the sync user's test
login.

Source: Salesforce help, "OAuth 2.0 Username-Password Flow", "OAuth 2.0 Client Credentials Flow" and
"OpenID Connect: UserInfo Endpoint". One call to the token endpoint, never repeated; two more say who it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook_lib.errors import Unreachable
from runbook_lib.systems.gateway import require_salesforce
from runbook_lib.systems.salesforce.errors import of_answer
from runbook_lib.systems.salesforce.login_oauth_reasons import refused
from runbook_lib.systems.salesforce.session import Account, SalesforceSession, long_id
from runbook_lib.systems.salesforce.shapes import columns_of, member, rows
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.text import say

if TYPE_CHECKING:
    import requests

    from runbook_lib.systems.connection import Connection
    from runbook_lib.systems.transport import Transport

_VERSION = "60.0"
_MAY_USE_THE_API = frozenset({"api", "full"})


@dataclass(frozen=True)
class AppLogin:
    """The app by which an account logs in, as connection.toml names it."""

    account: Account
    username: str
    client_id: str
    flow: str
    host: str

    @property
    def secret(self) -> str:
        """Name of the client's secret in the vault."""
        return f"salesforce_{self.account}_client_secret"

    @property
    def where(self) -> str:
        """Who and where, for an error."""
        return f"{self.username} @ {self.host}"


def app_login(connection: Connection, account: Account) -> AppLogin | None:
    """The app of that account; ``None``: it logs in by SOAP."""
    side, host = connection.salesforce, connection.login_host
    if account is Account.ADMIN:
        app = AppLogin(account, side.admin_username, side.admin_client_id, side.admin_flow, host)
    else:
        app = AppLogin(account, side.sync_username, side.sync_client_id, "client_credentials", host)
    return app if app.client_id else None


def log_in_by_oauth(transport: Transport, app: AppLogin, vault: Vault) -> SalesforceSession:
    """The session that the app opens. Raises LoginRefused, SecretMissing and Unreachable as ``log_in``
    does."""
    answer = transport.send(
        "POST",
        f"https://{app.host}/services/oauth2/token",
        data=_form(app, vault),
        allow_redirects=False,
    )
    body = _read(answer, app)
    require_salesforce(body["instance_url"])
    token = Secret(str(body["access_token"]))
    vault.watch(f"salesforce_{app.account}_session", token)
    scopes = str(body.get("scope", "")).split()
    if scopes and _MAY_USE_THE_API.isdisjoint(scopes):
        raise refused("API_SCOPE", "", app.where)
    return _Identity(transport, app, token, body).session()


def _form(app: AppLogin, vault: Vault) -> dict[str, str]:
    form = {"grant_type": app.flow, "client_id": app.client_id}
    if app.flow == "client_credentials" or vault.has(app.secret):
        form["client_secret"] = vault.get(app.secret).reveal()
    if app.flow == "password":
        password = vault.get("salesforce_admin_password").reveal()
        form |= {
            "username": app.username,
            "password": password + vault.get("salesforce_admin_token").reveal(),
        }
    return form


def _read(answer: requests.Response, app: AppLogin) -> dict[str, Any]:
    body = _json_object(answer)
    if body is not None and all(isinstance(body.get(key), str) for key in ("access_token", "instance_url")):
        return body
    if answer.status_code >= 500:
        raise Unreachable(
            say("Salesforce did not answer the login: HTTP {status}.", status=answer.status_code),
            where=app.where,
            fix=say("Wait a few minutes, look at status.salesforce.com, then run again."),
            code=str(answer.status_code),
        )
    reply = body or {}
    code = str(reply.get("error", "")) or f"HTTP_{answer.status_code}"
    raise refused(code, str(reply.get("error_description", ""))[:300], app.where)


def _json_object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


class _Identity:
    """Who a token belongs to, in which org: what a SOAP login tells by itself."""

    def __init__(self, transport: Transport, app: AppLogin, token: Secret, reply: dict[str, Any]) -> None:
        self._transport, self._app, self._token, self._reply = transport, app, token, reply
        self._instance = urlsplit(str(reply["instance_url"])).netloc

    def session(self) -> SalesforceSession:
        """The session. Raises LoginRefused where the token is another user's, or may not use the API."""
        org_id, user_id = self._ids()
        org = self._row("SELECT Name, IsSandbox FROM Organization")
        user = self._row(soql("SELECT Username, Name, ProfileId FROM User WHERE Id = {user}", user=user_id))
        username = str(user.get("Username") or self._app.username)
        if username.lower() != self._app.username.lower():
            raise refused("OTHER_USER", username, self._app.where)
        return SalesforceSession(
            account=self._app.account,
            session_id=self._token,
            instance=self._instance,
            username=username,
            user_id=user_id,
            user_full_name=str(user.get("Name", "")),
            profile_id=long_id(str(user.get("ProfileId", ""))),
            org_id=org_id,
            org_name=str(org.get("Name", "")),
            sandbox=bool(org.get("IsSandbox")),
            by_client=self._app.flow == "client_credentials",
        )

    def _ids(self) -> tuple[str, str]:
        """The org's and the user's id: from the identity URL of the reply, which no scope is needed for.

        Source: Salesforce help, "Identity URLs": https://login.salesforce.com/id/orgID/userID.
        """
        parts = urlsplit(str(self._reply.get("id", ""))).path.split("/")
        if len(parts) == 4 and parts[1] == "id":
            return long_id(parts[2]), long_id(parts[3])
        who = self._get("/services/oauth2/userinfo")
        org_id, user_id = (member(who, key, str, "userinfo") for key in ("organization_id", "user_id"))
        return long_id(org_id), long_id(user_id)

    def _row(self, query: str) -> dict[str, Any]:
        answer = self._get(f"/services/data/v{_VERSION}/query/", q=query)
        records = rows(answer, columns_of(query), "query")
        return records[0] if records else {}

    def _get(self, path: str, **params: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token.reveal()}"}
        answer = self._transport.send(
            "GET", f"https://{self._instance}{path}", params=params, headers=headers
        )
        body = _json_object(answer)
        if answer.status_code == 200 and body is not None:
            return body
        if answer.text.strip() == "Bad_OAuth_Token":  # plain text, with 403: recorded
            raise refused("IDENTITY_SCOPE", "", self._app.where)
        if answer.status_code in (401, 403) and "not valid for use with the REST API" in answer.text:
            raise refused("API_SCOPE", "", self._app.where)
        raise of_answer(answer.status_code, _list_or_object(answer), path)


def _list_or_object(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None
