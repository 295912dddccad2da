"""Checks of the sync user's login: Marketo will do exactly what our test login did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.road import SECURITY_TOKEN
from runbook_lib.survey.requirements import STEP_3, USE_ANY_API_AUTH
from runbook_lib.survey.snapshot import Organization, Part, Snapshot, SyncLogin, SyncUser, Unknown
from runbook_lib.text import say

EXPIRED = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
HELP_SOAP_LOGIN = "Salesforce Help 005132110, SOAP API login() Call is Being Retired (updated 2026-04-30)"


def judge_login(snapshot: Snapshot) -> Answer:
    """The test login as the sync user succeeded; a refusal carries Salesforce's reason and its own fix."""
    login = snapshot.sync_login
    if isinstance(login, SyncLogin) and login.by_client:
        return ok(
            say(
                "The app can log in as “{username}”; the password, which Marketo's “Login with Salesforce” "
                "asks for once, was not tried.",
                username=snapshot.expected.sync_username,
            )
        )
    if isinstance(login, SyncLogin):
        return ok(
            say(
                "“{username}” can log in with the password and the security token on file.",
                username=snapshot.expected.sync_username,
            )
        )
    unknown = cast(Unknown, login)
    answer = cannot_tell(unknown)
    if not unknown.refused:
        return answer
    return Answer(
        Status.ERROR,
        unknown.message("what")
        or say(
            "Salesforce refused the login as “{username}”: {reason} ({code}).",
            username=snapshot.expected.sync_username,
            reason=unknown.words,
            code=unknown.code,
        ),
        unknown.message("why") or say("Marketo logs in the same way and would be refused as well."),
        answer.fix,
        Who.SALESFORCE_ADMIN,
    )


def judge_login_identity(snapshot: Snapshot) -> Answer:
    """The login ended in the admin's org, as the very user the admin sees."""
    login = cast(SyncLogin, snapshot.sync_login)
    organization = cast(Organization, snapshot.organization)
    user = cast(SyncUser, snapshot.sync_user)
    if login.org_id[:15] != organization.id[:15]:
        return Answer(
            Status.ERROR,
            say(
                "The sync user's login ended in the org {found}, the admin's in {expected}.",
                found=login.org_id,
                expected=organization.id,
            ),
            say("Everything would be prepared in one org and synced from another."),
            say(
                "Correct the usernames and the environment in connection.toml, so that both belong to "
                "the same org."
            ),
        )
    if login.user_id[:15] != user.id[:15]:
        return Answer(
            Status.ERROR,
            say(
                "The login is a different user ({found}) than “{username}” ({expected}).",
                found=login.user_id,
                username=user.username,
                expected=user.id,
            ),
            say("Marketo would see what that other user sees."),
            say(
                "Store the password and the token of “{username}” in notebook 03.",
                username=user.username,
            ),
        )
    return ok(say("The login is “{username}” in “{org}”.", username=user.username, org=organization.name))


def judge_password(snapshot: Snapshot) -> Answer:
    """The password has not expired; Salesforce lets an expired one in and then refuses everything else."""
    login = snapshot.sync_login
    if isinstance(login, Unknown) and login.code != EXPIRED:
        return cannot_tell(login)
    if isinstance(login, SyncLogin) and login.by_client:
        return ok(
            say(
                "No password was needed for this login. If it has expired, Salesforce asks for a new "
                "one at Marketo's “Login with Salesforce”."
            )
        )
    if isinstance(login, SyncLogin) and not login.password_expired:
        return ok(say("The sync user's password has not expired."))
    return Answer(
        Status.ERROR,
        say("The sync user's password has expired."),
        say("Salesforce still accepts the login, but refuses every call after it, including Marketo's."),
        say(
            "Log in to Salesforce as the sync user and set a new password. The security token changes "
            "with it and arrives by e-mail: store both in notebook 03. “Password Never Expires” "
            "keeps this from happening again."
        ),
    )


def judge_soap_login(snapshot: Snapshot) -> Answer:
    """SOAP login(), the way Marketo's form with username, password and token logs in, is open here."""
    if snapshot.expected.authentication == "oauth":
        return ok(say("Marketo logs in with “Login with Salesforce” here, which does not use SOAP login()."))
    login = snapshot.sync_login
    if isinstance(login, Unknown):
        return _soap_login_refused(login)
    permissions = snapshot.system_permissions
    if isinstance(permissions, Mapping) and permissions.get(USE_ANY_API_AUTH.column) is False:
        return Answer(
            Status.WARN,
            say("SOAP login() still works, but the sync user lacks “{label}”.", label=USE_ANY_API_AUTH.label),
            say(
                "Salesforce requires this permission in more and more orgs; the day it does here, the "
                "sync stops."
            ),
            say(
                "Notebook 02 adds them to the permission set. By hand: Salesforce Setup → Users → "
                "Permission Sets → Marketo Sync → System Permissions → Edit."
            ),
            Who.SALESFORCE_ADMIN,
        )
    return ok(
        say(
            "SOAP login() is open for the sync user. Salesforce retires it with Summer '27 (about June "
            "2027): plan to move to Marketo's “Login with Salesforce” (OAuth) before then."
        )
    )


def _soap_login_refused(login: Unknown) -> Answer:
    if not is_soap_login_off(login):
        return cannot_tell(login)
    return Answer(
        Status.ERROR,
        say("SOAP API login() is switched off in this org."),
        say("Marketo's form with username, password and token uses it to log in, and would be refused."),
        login.message("fix")
        or say(
            "Salesforce Setup → User Interface → “Enable SOAP API login()”, and give the sync user "
            "“{label}”; or ask Marketo Support for “Login with Salesforce” (OAuth), which does not need it.",
            label=USE_ANY_API_AUTH.label,
        ),
        Who.SALESFORCE_ADMIN,
    )


def is_soap_login_off(login: Unknown) -> bool:
    """Whether the refusal means that SOAP login() itself is shut, for the org or for this user."""
    return login.refused and "soap" in f"{login.code} {login.reason}".lower()


LOGIN_CHECKS: tuple[Check, ...] = (
    Check(
        "sync_login",
        SECURITY_TOKEN.name,
        say("The sync user can log in"),
        STEP_3,
        judge_login,
        reads=(Part.SYNC_LOGIN,),
    ),
    Check(
        "sync_login_identity",
        SECURITY_TOKEN.name,
        say("The login is the sync user's, in this org"),
        STEP_3,
        judge_login_identity,
        needs=(Part.SYNC_LOGIN, Part.SYNC_USER, Part.ORGANIZATION),
    ),
    Check(
        "password_expired",
        SECURITY_TOKEN.name,
        say("The password has not expired"),
        "Salesforce partner WSDL, LoginResult.passwordExpired",
        judge_password,
        reads=(Part.SYNC_LOGIN,),
    ),
    Check(
        "soap_login",
        SECURITY_TOKEN.name,
        say("Salesforce still accepts this kind of login"),
        HELP_SOAP_LOGIN,
        judge_soap_login,
        reads=(Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS),
    ),
)
