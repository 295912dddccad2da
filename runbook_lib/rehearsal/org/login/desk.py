"""Logging in: who may, from where and how, with Salesforce's faults and a LoginHistory row for each attempt.

The order of the tests is Salesforce's: the org, the user, login hours, the profile's IP ranges, then trusted
networks or the token. Source: "Login" and "Restrict Login Access" of Salesforce
Help; partner WSDL, LoginFault.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any, NoReturn

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import LoginFault, OrgFault
from runbook_lib.rehearsal.org.ids import IdCounter
from runbook_lib.rehearsal.org.login.session import Attempt, Credential, LoginHost, OrgSession
from runbook_lib.rehearsal.org.login.texts import (
    INVALID,
    NO_API_AUTH,
    NO_TOKEN,
    SOAP_OFF,
    TOO_NEW,
)
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.tables import insert
from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.switches import Switches

SECONDS_VALID = 7200
LAST_SOAP_LOGIN = 64.0
"""SOAP login() is not part of later API versions."""
FIRST_VERSION = 31.0
UNKNOWN_STATUS = ""
"""For refusals of which nobody has told what the login history says: they leave no row here, so that nothing
can rest on a word of our own. The other words are EventLogFile's login statuses (Object Reference)."""
LOGIN_TYPES = {
    "SOAP Partner": "Partner Product",
    "SOAP Enterprise": "Other Apex API",
    "REST API": "Remote Access 2.0",
    "OAuth": "Remote Access 2.0",
    "Web": "Remote Access 2.0",
}


