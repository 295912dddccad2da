"""What ends on a day that is known: the sync user's password by the policy of their profile or org, and the
way in which Marketo logs in.

Nothing in the org changes when a day comes nearer; so a change is told each time another of a few marks is
passed, and is quiet in between. The text names the day and not how far it is: what is acknowledged stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import drift
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy
from runbook_lib.survey.probes.org.password_policy import NEVER_EXPIRES
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, Moment, say

PASSWORD_MARKS = (14, 3, 0)
SOAP_LOGIN_ENDS = datetime(2027, 6, 1, tzinfo=UTC)
"""The beginning of Summer '27. Source: Salesforce Help 005132110, "SOAP API login() Call is Being Retired"
(updated 2026-04-30)."""
SOAP_LOGIN_MARKS = (270, 180, 90, 30, 7, 0)
"""Days before, each of which is told. Moving to OAuth takes Marketo Support, an app and a new login."""


def nearing(before: Snapshot, now: Snapshot) -> Iterator[Claim]:
    """Each day that came past one of its marks since ``before``."""
    yield from _password(before, now)
    if now.expected.authentication != "oauth" and _passed(
        SOAP_LOGIN_ENDS, SOAP_LOGIN_MARKS, (before.taken_at, now.taken_at)
    ):
        what = say(
            "Salesforce retires SOAP login() with Summer '27, about {date}: Marketo's login with username, "
            "password and token ends that day, and the sync stops. Move to “Login with Salesforce” "
            "(OAuth): ask Marketo Support for it.",
            date=Moment(SOAP_LOGIN_ENDS),
        )
        yield _named("retires", "soap-login", what, (SOAP_LOGIN_ENDS, SOAP_LOGIN_MARKS), now)


def _password(before: Snapshot, now: Snapshot) -> Iterator[Claim]:
    then, ends = _expires(before), _expires(now)
    if ends is None or _is_told_otherwise(before, now):
        return
    mark = _mark(ends, PASSWORD_MARKS, now.taken_at)
    if mark is None or (then is not None and mark == _mark(ends, PASSWORD_MARKS, before.taken_at)):
        return
    what = say(
        "The sync user's password expires on {date}, as the password policy says: the sync stops that day. "
        "Grant “Password Never Expires” in notebook 02, or set a new password and give it to Marketo with "
        "its token.",
        date=Moment(ends),
    )
    yield _named("password", "expires", what, (ends, PASSWORD_MARKS), now)


def _named(kind: str, name: str, what: Message, due: tuple[datetime, Sequence[int]], now: Snapshot) -> Claim:
    """The claim, with the mark that was passed: the next one is another change."""
    return drift(kind, name, what, None, {"days": _mark(*due, now.taken_at), "on": f"{due[0]:%Y-%m-%d}"})


def _expires(snapshot: Snapshot) -> datetime | None:
    """When the password expires; ``None``: never, or nobody can tell."""
    policy, account = snapshot.password_policy, snapshot.account
    if not isinstance(snapshot.system_permissions, Mapping) or _lasts(snapshot):
        return None
    if not isinstance(account, AccountHealth):
        return None
    return policy.ends(account.password_changed) if isinstance(policy, PasswordPolicy) else None


def _is_told_otherwise(before: Snapshot, now: Snapshot) -> bool:
    """Whether the day is another one for a reason that is a change of its own: a permission that was lost,
    another password, another policy."""
    policy, accounts = before.password_policy, (before.account, now.account)
    if _lasts(before) or (isinstance(policy, PasswordPolicy) and policy != now.password_policy):
        return True
    return len({account.password_changed for account in accounts if isinstance(account, AccountHealth)}) > 1


def _lasts(snapshot: Snapshot) -> bool:
    """Whether a permission keeps it from expiring."""
    permissions = snapshot.system_permissions
    return isinstance(permissions, Mapping) and bool(permissions.get(NEVER_EXPIRES))


def _passed(ends: datetime, marks: Sequence[int], looks: tuple[datetime, datetime]) -> bool:
    then, today = (_mark(ends, marks, moment) for moment in looks)
    return today is not None and today != then


def _mark(ends: datetime, marks: Sequence[int], moment: datetime) -> int | None:
    """The last of the marks (days before, falling) that was passed; ``None``: the first lies ahead."""
    passed = [days for days in marks if moment >= ends - timedelta(days=days)]
    return passed[-1] if passed else None
