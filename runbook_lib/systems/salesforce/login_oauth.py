"""The admin's login by OAuth, for orgs that have SOAP login switched off.

The sync user is not logged in this way: the test login must be the one that Marketo makes.
Source: Salesforce help, "OAuth 2.0 Username-Password Flow", "OAuth 2.0 Client Credentials Flow" and
"OpenID Connect: UserInfo Endpoint". One call to the token endpoint, never repeated; three more say who it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook_lib.errors import LoginRefused, Unreachable
from runbook_lib.systems.salesforce.errors import of_answer
from runbook_lib.systems.salesforce.session import Account, Session, long_id
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    import requests

    from runbook_lib.systems.connection import Connection
    from runbook_lib.systems.transport import Transport

_VERSION = "60.0"


def log_in_by_oauth(transport: Transport, connection: Connection, vault: Vault) -> Session:
    """The admin's session. Raises LoginRefused, SecretMissing and Unreachable as ``log_in`` does."""
    host = connection.login_host
    where = f"{connection.salesforce.admin_username} @ {host}"
    answer = transport.send(
        "POST",
        f"https://{host}/services/oauth2/token",
        data=_form(connection, vault),
        allow_redirects=False,
    )
    body = _read(answer, where)
    token = Secret(str(body["access_token"]))
    vault.watch("salesforce_admin_session", token)
    return _tell(transport, connection, token, str(body["instance_url"]))


def _form(connection: Connection, vault: Vault) -> dict[str, str]:
    side = connection.salesforce
    form = {"grant_type": side.admin_flow, "client_id": side.admin_client_id}
    if side.admin_flow == "client_credentials" or vault.has("salesforce_admin_client_secret"):
        form["client_secret"] = vault.get("salesforce_admin_client_secret").reveal()
    if side.admin_flow == "password":
        password = vault.get("salesforce_admin_password").reveal()
        form |= {
            "username": side.admin_username,
            "password": password + vault.get("salesforce_admin_token").reveal(),
        }
    return form


def _read(answer: requests.Response, where: str) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and {"access_token", "instance_url"} <= set(body):
        return body
    if answer.status_code >= 500:
        raise Unreachable(
            say("Salesforce did not answer the login: HTTP {status}.", status=answer.status_code),
            where=where,
            fix=say("Wait some minutes, look at status.salesforce.com, then run again."),
            code=str(answer.status_code),
        )
    code = str(body.get("error", "")) if isinstance(body, dict) else f"HTTP_{answer.status_code}"
    told = str(body.get("error_description", ""))[:300] if isinstance(body, dict) else ""
    raise LoginRefused(
        say("Salesforce refused the admin's OAuth login with {code}: {told}", code=code, told=told),
        where=where,
        fix=_FIXES.get(code, _ANY),
        code=code,
    )


_CLIENT = say("Correct admin_client_id in connection.toml, or give the client's secret again.")
_ANY = say("Look the code up in Salesforce's help on OAuth errors, or show it to the org's admin.")
# Source: Salesforce help, "OAuth 2.0 Authorization Errors".
_FIXES: dict[str, Message] = {
    "invalid_grant": say(
        "Open the admin's login history in Salesforce: it names the reason that this answer hides, such as a "
        "wrong password or token, a locked user, or that the username-password flow is switched off."
    ),
    "invalid_client": _CLIENT,
    "invalid_client_id": _CLIENT,
    "unsupported_grant_type": say(
        "The OAuth client does not allow this flow: allow it in its settings, or set another admin_flow in "
        "connection.toml."
    ),
}


def _tell(transport: Transport, connection: Connection, token: Secret, instance_url: str) -> Session:
    """Who the token belongs to, in which org: what a SOAP login tells by itself."""
    instance = urlsplit(instance_url).netloc

    def get(path: str, **params: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token.reveal()}"}
        answer = transport.send("GET", f"https://{instance}{path}", params=params, headers=headers)
        try:
            body = answer.json()
        except ValueError:
            body = None
        if answer.status_code != 200 or not isinstance(body, dict):
            raise of_answer(answer.status_code, body, path)
        return body

    def row(query: str) -> dict[str, Any]:
        records: list[dict[str, Any]] = get(f"/services/data/v{_VERSION}/query/", q=query)["records"]
        return records[0] if records else {}

    who = get("/services/oauth2/userinfo")
    org = row("SELECT Name, IsSandbox FROM Organization")
    user = row(soql("SELECT ProfileId FROM User WHERE Id = {user}", user=who["user_id"]))
    return Session(
        account=Account.ADMIN,
        session_id=token,
        instance=instance,
        username=str(who.get("preferred_username", connection.salesforce.admin_username)),
        user_id=long_id(str(who["user_id"])),
        user_full_name=str(who.get("name", "")),
        profile_id=long_id(str(user.get("ProfileId", ""))),
        org_id=long_id(str(who["organization_id"])),
        org_name=str(org.get("Name", "")),
        sandbox=bool(org.get("IsSandbox")),
    )
