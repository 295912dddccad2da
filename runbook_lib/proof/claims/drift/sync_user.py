"""The sync user, what they may do, and from where and until when they can log in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import PREFIX, drift
from runbook_lib.proof.values import RIGHTS
from runbook_lib.review.findings import Status, not_told
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy
from runbook_lib.survey.snapshot import NO_ACCESS, ObjectAccess, SyncUser, Unknown
from runbook_lib.text import joined, say


def changed_user(then: Any, today: Any) -> Iterator[Claim]:
    """The user is gone, is shut out, or has another profile."""
    if not isinstance(then, SyncUser):
        return
    if not isinstance(today, SyncUser):
        yield drift("user", then.username, say("The sync user {name} is gone.", name=then.username))
        return
    states = {
        "active": (then.is_active, today.is_active, say("The sync user is no longer active.")),
        "frozen": (not then.is_frozen, not today.is_frozen, say("The sync user is frozen.")),
        "locked": (not then.is_locked, not today.is_locked, say("The sync user is locked out.")),
    }
    for name, (was_fine, is_fine, what) in states.items():
        if was_fine and not is_fine:
            yield drift("user", name, what)
    if then.profile_name != today.profile_name:
        what = say(
            "The sync user's profile was “{before}” and is “{now}”.",
            before=then.profile_name, now=today.profile_name,
        )  # fmt: skip
        yield drift("profile", today.username, what, then.profile_name, today.profile_name)


def lost_permissions(then: Mapping[str, bool], today: Mapping[str, bool]) -> Iterator[Claim]:
    """Each system permission that they had."""
    for name in sorted(column for column, held in then.items() if held and not today.get(column)):
        label = name.removeprefix("Permissions")
        what = say("The sync user lost the permission {name}. Restore it in notebook 02.", name=label)
        yield drift("permission", label, what)


Access = Mapping[str, ObjectAccess | Unknown]
"""Object → what they may do with its records."""


def lost_access(then: Access, today: Access) -> Iterator[Claim]:
    """Each object with whose records they may do less; where nobody can tell any more, that is told."""
    for name, had in sorted(then.items()):
        has = today.get(name, NO_ACCESS)
        if isinstance(had, Unknown):
            continue
        if isinstance(has, Unknown):
            yield Claim(f"{PREFIX}unknown:{name}", Status.UNKNOWN, not_told(has.words))
            continue
        lost = [right for right, held in vars(had).items() if held and not getattr(has, right)]
        if lost:
            what = say(
                "The sync user may no longer {rights} records of {object}. Restore it in notebook 02.",
                rights=joined((RIGHTS[right] for right in lost), ", "),
                object=name,
            )
            yield drift("access", name, what, None, lost)


def changed_account(then: Any, today: Any) -> Iterator[Claim]:
    """Networks and hours that shut the login in, and another password."""
    if not isinstance(then, AccountHealth) or not isinstance(today, AccountHealth):
        return
    if isinstance(today.networks, tuple) and today.networks != then.networks and today.networks:
        what = say("The networks from which the sync user may log in have changed: {now}.",
                   now=", ".join(today.networks))  # fmt: skip
        yield drift("networks", "profile", what, _listed(then.networks), list(today.networks))
    if isinstance(today.hours, Mapping) and today.hours != then.hours and today.hours:
        what = say("The hours at which the sync user may log in have changed: {now}.",
                   now=", ".join(f"{day} {span}" for day, span in today.hours.items()))  # fmt: skip
        yield drift("hours", "profile", what)
    if then.password_changed and today.password_changed != then.password_changed:
        what = say(
            "The sync user's password was changed on {at}: Marketo must have the new one and its token.",
            at=today.password_changed[:10],
        )
        yield drift("password", "changed", what, then.password_changed, today.password_changed)


def changed_policy(then: PasswordPolicy, today: PasswordPolicy) -> Iterator[Claim]:
    """Passwords expire sooner than they did."""
    if today.days and (not then.days or today.days < then.days):
        what = say(
            "By the password policy the sync user's password now expires {days} days after it was set: the "
            "sync stops that day. Grant “Password Never Expires” in notebook 02.",
            days=today.days,
        )
        yield drift("password", "policy", what, then.days, today.days)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else None
