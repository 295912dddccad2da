"""Checks of the sync user's account: each is green, tells what it found, or says that it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.review.checks import run_checks
from runbook_lib.review.checks.account import NEVER_EXPIRES
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.model.org_settings import AccountHealth, LoginAttempt, PasswordPolicy
from runbook_lib.survey.model.unknown import Absent, Unknown
from runbook_lib.survey.snapshot import Organization, Snapshot, SyncUser

HEALTHY = AccountHealth("2026-10-22T09:00:00.000+0000", attempts=(), oauth_apps=())
REFUSED = Unknown("insufficient access", "INSUFFICIENT_ACCESS")


def _finding(snapshot: Snapshot, check: str) -> Finding:
    return next(finding for finding in run_checks(snapshot) if finding.check == check)


def _attempt(kind: str, status: str) -> LoginAttempt:
    return LoginAttempt("2026-11-20T09:00:00.000+0000", kind, "Browser", "203.0.113.9", status)


@pytest.mark.parametrize(
    ("check", "changes", "status"),
    [
        ("login_ranges", {}, Status.OK),
        ("login_ranges", {"networks": ("10.0.0.0–10.0.0.255",)}, Status.WARN),
        ("login_ranges", {"networks": REFUSED}, Status.UNKNOWN),
        ("login_hours", {}, Status.OK),
        ("login_hours", {"hours": {"monday": "08:00–18:00"}}, Status.WARN),
        ("login_hours", {"hours": REFUSED}, Status.UNKNOWN),
        ("dedicated_account", {}, Status.OK),
        ("dedicated_account", {"attempts": (_attempt("Application", "Success"),)}, Status.WARN),
        ("dedicated_account", {"attempts": (_attempt("Partner Product", "Success"),)}, Status.OK),
        ("dedicated_account", {"attempts": REFUSED}, Status.UNKNOWN),
        ("last_logins", {}, Status.OK),
        ("last_logins", {"attempts": (_attempt("Other Apex API", "Success"),)}, Status.OK),
        ("last_logins", {"attempts": (_attempt("Other Apex API", "Restricted Domain"),)}, Status.WARN),
        ("last_logins", {"attempts": REFUSED}, Status.UNKNOWN),
        ("oauth_app", {}, Status.OK),
    ],
)
def test_what_keeps_him_out(snapshot: Snapshot, check: str, changes: dict[str, Any], status: Status) -> None:
    """Networks, hours, logins in a browser and failed logins are told; what may not be read is unknown."""
    assert _finding(replace(snapshot, account=replace(HEALTHY, **changes)), check).status is status


@pytest.mark.parametrize(
    ("apps", "status"), [((), Status.WARN), (("Marketo",), Status.OK), (REFUSED, Status.UNKNOWN)]
)
def test_oauth_is_proven_by_a_token(snapshot: Snapshot, apps: Any, status: Status) -> None:
    """Where Marketo shows “Login with Salesforce”, an OAuth token is the evidence; before that, a list."""
    expected = replace(snapshot.expected, authentication="oauth")
    changed = replace(snapshot, expected=expected, account=replace(HEALTHY, oauth_apps=apps))
    assert _finding(changed, "oauth_app").status is status


def test_a_known_reason_is_explained_and_an_unknown_one_quoted(snapshot: Snapshot) -> None:
    """Salesforce's word for a failed login stands there, and what it means where we know it."""
    for status, words in (("Restricted Domain", "my_domain"), ("Something New", "Something New")):
        account = replace(HEALTHY, attempts=(_attempt("Other Apex API", status),))
        assert words in str(_finding(replace(snapshot, account=account), "last_logins").what)


