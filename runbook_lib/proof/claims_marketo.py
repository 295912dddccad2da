"""What is claimed of the steps that happen in Marketo: 05 to 10.

Marketo's REST API shows neither the sync's status nor its mappings. What it shows is compared with the
baseline: fields that appeared, the lock on opportunity roles, people found by their Salesforce Ids. Sources:
Marketo developer guide (describe2, error 1018, filterType sfdcLeadId); which of these a native sync moves,
and when, is our reading of it: a single reading proves nothing, the difference does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runbook_lib.proof.claim import Claim, Measured, cannot_tell, judged
from runbook_lib.proof.marketo_names import base_names, custom_base_names, is_named
from runbook_lib.review.field_forecast import forecast_fields
from runbook_lib.review.findings import Status
from runbook_lib.review.mappings import mapping_review
from runbook_lib.survey.snapshot import (
    ApiBudget,
    DuplicateCounts,
    Lock,
    MarketoState,
    PeopleSeen,
    Snapshot,
)
from runbook_lib.text import every_wording, say

ENOUGH = 0.98
"""Share of the sampled Salesforce people that must be found in Marketo for the first sync to count as
complete. Not 1: people merged or deleted while we look, or kept out by a filter on the sync, are always a
few.
"""


def claim_fields_made(measured: Measured) -> Iterator[Claim]:
    """05: since the baseline, fields appeared in Marketo, and they are the approved ones."""
    before, now = _person_fields(measured.before), _person_fields(measured.now)
    if now is None or before is None:
        yield cannot_tell("fields-appeared", measured.now.marketo if now is None else None)
        return
    new = now.keys() - before.keys()
    planned = measured.plan.fields if measured.plan else ()
    yield Claim(
        "fields-appeared",
        Status.OK if new else Status.ERROR,
        say("{count} fields of people and companies appeared in Marketo.", count=len(new)),
        len(before),
        len(now),
    )
    yield from _as_reckoned(measured.before, len(new))
    custom = custom_base_names(planned)
    missing = sorted(each for each in custom if not any(is_named(name, each) for name in now))
    yield Claim(
        "approved-there",
        Status.WARN if missing else Status.OK,
        say(
            "{found} of {approved} approved custom fields are found by name.",
            found=len(custom) - len(missing),
            approved=len(custom),
        ),
        now=missing or len(custom),
    )
    strangers = _strangers([now[name] for name in new], base_names(planned))
    yield Claim(
        "nothing-else",
        Status.WARN if strangers else Status.OK,
        say("New fields that are called like none of the approved ones: {count}.", count=len(strangers)),
        now=strangers or 0,
    )
    yield _lock_told(measured)


def _as_reckoned(before: Snapshot | None, appeared: int) -> Iterator[Claim]:
    """Whether as many appeared as the consent said; an instance that had some of them already makes fewer."""
    if before is None or not isinstance(before.visible, Mapping):
        return
    ahead = forecast_fields(before)
    yield Claim(
        "as-reckoned",
        Status.OK if appeared == ahead.shown_by_api else Status.WARN,
        say(
            "{new} new fields were agreed to; {shown} of them are of people and companies, and the other "
            "{hidden}, of opportunities, do not show in Marketo's API.",
            new=len(ahead.new),
            shown=ahead.shown_by_api,
            hidden=len(ahead.new) - ahead.shown_by_api,
        ),
        now=appeared,
    )


def claim_mappings(measured: Measured) -> Iterator[Claim]:
    """06: the mappings can still be changed, and what was decided is told; REST does not show mappings."""
    review = mapping_review(measured.now)
    if not isinstance(measured.now.visible, Mapping):
        yield cannot_tell("pairs", measured.now.visible)
        return
    clicks = len(measured.plan.clicks) if measured.plan else 0
    yield Claim(
        "pairs",
        Status.ERROR if measured.plan and measured.plan.undecided else Status.OK,
        say(
            "{pairs} pairs share one Marketo field, {clashes} of them of different kinds, {unpaired} stand "
            "alone.",
            pairs=len(review.pairs),
            clashes=len(review.clashes),
            unpaired=len(review.unpaired),
        ),
        now=len(review.pairs),
    )
    if not clicks:
        yield Claim("no-change", Status.OK, say("Marketo's own pairing stands; there was nothing to change."))
        return
    yield Claim(
        "told",
        Status.SKIP if measured.attested else Status.ERROR,
        say(
            "{count} changes of mappings are told by a person; Marketo's API does not show mappings.",
            count=clicks,
        ),
        now=clicks,
    )


def claim_duplicates_decided(measured: Measured) -> Iterator[Claim]:
    """07: the duplicates were counted, and it was decided what becomes of them."""
    counts = measured.now.duplicates
    if not isinstance(counts, DuplicateCounts):
        yield cannot_tell("counted", counts)
        return
    groups = sum(counts.groups.values())
    before = measured.before.duplicates if measured.before else None
    yield Claim(
        "counted",
        Status.OK,
        say(
            "{people} people were compared; {groups} groups share an e-mail.",
            people=counts.people,
            groups=groups,
        ),
        sum(before.groups.values()) if isinstance(before, DuplicateCounts) else None,
        groups,
    )
    still_open = bool(measured.plan and (measured.plan.undecided or measured.plan.obstacles))
    yield judged(
        "decided",
        groups == 0 or not still_open,
        say("It is decided what becomes of them.") if groups else say("There is nothing to decide."),
        say("It is not settled what becomes of them."),
    )


def claim_sync_started(measured: Measured) -> Iterator[Claim]:
    """08: the lock closed since the baseline, or people of Salesforce appeared in Marketo since."""
    before, now = _lock(measured.before), _lock(measured.now)
    closed = before is Lock.FREE and now is Lock.TIED
    found_before, found_now = _found(measured.before), _found(measured.now)
    arrived = found_now is not None and found_now > (found_before or 0)
    if closed or arrived:
        status = Status.OK
    elif now is Lock.FREE and found_now == 0:
        status = Status.ERROR
    else:
        status = Status.UNKNOWN
    what = {
        Status.OK: say("The sync has started."),
        Status.ERROR: say(
            "The sync has not started: Marketo is tied to no CRM and nobody of the sample arrived."
        ),
        Status.UNKNOWN: say(
            "Cannot tell yet whether the sync has started: nothing has changed since before."
        ),
    }[status]
    yield Claim("started", status, what, before.value if before else None, now.value if now else None)
    yield from _people(measured, must_be_complete=False)


def claim_sync_runs(measured: Measured) -> Iterator[Claim]:
    """09: the sampled Salesforce people are in Marketo, and Marketo is tied to a CRM."""
    yield from _people(measured, must_be_complete=True)
    lock = _lock(measured.now)
    people_found = bool(_found(measured.now))
    if lock is None:
        yield Claim(
            "tied",
            Status.WARN if people_found else Status.UNKNOWN,
            say("Cannot tell whether Marketo says that it is tied to a CRM."),
        )
    else:
        yield judged(
            "tied", lock is Lock.TIED, say("Marketo is tied to a CRM."), say("Marketo is tied to no CRM.")
        )
    yield from _shown_status(measured)


def claim_watched(measured: Measured) -> Iterator[Claim]:
    """10: people still arrive, and the org's API calls last."""
    yield from claim_sync_runs(measured)
    budget = measured.now.budget
    if isinstance(budget, ApiBudget):
        yield Claim(
            "budget",
            Status.OK if budget.remaining * 10 > budget.limit else Status.WARN,
            say(
                "{remaining} of {limit} API calls are left for today.",
                remaining=f"{budget.remaining:,}",
                limit=f"{budget.limit:,}",
            ),
            now=budget.remaining,
        )
    else:
        yield cannot_tell("budget", budget)