class LoginDesk:
    """Takes logins and keeps the sessions."""

    def __init__(
        self, database: Database, catalog: Catalog, permissions: Permissions, switches: Switches, clock: Clock
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._switches = switches
        self._clock = clock
        self._ids = IdCounter()
        self.credentials: dict[str, Credential] = {}
        self._sessions: dict[str, OrgSession] = {}

    def log_in(self, attempt: Attempt) -> OrgSession:
        """A new session; LoginFault with Salesforce's code when refused."""
        credential = self.credentials.get(attempt.username.lower())
        self._check_org(attempt, credential)
        if credential is None:
            raise LoginFault("INVALID_LOGIN", INVALID)
        profile = self._check_user(attempt, credential)
        is_trusted = self._check_place(attempt, credential, profile)
        tokens = ("", credential.security_token) if is_trusted else (credential.security_token,)
        self._check_password(attempt, credential, tokens)
        self._check_permissions(attempt, credential)
        credential.failures = 0
        return self._open(attempt, credential)

    def vouch(self, attempt: Attempt) -> OrgSession:
        """A new session for a user whom an app vouches for: nobody asks for a password."""
        credential = self.credentials.get(attempt.username.lower())
        self._check_org(attempt, credential)
        if credential is None:
            raise LoginFault("INVALID_LOGIN", INVALID)
        self._check_place(attempt, credential, self._check_user(attempt, credential))
        session = self._open(attempt, credential)
        session.password_expired = False
        return session

    def find(self, session_id: str) -> OrgSession:
        """A session that is not over; OrgFault 401 INVALID_SESSION_ID otherwise. Using it prolongs it."""
        session = self._sessions.get(session_id)
        now = self._clock.now()
        if session is None or session.is_expired or session.expires_at <= now:
            raise OrgFault(401, "INVALID_SESSION_ID", "Session expired or invalid")
        session.expires_at = now + timedelta(seconds=session.seconds_valid)
        return session

    def expire_all(self) -> None:
        """End every session."""
        for session in self._sessions.values():
            session.is_expired = True

    def expire(self, session_id: str) -> None:
        """End one session, if it is known."""
        if session_id in self._sessions:
            self._sessions[session_id].is_expired = True

    # the tests in their order ---------------------------------------------------------------------
    def _check_org(self, attempt: Attempt, credential: Credential | None) -> None:
        is_soap = attempt.api_type.startswith("SOAP")
        if attempt.api_version < FIRST_VERSION:
            raise LoginFault("UNSUPPORTED_API_VERSION", f"Unsupported API version: {attempt.api_version}")
        if is_soap and attempt.api_version > LAST_SOAP_LOGIN:
            raise LoginFault("INVALID_OPERATION", TOO_NEW.format(version=attempt.api_version))
        if not self._is_right_host(attempt.host):
            raise LoginFault("INVALID_LOGIN", INVALID)
        self._check_switches(attempt, credential)

    def _check_switches(self, attempt: Attempt, credential: Credential | None) -> None:
        if not self._switches.api:
            self._refuse(
                attempt,
                credential,
                "API_DISABLED_FOR_ORG",
                "API is not enabled for this Organization or Partner",
                UNKNOWN_STATUS,
            )
        if attempt.api_type.startswith("SOAP") and not self._switches.soap_login:
            self._refuse(attempt, credential, "INVALID_OPERATION", SOAP_OFF, UNKNOWN_STATUS)
        if attempt.api_type == "REST API" and not self._switches.oauth_password_flow:
            self._refuse(
                attempt,
                credential,
                "INVALID_LOGIN",
                "authentication failure",
                "Username-Password Flow Disabled",
            )
        if self._switches.my_domain_only and attempt.host in (LoginHost.PRODUCTION, LoginHost.SANDBOX):
            self._refuse(
                attempt,
                credential,
                "LOGIN_DURING_RESTRICTED_DOMAIN",
                "cannot log in from current domain",
                "Restricted domain",
            )

    def _is_right_host(self, host: LoginHost) -> bool:
        is_sandbox = bool(self._database.sql('SELECT "IsSandbox" FROM org."Organization"')[0][0])
        wrong = LoginHost.PRODUCTION if is_sandbox else LoginHost.SANDBOX
        return host not in (wrong, LoginHost.OTHER_DOMAIN)

    def _check_user(self, attempt: Attempt, credential: Credential) -> str:
        is_active, profile, is_frozen, is_locked = self._database.sql(
            'SELECT u."IsActive", p."Name", l."IsFrozen", l."IsPasswordLocked" FROM org."User" u '
            'JOIN org."Profile" p ON p."Id" = u."ProfileId" '
            'LEFT JOIN org."UserLogin" l ON l."UserId" = u."Id" WHERE u."Id" = $1',
            [credential.user_id],
        )[0]
        if not is_active:
            self._refuse(attempt, credential, "INVALID_LOGIN", INVALID, "User is inactive")
        if is_frozen:
            self._refuse(attempt, credential, "INVALID_LOGIN", INVALID, "User is frozen")
        if is_locked:
            self._refuse(
                attempt,
                credential,
                "PASSWORD_LOCKOUT",
                "Your login attempts exceeded the limit. The user is locked out.",
                "Password lockout",
            )
        return str(profile)

    def _check_place(self, attempt: Attempt, credential: Credential, profile: str) -> bool:
        """Whether the place is one from which no security token is needed."""
        hours = self._switches.profile_hours.get(profile)
        if hours and not hours[0] <= self._clock.now().hour < hours[1]:
            self._refuse(
                attempt,
                credential,
                "LOGIN_DURING_RESTRICTED_TIME",
                "cannot log in during these hours",
                "Restricted time",
            )
        own_networks = self._switches.profile_networks.get(profile)
        if own_networks and not _is_inside(attempt.source_ip, own_networks):
            self._refuse(
                attempt,
                credential,
                "LOGIN_DURING_RESTRICTED_DOMAIN",
                "cannot log in from current domain",
                "Restricted IP",
            )
        return bool(own_networks) or _is_inside(attempt.source_ip, self._switches.trusted_networks)

    def _check_password(self, attempt: Attempt, credential: Credential, tokens: tuple[str, ...]) -> None:
        """What was given is the password and one of `tokens`; from a trusted network that may be none."""
        given, password = attempt.password_and_token, credential.password
        if not password or not given.startswith(password):
            self._fail(attempt, credential, "INVALID_LOGIN", INVALID, "Invalid password")
        if given.removeprefix(password) in tokens:
            return
        if "" in tokens:
            self._fail(attempt, credential, "INVALID_LOGIN", INVALID, "Invalid password")
        self._fail(
            attempt,
            credential,
            "LOGIN_MUST_USE_SECURITY_TOKEN",
            NO_TOKEN,
            "Failed: API security token required",
        )

    def _check_permissions(self, attempt: Attempt, credential: Credential) -> None:
        held = self._permissions.system(credential.user_id)
        if not held["ApiEnabled"]:
            self._refuse(
                attempt, credential, "API_CURRENTLY_DISABLED", "API is disabled for this User", UNKNOWN_STATUS
            )
        needs_any_auth = attempt.api_type.startswith("SOAP") and self._switches.use_any_api_auth_enforced
        if needs_any_auth and not held["UseAnyApiAuth"]:
            self._refuse(attempt, credential, "INSUFFICIENT_ACCESS", NO_API_AUTH, UNKNOWN_STATUS)

    # what is written down -------------------------------------------------------------------------
    def _fail(
        self, attempt: Attempt, credential: Credential, code: str, message: str, status: str
    ) -> NoReturn:
        """Refuse, and count it: too many lock the user out."""
        credential.failures += 1
        if credential.failures >= self._switches.failures_before_lockout:
            self._database.sql(
                'UPDATE org."UserLogin" SET "IsPasswordLocked" = true WHERE "UserId" = $1',
                [credential.user_id],
            )
        self._refuse(attempt, credential, code, message, status)

    def _refuse(
        self, attempt: Attempt, credential: Credential | None, code: str, message: str, status: str
    ) -> NoReturn:
        if credential is not None and status != UNKNOWN_STATUS:
            self._record(attempt, credential.user_id, status)
        raise LoginFault(code, message)

    def _record(self, attempt: Attempt, user_id: str, status: str) -> None:
        url = (
            attempt.host.value.removeprefix("https://")
            if attempt.host.value.startswith("https")
            else "acme.my.salesforce.com"
        )
        row: dict[str, Any] = {
            "Id": self._ids.next("0Ya"),
            "UserId": user_id,
            "LoginTime": self._clock.now(),
            "Status": status,
            "LoginType": LOGIN_TYPES.get(attempt.api_type, "Other Apex API"),
            "SourceIp": attempt.source_ip,
            "LoginUrl": url,
            "ApiType": attempt.api_type,
            "ApiVersion": str(attempt.api_version),
            "Application": attempt.application,
            "Browser": "Unknown",
            "Platform": "Unknown",
            "ClientVersion": "N/A",
            "TlsProtocol": "TLS 1.3",
            "CipherSuite": "TLS_AES_256_GCM_SHA384",
            "CountryIso": "US",
        }
        insert(self._database, self._catalog["LoginHistory"], [row])

    def _open(self, attempt: Attempt, credential: Credential) -> OrgSession:
        now = self._clock.now()
        self._record(attempt, credential.user_id, "Success")
        self._database.sql(
            'UPDATE org."User" SET "LastLoginDate" = $1 WHERE "Id" = $2',
            [now.replace(tzinfo=None), credential.user_id],
        )
        org_id = str(self._database.sql('SELECT "Id" FROM org."Organization"')[0][0])[:15]
        session = OrgSession(
            session_id=f"{org_id}!AQ{secrets.token_hex(24)}",
            user_id=credential.user_id,
            username=credential.username,
            api_type=attempt.api_type,
            source_ip=attempt.source_ip,
            created_at=now,
            expires_at=now + timedelta(seconds=SECONDS_VALID),
            seconds_valid=SECONDS_VALID,
            password_expired=credential.password_expired,
        )
        self._sessions[session.session_id] = session
        return session


def _is_inside(address: str, networks: list[str]) -> bool:
    return any(ip_address(address) in ip_network(network) for network in networks)
