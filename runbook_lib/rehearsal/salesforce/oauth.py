"""The OAuth endpoints as far as the road touches them: password grant and userinfo.

Source: Salesforce help, "OAuth 2.0 Username-Password Flow"; errors are JSON objects here, lists elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.org import Org, Session
from runbook_lib.rehearsal.org.faults import LoginFault
from runbook_lib.rehearsal.salesforce.hosts import home_url, login_host
from runbook_lib.rehearsal.salesforce.user_info import user_row
from runbook_lib.rehearsal.salesforce.versions import NEWEST


def token(org: Org, form: Mapping[str, str], host: str, source_ip: str) -> tuple[int, dict[str, Any]]:
    """POST /services/oauth2/token. Every wrong login is the same invalid_grant; LoginHistory knows why."""
    if form.get("grant_type") != "password":
        return 400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
    if not form.get("client_id"):
        return 400, {"error": "invalid_client_id", "error_description": "client identifier invalid"}
    try:
        session = org.log_in(
            form.get("username", ""),
            form.get("password", ""),
            login_host(host, org),
            NEWEST,
            source_ip,
            "REST API",
        )
    except LoginFault:
        return 400, {"error": "invalid_grant", "error_description": "authentication failure"}
    return 200, _token(org, session, home_url(host, org))


def user_info(org: Org, session: Session, host: str) -> dict[str, Any]:
    """GET /services/oauth2/userinfo."""
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


def _token(org: Org, session: Session, home: str) -> dict[str, Any]:
    issued_at = str(int(session.created_at.timestamp() * 1000))
    identity = f"{home}/id/{org.org_id}/{session.user_id}"
    signature = hashlib.sha256(f"{identity}{issued_at}".encode()).digest()
    return {
        "access_token": session.session_id,
        "instance_url": home,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "signature": base64.b64encode(signature).decode(),
    }
