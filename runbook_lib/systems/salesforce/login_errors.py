"""Why Salesforce refused a login: each reason in its own words, with its own fix and who can make it.

The reasons of the fault code (source: Salesforce partner WSDL, ExceptionCode), and those that the code hides:
INVALID_LOGIN is also what an inactive, frozen or locked user gets, and a user at the wrong host. Those are
told apart by what the admin's own session can see (:func:`narrow`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook_lib.errors import LoginRefused
from runbook_lib.systems.salesforce.errors import is_about_concurrency
from runbook_lib.systems.salesforce.login_reasons import REASONS, Reason
from runbook_lib.text import say


@dataclass(frozen=True)
class LoginEvidence:
    """What the admin's session knows about a user whose login was refused; ``None``: could not tell."""

    login_host: str = ""
    """The host the refused login was sent to."""
    org_is_sandbox: bool | None = None
    user_exists: bool | None = None
    is_active: bool | None = None
    is_frozen: bool | None = None
    is_password_locked: bool | None = None
    api_enabled: bool | None = None
    """Whether one of the user's permission sets (the profile's among them) has API Enabled."""
    newest_status: str | None = None
    """Status of the user's newest row in LoginHistory, as Salesforce words it."""


SPEAK_OF_USER = frozenset(
    {
        "INVALID_LOGIN", "LOGIN_MUST_USE_SECURITY_TOKEN", "PASSWORD_LOCKOUT", "USER_INACTIVE", "USER_FROZEN",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "LOGIN_DURING_RESTRICTED_DOMAIN", "LOGIN_HOST_PREVENTED",
        "LOGIN_DURING_RESTRICTED_TIME", "LOGIN_CHALLENGE_ISSUED", "LOGIN_CHALLENGE_PENDING",
        "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OTHER", "API_OFF_FOR_USER", "API_CURRENTLY_DISABLED",
        "CLIENT_NOT_ACCESSIBLE_FOR_USER", "CLIENT_REQUIRE_UPDATE_FOR_USER", "MUTUAL_AUTHENTICATION_FAILED",
        "invalid_grant", "invalid_client", "invalid_client_id", "inactive_user",
    }
)  # fmt: skip
"""Codes that speak about the secret or about this user: asked again with the same secret, they would say the
same, and some count toward a lockout. An allow-list: whatever is not on it, such as an outage, is never
remembered."""

PASSING = frozenset(
    {
        "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "REQUEST_RUNNING_TOO_LONG", "REQUEST_LIMIT_EXCEEDED",
        "ORG_IN_MAINTENANCE", "ORG_IS_SIGNING_UP", "INVALID_SESSION_ID", "UNABLE_TO_LOCK_ROW",
        "ALREADY_IN_PROCESS", "LOGIN_RATE_EXCEEDED", "SSO_SERVICE_DOWN", "temporarily_unavailable",
        "server_error",
    }
)  # fmt: skip
"""Codes that pass by themselves: nobody was told no."""


def speaks_of_user(code: str | None) -> bool:
    """Whether a refused login is about the secret or the user, and not about the moment or the way there."""
    return code in SPEAK_OF_USER


def passes(code: str | None) -> bool:
    """Whether a refused login passes by itself."""
    return code in PASSING


def refuse(code: str, message: str, where: str) -> LoginRefused:
    """The error for Salesforce's fault ``code`` with the text ``message``; ``where`` names user and host."""
    key = _reason_key(code, message)
    reason = REASONS.get(f"{key} @ {where.rpartition(' @ ')[2]}") or REASONS.get(key)
    if reason is None:
        reason = Reason(
            say("Salesforce refused the login with {code}: {told}", code=code, told=message[:300]),
            say(
                "Look up the code in Salesforce's help, or show it to the org's admin, before you try again."
            ),
        )
    return _error(reason, where, code)


def narrow(fault: LoginRefused, evidence: LoginEvidence) -> LoginRefused:
    """``fault`` with the reason that ``evidence`` shows; ``fault`` itself where it shows no more."""
    hidden = _HIDDEN_BEHIND.get(fault.code or "", frozenset())
    key = next((key for key in _shown_by(evidence) if key in hidden), None)
    return fault if key is None else _error(REASONS[key], str(fault.where), fault.code)


def _error(reason: Reason, where: str, code: str | None) -> LoginRefused:
    return LoginRefused(reason.what, where=where, why=reason.why or "", fix=reason.fix, code=code)


def _reason_key(code: str, message: str) -> str:
    if code == "INVALID_OPERATION" and "not available in the API version" in message:
        return "SOAP_LOGIN_VERSION"
    if code == "INVALID_OPERATION" and "login()" in message:
        return "SOAP_LOGIN_OFF"
    if code == "INSUFFICIENT_ACCESS" and "Use Any API Auth" not in message:
        return "INSUFFICIENT_ACCESS_OTHER"
    if code == "REQUEST_LIMIT_EXCEEDED" and is_about_concurrency(message):
        return "CONCURRENT_REQUESTS"
    return "TXN_SECURITY" if code.startswith("TXN_SECURITY") else code


def _shown_by(evidence: LoginEvidence) -> Iterator[str]:
    """The reasons that the evidence shows, those that must be mended first before the others."""
    hosts = {"login.salesforce.com": False, "test.salesforce.com": True}
    wants_sandbox = hosts.get(evidence.login_host)
    if None not in (wants_sandbox, evidence.org_is_sandbox) and wants_sandbox != evidence.org_is_sandbox:
        yield "WRONG_HOST_FOR_SANDBOX" if evidence.org_is_sandbox else "WRONG_HOST_FOR_PRODUCTION"
    states = {
        "UNKNOWN_USER": evidence.user_exists is False,
        "USER_INACTIVE": evidence.is_active is False,
        "USER_FROZEN": evidence.is_frozen is True,
        "PASSWORD_LOCKOUT": evidence.is_password_locked is True,
    }
    yield from (key for key, holds in states.items() if holds)
    status = (evidence.newest_status or "").strip().casefold()
    if status in _STATUSES:
        yield _STATUSES[status]
    if evidence.api_enabled is False:
        yield "API_OFF_FOR_USER"


# Statuses of LoginHistory as seen in orgs; Salesforce publishes no list. Help 000339170 names most of them.
_STATUSES = {
    "invalid password": "WRONG_PASSWORD",
    "failed: api security token required": "LOGIN_MUST_USE_SECURITY_TOKEN",
    "user is inactive": "USER_INACTIVE",
    "user is frozen": "USER_FROZEN",
    "password lockout": "PASSWORD_LOCKOUT",
    "restricted ip": "LOGIN_DURING_RESTRICTED_DOMAIN",
    "restricted time": "LOGIN_DURING_RESTRICTED_TIME",
    "restricted domain": "LOGIN_HOST_PREVENTED",
    "login rate exceeded": "LOGIN_RATE_EXCEEDED",
}

# Fault code → the reasons it may stand for beside its own.
_HIDDEN_BEHIND = {
    "INVALID_LOGIN": frozenset(
        {"WRONG_HOST_FOR_SANDBOX", "WRONG_HOST_FOR_PRODUCTION", "UNKNOWN_USER", "API_OFF_FOR_USER"}
        | set(_STATUSES.values())
    ),
    "LOGIN_DURING_RESTRICTED_DOMAIN": frozenset({"LOGIN_HOST_PREVENTED", "LOGIN_DURING_RESTRICTED_DOMAIN"}),
    "API_CURRENTLY_DISABLED": frozenset({"API_OFF_FOR_USER"}),
    "API_DISABLED_FOR_ORG": frozenset({"API_OFF_FOR_USER"}),
}
