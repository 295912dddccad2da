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
from runbook_lib.proof.claims.heartbeat import claim_heartbeat
from runbook_lib.proof.claims.newest import claim_newest
from runbook_lib.proof.claims.people import claim_people, claim_records, claim_values, found_of
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.review.findings import Status
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.survey.snapshot import ApiBudget, Lock, MarketoState, Snapshot, SyncUser
from runbook_lib.text import say

AT_LEAST = timedelta(hours=1)
"""However small the org: Marketo begins when it likes."""


def claim_sync_runs(measured: Measured) -> Iterator[Claim]:
    """09: what arrives, and that no field has another type than when Marketo made its own."""
    yield from claim_arrived(measured)
    yield from _retyped(measured)


def claim_arrived(measured: Measured) -> Iterator[Claim]:
    """The sampled Salesforce people are in Marketo with their values, and Marketo is tied to a CRM."""
    loading = loading_until(measured.before, measured.now, (), measured.ends)
    yield from claim_people(measured, loading)
    lock = lock_of(measured.now)
    if lock is None:
        what = say("Cannot tell whether Marketo says that it is tied to a CRM.")
        yield Claim("tied", Status.WARN if found_of(measured.now) else Status.UNKNOWN, what)
    else:
        yield judged(
            "tied", lock is Lock.TIED, say("Marketo is tied to a CRM."), say("Marketo is tied to no CRM.")
        )
    yield from claim_values(measured)
    yield from claim_records(measured, loading)
    yield from claim_newest(measured, loading)
    yield from claim_heartbeat(measured)


def claim_watched(measured: Measured) -> Iterator[Claim]:
    """10: people still arrive, and the org's API calls last."""
    user = measured.now.sync_user
    is_shut_out = isinstance(user, SyncUser) and user.is_shut_out  # told as a change; nobody looked as them
    for claim in () if is_shut_out else claim_arrived(measured):
        yield replace(claim, before=None)  # how few there were before the start is history by now
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
    counts = [arrived for _, arrived in looks]
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


def normal_until(before: Snapshot | None, ends: datetime | None = None) -> datetime | None:
    """Until when an incomplete first sync is nothing strange: when it ``ends`` by the measured speed, else
    its forecast length after the look before it; but never sooner than the least that was forecast.

    ``None`` where nobody counted the records.
    """
    if before is None or not isinstance(before.rows, Mapping):
        return None
    hours = forecast(before.rows)
    least, most = (
        before.taken_at + max(AT_LEAST, timedelta(hours=length))
        for length in (hours.hours_least, hours.hours_most)
    )
    return max(least, ends) if ends else most


def loading_until(
    before: Snapshot | None, now: Snapshot, claims: Iterable[Claim], ends: datetime | None = None
) -> datetime | None:
    """Until when to wait for what has not arrived yet; ``None`` where that time is over, where something is
    wrong, or where nobody could look for the people. ``ends``: as for :func:`normal_until`."""
    until = normal_until(before, ends)
    is_wrong = any(claim.status is Status.ERROR for claim in claims)
    if until is None or is_wrong or not isinstance(now.people_seen, tuple):
        return None
    return until if now.taken_at < until else None


def lock_of(snapshot: Snapshot | None) -> Lock | None:
    """Whether Marketo is tied to a CRM; ``None``: cannot tell."""
    if snapshot is None or not isinstance(snapshot.marketo, MarketoState):
        return None
    return snapshot.marketo.lock if isinstance(snapshot.marketo.lock, Lock) else None


def _retyped(measured: Measured) -> Iterator[Claim]:
    """Fields whose type somebody changed since the start; 10 tells every change of a field by itself.

    Source: Marketo documentation, "SFDC Sync: Field Sync": another type may delete values.
    """
    then, now = measured.before.visible if measured.before else None, measured.now.visible
    if not isinstance(then, Mapping) or not isinstance(now, Mapping):
        return
    types = {field.full_name: field.type for fields in then.values() for field in fields}
    for field in sorted(measured.now.visible_fields(), key=lambda field: field.full_name):
        before = types.get(field.full_name, field.type)
        if before != field.type:
            what = say(
                "{field} was {before} when the sync was started and is {now}: Marketo's field keeps its "
                "type, and values may be lost.",
                field=field.full_name, before=type_word(before), now=type_word(field.type),
            )  # fmt: skip
            yield Claim(f"retyped-{field.full_name}", Status.ERROR, what, before, field.type)
