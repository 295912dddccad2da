"""What is claimed of the steps that happen in Marketo: 05 to 08.

Marketo's REST API shows neither the sync's status nor its mappings. What it shows is compared with the
baseline: fields that appeared, the lock on opportunity roles, people found by their Salesforce Ids. Sources:
Marketo developer guide (describe2, error 1018, filterType sfdcLeadId); which of these a native sync moves,
and when, is our reading of it: a single reading proves nothing, the difference does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from runbook_lib.change.plans.mappings import edits_of
from runbook_lib.proof.claims.arrival import lock_of
from runbook_lib.proof.claims.claim import Claim, Measured, cannot_tell, judged
from runbook_lib.proof.claims.people import claim_started, found_of
from runbook_lib.proof.claims.status import claim_shown, has_failed
from runbook_lib.review.fields.forecast import forecast_fields, shown_by_api
from runbook_lib.review.fields.made import SHOWN_BY_API, span
from runbook_lib.review.fields.marketo_names import MarketoNames, Spelling, is_own, strangers
from runbook_lib.review.findings import Status
from runbook_lib.review.mappings import mapping_review
from runbook_lib.survey.snapshot import DuplicateCounts, Lock, MarketoState, Snapshot
from runbook_lib.text import say


def claim_fields_made(measured: Measured) -> Iterator[Claim]:
    """05: since the baseline, fields appeared in Marketo, and they are the approved ones."""
    before, now = _person_fields(measured.before), _person_fields(measured.now)
    if now is None or before is None:
        yield cannot_tell("fields-appeared", measured.now.marketo if now is None else None)
        return
    new = now - before
    yield Claim(
        "fields-appeared",
        Status.OK if new else Status.ERROR,
        say("{count} fields of people and companies appeared in Marketo.", count=len(new)),
        len(before),
        len(now),
    )
    yield from _as_reckoned(measured.before, len(new))
    if measured.plan is not None:
        yield from _as_approved(measured.plan.fields, now, new)
    yield _lock_told(measured)


def _as_approved(planned: Collection[str], now: Iterable[str], new: Iterable[str]) -> Iterator[Claim]:
    """Whether the new fields are those of the plan that was agreed to, and how Marketo spells them."""
    fields = {
        full_name: full_name.partition(".")[2]
        for full_name in planned
        if full_name.partition(".")[0] in SHOWN_BY_API
    }
    own = {full_name: name for full_name, name in fields.items() if is_own(name)}
    names = MarketoNames.of(now)
    spelled = {full_name: names.spelling(name) for full_name, name in own.items()}
    missing = sorted(full_name for full_name, spelling in spelled.items() if spelling is None)
    single = sum(spelling is Spelling.ONE_UNDERSCORE for spelling in spelled.values())
    yield Claim(
        "approved-there",
        Status.WARN if missing else Status.OK,
        say(
            "{found} of {approved} approved custom fields were found by name: {same} are spelled as in "
            "Salesforce, {single} with single underscores.",
            found=len(own) - len(missing),
            approved=len(own),
            same=len(own) - len(missing) - single,
            single=single,
        ),
        now=missing or len(own),
    )
    unexpected = strangers(new, fields.values())
    yield Claim(
        "nothing-else",
        Status.WARN if unexpected else Status.OK,
        say("New fields named like none of the approved ones: {count}.", count=len(unexpected)),
        now=unexpected or 0,
    )


def _as_reckoned(before: Snapshot | None, appeared: int) -> Iterator[Claim]:
    """Whether as many appeared as the consent allows; an instance that had some already makes fewer."""
    if before is None or not isinstance(before.visible, Mapping):
        return
    ahead = forecast_fields(before)
    least, most = shown_by_api(ahead.certain), shown_by_api(ahead.new)
    yield Claim(
        "as-reckoned",
        Status.OK if least <= appeared <= most else Status.WARN,
        say(
            "{new} new fields were agreed to, {shown} of them of people and companies; those of "
            "opportunities, {hidden}, do not show in Marketo's API.",
            new=span(ahead.least, ahead.most),
            shown=span(least, most),
            hidden=span(ahead.least - least, ahead.most - most),
        ),
        now=appeared,
    )


def claim_mappings(measured: Measured) -> Iterator[Claim]:
    """06: the mappings can still be changed, and what was decided is told; REST does not show mappings."""
    review = mapping_review(measured.now)
    if not isinstance(measured.now.visible, Mapping):
        yield cannot_tell("pairs", measured.now.visible)
        return
    edits = edits_of(measured.plan) if measured.plan else 0
    yield Claim(
        "pairs",
        Status.ERROR if measured.plan and measured.plan.undecided else Status.OK,
        say(
            "On its own, Marketo combines {pairs} pairs of custom fields, {clashes} of them of "
            "different types; {unpaired} stand alone.",
            pairs=len(review.pairs),
            clashes=len(review.clashes),
            unpaired=len(review.unpaired),
        ),
        now=len(review.pairs),
    )
    if not edits:
        yield Claim(
            "no-change", Status.OK, say("Marketo's own pairing applies; there was nothing to change.")
        )
        return
    yield Claim(
        "told",
        Status.SKIP if measured.attested else Status.ERROR,
        say(
            "{count} mapping changes are reported by a person; Marketo's API does not show mappings.",
            count=edits,
        ),
        now=edits,
    )
    yield from _parted(measured)


def _parted(measured: Measured) -> Iterator[Claim]:
    """A mapping that was taken apart needs a field more. That it shows is evidence; that it does not show yet
    is none: nobody documents when Marketo makes it."""
    before, now = _person_fields(measured.before), _person_fields(measured.now)
    clicks = measured.plan.clicks if measured.plan else ()
    broken = [click.values["lead_field"] for click in clicks if click.submit == "marketo.break_mapping"]
    if not broken or before is None or now is None:
        return
    names = MarketoNames.of(now - before)
    seen = [field for field in broken if names.named(field)]
    yield Claim(
        "parted",
        Status.OK if len(seen) == len(broken) else Status.SKIP,
        say(
            "For {seen} of {broken} separated mappings, Marketo shows one more field.",
            seen=len(seen),
            broken=len(broken),
        ),
        now=sorted(set(broken) - set(seen)) or len(seen),
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
            "{people} people were compared; {groups} groups are there twice or more.",
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
        say("What happens to them has been decided.") if groups else say("There is nothing to decide."),
        say("What happens to them has not been decided."),
    )


def claim_sync_started(measured: Measured) -> Iterator[Claim]:
    """08: the lock closed since the baseline, or people of Salesforce appeared in Marketo since."""
    before, now = lock_of(measured.before), lock_of(measured.now)
    closed = before is Lock.FREE and now is Lock.TIED
    found_before, found_now = found_of(measured.before), found_of(measured.now)
    arrived = found_now is not None and found_now > (found_before or 0)
    if closed or arrived:
        status, what = Status.OK, say("The sync has started.")
    elif now is Lock.FREE and found_now == 0:
        status, what = (
            Status.ERROR,
            say("The sync has not started: Marketo is tied to no CRM and nobody in the sample has arrived."),
        )
    else:
        status, what = (
            Status.UNKNOWN,
            say("Cannot tell yet whether the sync has started: nothing has changed so far."),
        )
    values = (before.value if before else None, now.value if now else None)
    yield Claim("started", status, what, *values)
    yield from claim_started(measured)


def claim_told(measured: Measured) -> Iterator[Claim]:
    """What a person says they did; told, not measured."""
    attested = measured.attested
    if attested is not None:
        what = say("{by} made the clicks.", by=attested.by)
        if attested.status:
            what = say(
                "{by} made the clicks; the page then showed “{status}”.",
                by=attested.by,
                status=attested.status,
            )
        yield Claim("told-by", Status.SKIP, what)
        if has_failed(attested.status):
            yield from claim_shown(attested.status)


def _lock_told(measured: Measured) -> Claim:
    what = (
        say("Marketo reports that it is tied to a CRM.")
        if lock_of(measured.now) is Lock.TIED
        else say("Marketo does not report yet that it is tied to a CRM; that comes with the sync.")
    )
    return Claim("lock", Status.SKIP, what)


def _person_fields(snapshot: Snapshot | None) -> frozenset[str] | None:
    if snapshot is None or not isinstance(snapshot.marketo, MarketoState):
        return None
    return frozenset(field.name for field in snapshot.marketo.fields)
