"""Checks of the sync user's account: what keeps it from logging in one day, and whose account it is.

They read what the admin's session tells, so that the reason is known before anybody tries a login.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, listed, ok, unless_none
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.login_statuses import told_status
from runbook_lib.review.professional import PROFESSIONAL
from runbook_lib.road import SECURITY_TOKEN, SYNC_USER
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy
from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.requirements import STEP_2
from runbook_lib.survey.snapshot import Organization, Part, Snapshot, SyncUser, Unknown
from runbook_lib.text import Moment, say

NEVER_EXPIRES = "PermissionsPasswordNeverExpires"
BY_HAND = "Application"
"""LoginType of a login in a browser. Source: Object Reference, LoginHistory; seen in recorded rows."""
LOGIN_HISTORY = "Object Reference, LoginHistory; Salesforce Help 000339170"
CALLBACK = "https://app.marketo.com/salesforce/getSfdcOAuthTokensRedirect"
"""Where Salesforce sends the sync user back to. Source: Adobe, "Log in Using OAuth 2.0"."""


def judge_password_age(snapshot: Snapshot) -> Answer:
    """The password does not expire, or its age is known; 10 also looks at the password policy."""
    changed = _health(snapshot).password_changed
    permissions = snapshot.system_permissions
    if isinstance(permissions, Unknown):
        return cannot_tell(permissions)
    never = bool(cast(Mapping[str, bool], permissions).get(NEVER_EXPIRES))
    if never and not changed:
        return ok(say("The password does not expire."))
    policy = snapshot.password_policy
    if isinstance(policy, Unknown) and not never:
        return cannot_tell(policy)
    if never or (isinstance(policy, PasswordPolicy) and not policy.days):
        return ok(say("The password does not expire; it was set on {date}.", date=_day(changed)))
    return _answer_of_age(snapshot, changed, policy)


def _answer_of_age(snapshot: Snapshot, changed: str, policy: object) -> Answer:
    """How old it is, and until when it lasts where somebody looked at the policy."""
    ends = policy.ends(changed) if isinstance(policy, PasswordPolicy) else None
    if ends is not None:
        why = say("The day it expires the sync stops: by the password policy that is on {date}.",
                  date=Moment(ends))  # fmt: skip
    else:
        why = say(
            "The day it expires the sync stops: the org's password policy says after how many days "
            "(90 by default)."
        )
    return Answer(
        Status.WARN,
        say(
            "The password was set {age} days ago ({date}), and it may expire.",
            age=_age(snapshot, changed),
            date=_day(changed),
        ),
        why,
        say(
            "Notebook 02 grants “Password Never Expires”. By hand: the permission set Marketo Sync → "
            "System Permissions."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_login_ranges(snapshot: Snapshot) -> Answer:
    """The profile lets its users in from everywhere, or from named networks, which must hold Marketo's."""
    return unless_none(
        _health(snapshot).networks, say("The profile has no login IP ranges."), _answer_of_ranges
    )