def test_a_password_that_may_expire_is_told_with_its_age(snapshot: Snapshot) -> None:
    """Never expiring is green; else the age in days is told; unread permissions are unknown."""
    healthy = replace(snapshot, account=HEALTHY)
    assert _finding(healthy, "password_age").status is Status.OK
    found = _finding(replace(healthy, system_permissions={NEVER_EXPIRES: False}), "password_age")
    assert found.status is Status.WARN and " 31 days" in str(found.what)
    assert _finding(replace(healthy, system_permissions=REFUSED), "password_age").status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("profile", "administers", "edition", "status"),
    [
        ("Minimum Access - Marketo", False, "Enterprise Edition", Status.OK),
        ("System Administrator", True, "Enterprise Edition", Status.WARN),
        ("Systemadministrator", True, "Enterprise Edition", Status.WARN),
        ("Administrateur système", True, "Enterprise Edition", Status.WARN),
        ("System Administrator", False, "Enterprise Edition", Status.OK),
        ("System Administrator", None, "Enterprise Edition", Status.UNKNOWN),
        ("Systemadministrator", True, "Professional Edition", Status.OK),
    ],
)
def test_an_administrator_is_told_but_in_professional_edition(
    snapshot: Snapshot, profile: str, administers: bool | None, edition: str, status: Status
) -> None:
    """Who administers is known by what the profile may do, whatever its name in the asker's language is; it
    is a warning, except where Salesforce leaves no other way."""
    assert isinstance(snapshot.sync_user, SyncUser)
    changed = replace(
        snapshot,
        sync_user=replace(snapshot.sync_user, profile_name=profile, administers=administers),
        organization=Organization("00D5g000000AcmeEAE", "Acme", edition, False, "NA224"),
    )
    assert _finding(changed, "sync_user_profile").status is status


def test_without_the_user_there_is_nothing_to_look_at(snapshot: Snapshot) -> None:
    """Where there is no such user, the checks of his account are skipped."""
    missing = replace(snapshot, account=Absent("User"))
    assert _finding(missing, "login_hours").status is Status.SKIP


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("Invalid password", "the password, or the security token after it, is wrong"),
        ("INVALID PASSWORD", "the password, or the security token after it, is wrong"),
        ("User is frozen", "the user is frozen"),
        ("Restricted time", "login hours"),
        ("Restricted domain", "My Domain"),
        ("Password lockout", "locked out"),
    ],
)
def test_a_status_is_known_however_it_is_spelt(snapshot: Snapshot, status: str, meaning: str) -> None:
    """LoginHistory spells its statuses in more than one way."""
    tried = replace(HEALTHY, attempts=(_attempt("Other Apex API", status),))
    found = _finding(replace(snapshot, account=tried), "last_logins")
    assert found.status is Status.WARN and meaning in str(found.what)


def test_a_status_that_nobody_knows_is_shown_as_it_is(snapshot: Snapshot) -> None:
    """Salesforce publishes no list: what is not known is told in Salesforce's words, and is no success."""
    tried = replace(HEALTHY, attempts=(_attempt("Other Apex API", "No Salesforce.com Access"),))
    found = _finding(replace(snapshot, account=tried), "last_logins")
    assert found.status is Status.WARN and "No Salesforce.com Access" in str(found.what)
    assert (
        _finding(
            replace(snapshot, account=replace(HEALTHY, attempts=(_attempt("", "SUCCESS"),))), "last_logins"
        ).status
        is Status.OK
    )


@pytest.mark.parametrize(
    ("policy", "status", "says"),
    [
        (None, Status.WARN, "90 by default"),
        (PasswordPolicy(30), Status.WARN, "Nov 21, 2026"),
        (PasswordPolicy(365, of_profile=True), Status.WARN, "Oct 22, 2027"),
        (PasswordPolicy(0), Status.OK, "Oct 22, 2026"),
        (REFUSED, Status.UNKNOWN, "insufficient access"),
    ],
)
def test_the_day_it_expires_is_told_where_the_policy_is_known(
    snapshot: Snapshot, policy: Any, status: Status, says: str
) -> None:
    """By the policy that was read; never a day that nobody knows, and none is needed with the permission."""
    may_expire = replace(snapshot, account=HEALTHY, password_policy=policy, system_permissions={})
    found = _finding(may_expire, "password_age")
    assert found.status is status and says in f"{found.what} {found.why}"
    lasting = replace(may_expire, system_permissions={NEVER_EXPIRES: True})
    assert _finding(lasting, "password_age").status is Status.OK
