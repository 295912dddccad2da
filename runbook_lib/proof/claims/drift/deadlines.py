"""What ends on a day that is known: the sync user's password, and the way in which Marketo logs in.

Nothing in the org changes when a day comes nearer; so a change is told each time another of a few marks is
passed, and is quiet in between. The text names the day and not how far it is: what is acknowledged stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import drift
from runbook_lib.survey.model.org_settings import AccountHealth
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, Moment, say

NEVER_EXPIRES = "PermissionsPasswordNeverExpires"
PASSWORD_LASTS = timedelta(days=90)
"""Salesforce's default; the policy of the org, or of the profile, may say otherwise. Source: Salesforce Help,
"Set Password Policies"."""
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
    ends = [_expires(snapshot) for snapshot in (before, now)]
    if ends[1] is None or ends[0] != ends[1]:
        return  # a permission that was lost, or another password, is told as that
    if _passed(ends[1], PASSWORD_MARKS, (before.taken_at, now.taken_at)):
        what = say(
            "The sync user's password may expire on {date} (90 days after it was set, unless the org's "
            "password policy says otherwise): the sync stops that day. Grant “Password Never Expires” in "
            "notebook 02, or set a new password and give it to Marketo with its token.",
            date=Moment(ends[1]),
        )
        yield _named("password", "expires", what, (ends[1], PASSWORD_MARKS), now)


def _named(kind: str, name: str, what: Message, due: tuple[datetime, Sequence[int]], now: Snapshot) -> Claim:
    """The claim, with the mark that was passed: the next one is another change."""
    return drift(kind, name, what, None, {"days": _mark(*due, now.taken_at), "on": f"{due[0]:%Y-%m-%d}"})


def _expires(snapshot: Snapshot) -> datetime | None:
    """When the password expires; ``None``: never, or nobody can tell."""
    permissions, account = snapshot.system_permissions, snapshot.account
    if not isinstance(permissions, Mapping) or not isinstance(account, AccountHealth):
        return None
    if permissions.get(NEVER_EXPIRES):
        return None
    try:
        return datetime.fromisoformat(account.password_changed[:19]).replace(tzinfo=UTC) + PASSWORD_LASTS
    except ValueError:
        return None


def _passed(ends: datetime, marks: Sequence[int], looks: tuple[datetime, datetime]) -> bool:
    then, today = (_mark(ends, marks, moment) for moment in looks)
    return today is not None and today != then


def _mark(ends: datetime, marks: Sequence[int], moment: datetime) -> int | None:
    """The last of the marks (days before, falling) that was passed; ``None``: the first lies ahead."""
    passed = [days for days in marks if moment >= ends - timedelta(days=days)]
    return passed[-1] if passed else None