def _answer_of_ranges(networks: Sequence[str]) -> Answer:
    return Answer(
        Status.WARN,
        say("The profile lets its users log in only from: {ranges}.", ranges=listed(list(networks))),
        say("Marketo logs in from its own addresses; outside these ranges Salesforce refuses the login."),
        say(
            "Compare them with the list “Marketo IP addresses” in Adobe's documentation, and add what "
            "is missing in Setup → Users → Profiles → Login IP Ranges."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_login_hours(snapshot: Snapshot) -> Answer:
    """The profile lets its users in at any hour: the sync runs day and night."""
    return unless_none(_health(snapshot).hours, say("The profile has no login hours."), _answer_of_hours)


def _answer_of_hours(hours: Mapping[str, str]) -> Answer:
    spans = listed([f"{day} {span}" for day, span in hours.items()])
    return Answer(
        Status.WARN,
        say("The profile lets its users log in only at: {hours}.", hours=spans),
        say("Marketo syncs every five minutes, around the clock, and is refused outside these hours."),
        say(
            "Clear the hours in Setup → Users → Profiles → Login Hours, or give the sync user "
            "another profile."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_dedicated(snapshot: Snapshot) -> Answer:
    """Nobody works with the sync user's account in a browser."""
    attempts = _health(snapshot).attempts
    if isinstance(attempts, Unknown):
        return cannot_tell(attempts)
    by_hand = [attempt for attempt in attempts if attempt.type == BY_HAND]
    if not by_hand:
        return ok(say("No one has logged in with it in a browser lately."))
    return Answer(
        Status.WARN,
        say(
            "{count} of the last {all} logins were made in a browser, the newest on {date}.",
            count=len(by_hand),
            all=len(attempts),
            date=_day(by_hand[0].at),
        ),
        say(
            "A person works with this account: Marketo's changes cannot be told apart from theirs, and "
            "changing its password stops the sync."
        ),
        say(
            "Use a separate user for Marketo: set sync_username in connection.toml, and let "
            "notebook 02 prepare it."
        ),
    )


def judge_profile(snapshot: Snapshot) -> Answer:
    """The sync user is no administrator, who sees every field, except in Professional Edition."""
    user = cast(SyncUser, snapshot.sync_user)
    edition = cast(Organization, snapshot.organization).edition
    if user.administers is None:
        return cannot_tell(untold(say("Salesforce did not say what the sync user's profile may do.")))
    if not user.administers or edition == PROFESSIONAL:
        return ok(say("The profile is “{profile}”.", profile=user.profile_name))
    return Answer(
        Status.WARN,
        say("The sync user is an administrator: profile “{profile}”.", profile=user.profile_name),
        say(
            "An administrator sees every field, so none can be hidden reliably; and Salesforce asks "
            "administrators for a second factor that Marketo does not have."
        ),
        say(
            "In Setup → Users → Users → Edit choose the profile “Minimum Access - Salesforce”; "
            "notebook 02 gives the user the rights that Marketo needs."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_last_logins(snapshot: Snapshot) -> Answer:
    """The last login of the sync user succeeded; why it failed, where it did."""
    attempts = _health(snapshot).attempts
    if isinstance(attempts, Unknown):
        return cannot_tell(attempts)
    if not attempts:
        return ok(say("The sync user has not logged in within the last six months."))
    last = attempts[0]
    if last.status.casefold() == "success":
        return ok(say("The last login succeeded, on {date}.", date=_day(last.at)))
    return Answer(
        Status.WARN,
        say(
            "The last login, on {date}, failed: {reason}.",
            date=_day(last.at),
            reason=told_status(last.status),
        ),
        say("The next one, ours or Marketo's, would fail for the same reason."),
        say("Fix it, and try again in notebook 03. Every further wrong login brings a lockout closer."),
        Who.SALESFORCE_ADMIN,
    )


def judge_oauth(snapshot: Snapshot) -> Answer:
    """Where Marketo shows “Login with Salesforce”: the app in Salesforce, and whether it was used."""
    if snapshot.expected.authentication != "oauth":
        return ok(say("Marketo asks for username, password and token here."))
    apps = _health(snapshot).oauth_apps
    if isinstance(apps, Unknown):
        return cannot_tell(apps)
    if apps:
        return ok(say("The sync user has logged in by OAuth to: {apps}.", apps=", ".join(apps)))
    return Answer(
        Status.WARN,
        say("Nobody has logged in by OAuth as the sync user yet."),
        say("“Login with Salesforce” needs an app in Salesforce that admits Marketo."),
        say(
            "Setup → External Client App Manager → New: callback {callback}, all scopes, secret "
            "required for the "
            "web server and the refresh flow. PKCE: on where Marketo Support has enabled it for your "
            "subscription, else off. Marketo Support must have enabled OAuth for the Salesforce sync.",
            callback=CALLBACK,
        ),
        Who.SALESFORCE_ADMIN,
    )


def _health(snapshot: Snapshot) -> AccountHealth:
    return cast(AccountHealth, snapshot.account)


def _day(moment: str) -> object:
    return Moment.of(moment) or "?"


def _age(snapshot: Snapshot, changed: str) -> int | str:
    try:
        then = datetime.fromisoformat(changed[:19])
    except ValueError:
        return "?"
    return (snapshot.taken_at.replace(tzinfo=None) - then).days


_STEP = SECURITY_TOKEN.name
ACCOUNT_CHECKS: tuple[Check, ...] = (
    Check(
        "sync_user_profile",
        SYNC_USER.name,
        say("The sync user is not an administrator"),
        STEP_2,
        judge_profile,
        needs=(Part.SYNC_USER, Part.ORGANIZATION),
        gates=(),
    ),
    Check(
        "password_age",
        _STEP,
        say("The password does not expire"),
        "Salesforce Help, Set Password Policies",
        judge_password_age,
        needs=(Part.ACCOUNT,),
        reads=(Part.SYSTEM_PERMISSIONS,),
        gates=(),
    ),
    Check(
        "login_ranges",
        _STEP,
        say("Where a login may come from"),
        "Metadata API, Profile.loginIpRanges",
        judge_login_ranges,
        needs=(Part.ACCOUNT,),
        gates=(),
    ),
    Check(
        "login_hours",
        _STEP,
        say("When a login may come"),
        "Metadata API, Profile.loginHours",
        judge_login_hours,
        needs=(Part.ACCOUNT,),
        gates=(),
    ),
    Check(
        "dedicated_account",
        _STEP,
        say("The account belongs to Marketo alone"),
        LOGIN_HISTORY,
        judge_dedicated,
        needs=(Part.ACCOUNT,),
        gates=(),
    ),
    Check(
        "last_logins",
        _STEP,
        say("The last logins"),
        LOGIN_HISTORY,
        judge_last_logins,
        needs=(Part.ACCOUNT,),
        gates=(),
    ),
    Check(
        "oauth_app",
        _STEP,
        say("“Login with Salesforce”"),
        "Adobe, Log in Using OAuth 2.0; Object Reference, OauthToken",
        judge_oauth,
        needs=(Part.ACCOUNT,),
        gates=(),
    ),
)
