"""The OAuth endpoints as far as the road and its clients touch them: tokens by password, client credentials
and refresh token, and userinfo.

Source: Salesforce help, "OAuth 2.0 Username-Password Flow", "OAuth 2.0 Client Credentials Flow", "OAuth 2.0
Refresh Token Flow" and "OpenID Connect: UserInfo Endpoint". Errors are JSON objects here, lists elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from runbook_lib.rehearsal.declared import unread
from runbook_lib.rehearsal.org import Org, OrgSession
from runbook_lib.rehearsal.org.faults import OAuthFault, OrgFault
from runbook_lib.rehearsal.org.login.apps import AppAttempt
from runbook_lib.rehearsal.salesforce.hosts import home_url, is_loopback, login_host
from runbook_lib.rehearsal.salesforce.user_info import user_row

Form = Mapping[str, str]

GRANTS: dict[str, Callable[[Org, AppAttempt, Form], OrgSession]] = {
    "password": lambda org, attempt, form: org.apps.by_password(
        attempt, form.get("username", ""), form.get("password", "")
    ),
    "client_credentials": lambda org, attempt, form: org.apps.by_client(attempt),
    "refresh_token": lambda org, attempt, form: org.apps.by_refresh_token(
        attempt, form.get("refresh_token", "")
    ),
}
READ = {
    "password": ("username", "password"),
    "client_credentials": (),
    "refresh_token": ("refresh_token",),
}
"""Grant → what is read of its form besides the client."""
READ_ALWAYS = ("grant_type", "client_id", "client_secret", "scope", "redirect_uri")
"""jsforce sends the address of its web flow with every grant; it says nothing here."""
NOT_IMITATED = frozenset(
    {
        "authorization_code",
        "device",
        "hybrid_refresh",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    }
)
"""Grants that Salesforce has and nobody needs here."""


def token(org: Org, form: Form, host: str, source_ip: str) -> tuple[int, dict[str, Any]]:
    """POST /services/oauth2/token: HTTP status and JSON."""
    kind = form.get("grant_type", "")
    if kind in NOT_IMITATED:
        return 501, {"error": "not_imitated", "error_description": f"The rehearsal has no grant {kind}."}
    if kind in READ and (key := unread(form, (*READ_ALWAYS, *READ[kind]))) is not None:
        text = f"The rehearsal does not imitate {key} of the grant {kind}."
        return 501, {"error": "not_imitated", "error_description": text}
    try:
        return 200, _token(org, _granted(org, kind, form, host, source_ip), host)
    except OAuthFault as fault:
        return 400, {"error": fault.error, "error_description": fault.description}


def with_basic_header(form: Form, authorization: str) -> Form:
    """``form`` with the client's id and secret, where they came as a Basic header (RFC 6749, 2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return form
    return {**form, "client_id": client_id, "client_secret": secret}


def user_info(org: Org, session_id: str, host: str) -> dict[str, Any]:
    """GET /services/oauth2/userinfo. OAuthFault for a token that is over or may not tell who it is."""
    try:
        session = org.session_to_set_password(session_id)
    except OrgFault as fault:
        raise OAuthFault("Bad_OAuth_Token", fault.message) from fault
    if not session.may("id", "profile", "email", "openid"):
        raise OAuthFault("Bad_OAuth_Token", "the app lacks the scope id")
    user = user_row(org, session.user_id)
    home = home_url(host, org)
    return {
        "sub": f"{home}/id/{org.org_id}/{session.user_id}",
        "user_id": session.user_id,
        "organization_id": org.org_id,
        "preferred_username": user["Username"],
        "nickname": user["Username"],
        "name": user["Name"],
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "email": user["Email"],
        "email_verified": True,
        "zoneinfo": user["TimeZoneSidKey"],
        "locale": user["LocaleSidKey"],
        "language": user["LanguageLocaleKey"],
        "user_type": user["UserType"].upper(),
        "active": True,
    }


def identity(org: Org, session_id: str, host: str) -> dict[str, Any]:
    """GET /id/{org}/{user}. OAuthFault as :func:`user_info`. Source: Salesforce help, "Identity URLs"."""
    info = user_info(org, session_id, host)
    home = home_url(host, org)
    return {
        "id": info["sub"],
        "asserted_user": True,
        "user_id": info["user_id"],
        "organization_id": info["organization_id"],
        "username": info["preferred_username"],
        "nick_name": info["nickname"],
        "display_name": info["name"],
        "email": info["email"],
        "first_name": info["given_name"],
        "last_name": info["family_name"],
        "user_type": info["user_type"],
        "language": info["language"],
        "locale": info["locale"],
        "timezone": info["zoneinfo"],
        "active": True,
        "urls": {
            "rest": f"{home}/services/data/v{{version}}/",
            "sobjects": f"{home}/services/data/v{{version}}/sobjects/",
            "query": f"{home}/services/data/v{{version}}/query/",
        },
    }


def _granted(org: Org, kind: str, form: Form, host: str, source_ip: str) -> OrgSession:
    if kind not in GRANTS:
        raise OAuthFault("unsupported_grant_type", "grant type not supported")
    if "scope" in form:
        raise OAuthFault("invalid_request", "scope parameter not supported")
    attempt = AppAttempt(
        form.get("client_id", ""), form.get("client_secret"), login_host(host, org), source_ip
    )
    return GRANTS[kind](org, attempt, form)


def _token(org: Org, session: OrgSession, host: str) -> dict[str, Any]:
    home = home_url(host, org)
    common = "test" if org.world.organization.is_sandbox else "login"
    directory = home if is_loopback(host) else f"https://{common}.salesforce.com"
    issued_at = str(int(session.created_at.timestamp() * 1000))
    identity = f"{directory}/id/{org.org_id}/{session.user_id}"
    signature = hashlib.sha256(f"{identity}{issued_at}".encode()).digest()
    return {
        "access_token": session.session_id,
        "signature": base64.b64encode(signature).decode(),
        "scope": " ".join(session.scopes or ()),
        "instance_url": home,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
