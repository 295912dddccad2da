"""Log in to Salesforce as the admin or as the sync user: the same SOAP login that Marketo makes.

Our own request, because simple-salesforce keeps only session id and host of the answer and loses that the
password has expired. Exactly one call is made and it is never repeated: failed logins count toward a
lockout. Source: Salesforce partner WSDL, login, LoginResult, LoginFault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from runbook_lib.errors import LoginRefused, SystemRefused, Unreachable
from runbook_lib.systems.gateway import require_salesforce
from runbook_lib.systems.salesforce.login_errors import LoginEvidence, narrow, refuse
from runbook_lib.systems.salesforce.login_oauth import app_login, log_in_by_oauth
from runbook_lib.systems.salesforce.session import Account, SalesforceSession, long_id
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.systems.transport import Transport
from runbook_lib.text import say

if TYPE_CHECKING:
    import requests

    from runbook_lib.systems.connection import Connection

SOAP_VERSION = "64.0"
"""The last API version that has SOAP login(). Source: Salesforce help 005132110."""

__all__ = [
    "Account",
    "LoginEvidence",
    "SalesforceSession",
    "explain",
    "gather_evidence",
    "log_in",
    "login_place",
    "long_id",
]


class Asks(Protocol):
    """What :func:`gather_evidence` needs of the admin's session: SalesforceReader has it."""

    session: SalesforceSession

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The records of a SOQL query."""


def log_in(transport: Transport, connection: Connection, account: Account, vault: Vault) -> SalesforceSession:
    """Logs in with exactly one login call: by SOAP as Marketo does, or by OAuth where connection.toml names
    an ``admin_client_id`` or a ``sync_client_id`` (an org may have SOAP login switched off).

    Raises :class:`LoginRefused` with a message and a fix of its own for each reason, also where Salesforce
    opens a session although the password has expired; :class:`SecretMissing`; :class:`Unreachable`.
    """
    if (app := app_login(connection, account)) is not None:
        return log_in_by_oauth(transport, app, vault)
    username = username_of(connection, account)
    password = vault.get(f"salesforce_{account}_password").reveal()
    token = (
        vault.get(f"salesforce_{account}_token").reveal() if needs_token(connection, account, vault) else ""
    )
    host = connection.login_host
    where = login_place(connection, account)
    answer = transport.send(
        "POST",
        f"https://{host}/services/Soap/u/{SOAP_VERSION}",
        data=_ENVELOPE.format(username=escape(username), password=escape(password + token)).encode(),
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"},
        allow_redirects=False,
    )
    result = _read_answer(answer, where)
    if result.get("passwordExpired") == "true":
        raise refuse("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", where)
    require_salesforce(result["serverUrl"])
    session = _session(account, result)
    vault.watch(f"salesforce_{account}_session", session.session_id)
    return session


def needs_token(connection: Connection, account: Account, vault: Vault) -> bool:
    """Whether that login wants a security token: where Marketo's page sends people to Salesforce's own login
    page, nobody has to fetch one for the sync user; one that was given is used."""
    is_optional = account is Account.SYNC and connection.marketo.authentication == "oauth"
    return not is_optional or vault.has(f"salesforce_{account}_token")


def username_of(connection: Connection, account: Account) -> str:
    """The user name that an account logs in with."""
    sides = connection.salesforce
    return sides.admin_username if account is Account.ADMIN else sides.sync_username


def login_place(connection: Connection, account: Account) -> str:
    """User and host of a login, as its refusal names them."""
    return f"{username_of(connection, account)} @ {connection.login_host}"


_USER = "SELECT Id, IsActive FROM User WHERE Username = {name}"
_LOCKS = "SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = {user}"
_API = (
    "SELECT Id FROM PermissionSetAssignment "
    "WHERE AssigneeId = {user} AND PermissionSet.PermissionsApiEnabled = {yes} LIMIT 1"
)
_NEWEST_LOGIN = (
    "SELECT Status, LoginTime FROM LoginHistory WHERE UserId = {user} ORDER BY LoginTime DESC LIMIT 1"
)


def gather_evidence(admin: Asks, connection: Connection) -> LoginEvidence:
    """What the admin's session can see about the sync user, in at most four queries.

    What a query is refused is ``None`` in the evidence: it could not tell.
    """
    known: dict[str, Any] = {
        "login_host": connection.login_host,
        "org_is_sandbox": admin.session.sandbox,
    }
    users = _ask(admin, soql(_USER, name=connection.salesforce.sync_username))
    if users is None:
        return LoginEvidence(**known)
    if not users:
        return LoginEvidence(**known, user_exists=False)
    user_id = users[0]["Id"]
    logins = _ask(admin, soql(_LOCKS, user=user_id))
    api = _ask(admin, soql(_API, user=user_id, yes=True))
    history = _ask(admin, soql(_NEWEST_LOGIN, user=user_id))
    return LoginEvidence(
        **known,
        user_exists=True,
        is_active=users[0].get("IsActive"),
        is_frozen=logins[0].get("IsFrozen") if logins else None,
        is_password_locked=logins[0].get("IsPasswordLocked") if logins else None,
        api_enabled=None if api is None else bool(api),
        newest_status=history[0].get("Status") if history else None,
    )


def explain(fault: LoginRefused, evidence: LoginEvidence) -> LoginRefused:
    """``fault`` narrowed to the reason that ``evidence`` shows; the same fault where it shows no more."""
    return narrow(fault, evidence)


_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">'
    '<env:Body><login xmlns="urn:partner.soap.sforce.com">'
    "<username>{username}</username><password>{password}</password>"
    "</login></env:Body></env:Envelope>"
)


def _read_answer(answer: requests.Response, where: str) -> dict[str, str]:
    """Local name → text of the elements of a LoginResult. Raises what a fault or another answer means."""
    elements = _parse(answer.content)
    if elements is None:
        raise _no_answer(answer.status_code, where)
    if "faultstring" in elements or "exceptionCode" in elements:
        fault_text = elements.get("faultstring", "")
        code = elements.get("exceptionCode") or fault_text.partition(":")[0].strip()
        raise refuse(code.rpartition(":")[2], elements.get("exceptionMessage") or fault_text, where)
    if not elements.get("sessionId") or not elements.get("serverUrl"):
        raise _no_answer(answer.status_code, where)
    return elements


def _parse(content: bytes) -> dict[str, str] | None:
    """Local name → text, the first of each name; ``None`` for what is no SOAP. No entity or DTD is
    followed.
    """
    from lxml import etree  # lazy: only a login needs it

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if etree.QName(root).localname != "Envelope" or root.getroottree().docinfo.doctype:
        return None
    elements: dict[str, str] = {}
    for element in root.iter(etree.Element):
        elements.setdefault(etree.QName(element).localname, (element.text or "").strip())
    return elements


def _no_answer(status: int, where: str) -> SystemRefused:
    if status >= 500:
        return Unreachable(
            say("Salesforce did not answer the login: HTTP {status}.", status=status),
            where=where,
            fix=say("Wait a few minutes, look at status.salesforce.com, then run again."),
            code=str(status),
        )
    return Unreachable(
        say("The answer did not come from Salesforce's login: HTTP {status}.", status=status),
        where=where,
        fix=say(
            "Correct environment and my_domain in connection.toml; check whether there is a proxy in between."
        ),
        code=str(status),
    )


def _session(account: Account, result: dict[str, str]) -> SalesforceSession:
    return SalesforceSession(
        account=account,
        session_id=Secret(result["sessionId"]),
        instance=urlsplit(result["serverUrl"])
        .netloc.rpartition("@")[2]
        .replace("-api.", ".")
        .removesuffix(":443"),
        username=result.get("userName", ""),
        user_id=long_id(result.get("userId", "")),
        user_full_name=result.get("userFullName", ""),
        profile_id=long_id(result.get("profileId", "")),
        org_id=long_id(result.get("organizationId", "")),
        org_name=result.get("organizationName", ""),
        sandbox=result.get("sandbox") == "true",
    )


def _ask(admin: Asks, query: str) -> list[dict[str, Any]] | None:
    try:
        return admin.query(query)
    except SystemRefused:
        return None