def claim_told(measured: Measured) -> Iterator[Claim]:
    """What a person says they did; told, not measured."""
    told = measured.attested
    if told is not None:
        what = say("{by} made the clicks.", by=told.by)
        if told.status:
            what = say(
                "{by} made the clicks; the page then showed “{status}”.", by=told.by, status=told.status
            )
        yield Claim("told-by", Status.SKIP, what)


def _people(measured: Measured, *, must_be_complete: bool) -> Iterator[Claim]:
    seen = measured.now.people_seen
    if not isinstance(seen, tuple):
        if must_be_complete:
            yield cannot_tell("people", seen)
        return
    for each in seen:
        yield _people_claim(each, measured.before, must_be_complete)


def _people_claim(seen: PeopleSeen, before: Snapshot | None, must_be_complete: bool) -> Claim:
    what = say(
        "{found} of {sampled} sampled records of {object} are in Marketo.",
        found=seen.found,
        sampled=seen.sampled,
        object=seen.object,
    )
    status = Status.OK
    if seen.sampled == 0:
        status = Status.SKIP
        what = say("There is no record of {object} to look for.", object=seen.object)
    elif must_be_complete and seen.found < ENOUGH * seen.sampled:
        status = Status.ERROR if seen.found == 0 else Status.UNKNOWN
    elif seen.found == 0:
        status = Status.SKIP
    return Claim(f"people-{seen.object.lower()}", status, what, _found(before, seen.object), seen.found)


def _shown_status(measured: Measured) -> Iterator[Claim]:
    """The status word a person (or the robot) read off Marketo's page; only a failure changes the verdict."""
    word = measured.attested.status.strip() if measured.attested else ""
    if word and any(word.lower().startswith(each.lower()) for each in every_wording("status.failed")):
        yield Claim("status", Status.ERROR, say("Marketo shows “{status}”.", status=word))


def _lock_told(measured: Measured) -> Claim:
    before, now = _lock(measured.before), _lock(measured.now)
    what = (
        say("Marketo says that it is tied to a CRM.")
        if now is Lock.TIED
        else say("Marketo does not say yet that it is tied to a CRM; that comes with the sync.")
    )
    return Claim("lock", Status.SKIP, what, before.value if before else None, now.value if now else None)


def _person_fields(snapshot: Snapshot | None) -> dict[str, str] | None:
    if snapshot is None or not isinstance(snapshot.marketo, MarketoState):
        return None
    return {each.name.lower(): each.name for each in snapshot.marketo.fields}


def _strangers(new: Iterable[str], approved: frozenset[str]) -> list[str]:
    return sorted(each for each in new if not any(is_named(each.lower(), base) for base in approved))


def _lock(snapshot: Snapshot | None) -> Lock | None:
    if snapshot is None or not isinstance(snapshot.marketo, MarketoState):
        return None
    return snapshot.marketo.lock if isinstance(snapshot.marketo.lock, Lock) else None


def _found(snapshot: Snapshot | None, object_name: str = "") -> int | None:
    if snapshot is None or not isinstance(snapshot.people_seen, tuple):
        return None
    return sum(each.found for each in snapshot.people_seen if object_name in ("", each.object))
