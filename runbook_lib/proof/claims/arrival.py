"""What is claimed of 09 and 10: that Salesforce's records arrive in Marketo, and go on arriving.

What must be there: the sampled people, by their Ids and with their values, the sampled opportunities, and the
lock. What supports it and is never needed: logins of the sync user from elsewhere since the start.
Sources: Marketo REST API (filterType sfdcLeadId, "Opportunities", "Sales Persons"); Salesforce object
reference, LoginHistory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from runbook_lib.proof.claims.api_calls import is_nearly_spent
from runbook_lib.proof.claims.claim import Claim, Measured, cannot_tell, judged
from runbook_lib.proof.claims.people import claim_people, claim_records, claim_values, found_of
from runbook_lib.review.findings import Status
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.survey.snapshot import ApiBudget, Lock, Login, MarketoState, Snapshot
from runbook_lib.text import say

AT_LEAST = timedelta(hours=1)
"""However small the org: Marketo begins when it likes."""
SUCCEEDED = "success"
"""How the status of a login that worked begins. Seen in orgs; Salesforce publishes no list."""


def claim_sync_runs(measured: Measured) -> Iterator[Claim]:
    """09: the sampled Salesforce people are in Marketo with their values, and Marketo is tied to a CRM."""
    loading = loading_until(measured.before, measured.now, ())
    yield from claim_people(measured, loading)
    lock = lock_of(measured.now)
    if lock is None:
        what = say("Cannot tell whether Marketo says that it is tied to a CRM.")
        yield Claim("tied", Status.WARN if found_of(measured.now) else Status.UNKNOWN, what)
    else:
        yield judged(
            "tied", lock is Lock.TIED, say("Marketo is tied to a CRM."), say("Marketo is tied to no CRM.")
        )
    yield from claim_values(measured.now)
    yield from claim_records(measured, loading)
    yield from _logins(measured)


def claim_watched(measured: Measured) -> Iterator[Claim]:
    """10: people still arrive, and the org's API calls last."""
    for claim in claim_sync_runs(measured):  # how few there were before the start is history by now
        yield replace(claim, before=None)
    budget = measured.now.budget
    if isinstance(budget, ApiBudget):
        yield Claim(
            "budget",
            Status.WARN if is_nearly_spent(budget) else Status.OK,
            say(
                "{remaining} of {limit} API calls are left for today.",
                remaining=budget.remaining,
                limit=budget.limit,
            ),
            now=budget.remaining,
        )
    else:
        yield cannot_tell("budget", budget)


def claim_rising(looks: Sequence[tuple[datetime, int]]) -> Iterator[Claim]:
    """How many of the sampled people were there at each look (moment, found), oldest first."""
    if len(looks) < 2:
        return
    counts = [found for _, found in looks]
    minutes = round((looks[-1][0] - looks[0][0]).total_seconds() / 60)
    rose = counts[-1] > counts[0]
    yield Claim(
        "rising",
        Status.OK if rose else Status.SKIP,
        say(
            "Over {count} looks in {minutes} minutes, more and more arrived.",
            count=len(looks),
            minutes=minutes,
        )
        if rose
        else say(
            "Over {count} looks in {minutes} minutes, nothing changed.", count=len(looks), minutes=minutes
        ),
        counts[0],
        counts[-1],
    )


def normal_until(before: Snapshot | None) -> datetime | None:
    """Until when an incomplete first sync is nothing strange: its forecast length after the look before it.

    ``None`` where nobody counted the records.
    """
    if before is None or not isinstance(before.rows, Mapping):
        return None
    return before.taken_at + max(AT_LEAST, timedelta(hours=forecast(before.rows).hours_most))


def loading_until(before: Snapshot | None, now: Snapshot, claims: Iterable[Claim]) -> datetime | None:
    """Until when to wait for what has not arrived yet; ``None`` where that time is over, where something is
    wrong, or where nobody could look for the people."""
    until = normal_until(before)
    is_wrong = any(claim.status is Status.ERROR for claim in claims)
    if until is None or is_wrong or not isinstance(now.people_seen, tuple):
        return None
    return until if now.taken_at < until else None


def lock_of(snapshot: Snapshot | None) -> Lock | None:
    """Whether Marketo is tied to a CRM; ``None``: cannot tell."""
    if snapshot is None or not isinstance(snapshot.marketo, MarketoState):
        return None
    return snapshot.marketo.lock if isinstance(snapshot.marketo.lock, Lock) else None


def _logins(measured: Measured) -> Iterator[Claim]:
    """The sync user's logins since the start, from elsewhere; support only, whoever they were."""
    seen, start = measured.now.logins, measured.before
    if not isinstance(seen, tuple) or start is None:
        return
    since = [login for login in seen if login.at >= start.taken_at and login.elsewhere]
    worked = [login for login in since if _worked(login)]
    if worked:
        yield Claim(
            "logins",
            Status.OK,
            say(
                "Since the start, the sync user has logged in {count} times from outside this "
                "computer, last at {at} UTC.",
                count=len(worked),
                at=f"{worked[0].at:%Y-%m-%d %H:%M}",
            ),
            now=len(worked),
        )
    else:
        what = say("No login of the sync user from anywhere but this computer has been seen since the start.")
        yield Claim("logins", Status.SKIP, what, now=0)
    refused = [login for login in since if not _worked(login)]
    if refused:
        yield Claim(
            "logins-refused",
            Status.WARN,
            say(
                "Since the start, {count} logins of the sync user from outside were refused, last with "
                "“{status}”.",
                count=len(refused),
                status=refused[0].status,
            ),
            now=len(refused),
        )


def _worked(login: Login) -> bool:
    return login.status.lower().startswith(SUCCEEDED)
