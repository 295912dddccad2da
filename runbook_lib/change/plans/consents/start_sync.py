"""08: Start Sync copies the whole database, closes the mappings, and makes duplicates people twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing
from runbook_lib.change.decisions.duplicates import accepted_because
from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.consents.org_kind import kind_of
from runbook_lib.change.plans.mappings import changed_mappings
from runbook_lib.change.plans.preconditions import at_most, known
from runbook_lib.review.mappings import MappingReview
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.survey.snapshot import DuplicateCounts, MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, say


def start_consents(snapshot: Snapshot, decisions: Decisions, review: MappingReview) -> Iterator[Consent]:
    """08: the whole database is copied, the mappings close, duplicates become people twice."""
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    rows = (
        {name: at_most(count) for name, count in snapshot.rows.items()}
        if isinstance(snapshot.rows, Mapping)
        else {}
    )
    ahead = forecast(rows)
    where = {"org": organization.name, "kind": kind_of(organization)}
    if rows:
        text = say(
            "The whole database of the {kind} org “{org}” is copied to the Marketo instance {munchkin_id}: "
            "at most {records} records, {duration}, at most {calls} Salesforce API calls on the first day "
            "(estimates).",
            records=sum(rows.values()),
            duration=ahead.duration,
            calls=at_most(ahead.calls_first_day),
            munchkin_id=known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
            **where,
        )
    else:
        text = say(
            "The whole database of the {kind} org “{org}” is copied to the Marketo instance {munchkin_id}. "
            "Nobody could tell how many records that are.",
            munchkin_id=known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
            **where,
        )
    yield Consent("whole-database", text)
    yield Consent("mappings-closed", _mappings(changed_mappings(review, decisions), review))
    yield from _duplicate_consent(snapshot, decisions)


def _mappings(changed: Sequence[MappingDecision], review: MappingReview) -> Message:
    """What no longer can be changed, with every pair that was decided otherwise than Marketo pairs."""
    names = {
        choice: ", ".join(f"{e.lead_field} = {e.contact_field}" for e in changed if e.decision is choice)
        for choice in (Pairing.BREAK, Pairing.PAIR)
    }
    more = sum(1 if each.decision is Pairing.PAIR else -1 for each in changed)
    return say(
        "After this no field mapping can be changed any more: {pairs} pairs of custom fields share one "
        "Marketo field, {unpaired} custom fields of Lead and Contact stand by themselves. Taken apart: "
        "{broken}. Paired: {made}.",
        pairs=len(review.pairs) + more,
        unpaired=len(review.unpaired) - 2 * more,
        broken=names[Pairing.BREAK] or say("none"),
        made=names[Pairing.PAIR] or say("none"),
    )


def _duplicate_consent(snapshot: Snapshot, decisions: Decisions) -> Iterator[Consent]:
    counts = known(snapshot, Part.DUPLICATES, DuplicateCounts)
    groups, decided = sum(counts.groups.values()), decisions.duplicates
    reason = accepted_because(decisions)
    if not groups or not reason:
        return
    if decided and decided.groups is not None and groups <= at_most(decided.groups):
        text = say(
            "Marketo does not de-duplicate. {groups} groups of people who share an e-mail or are probably "
            "the same were counted when this was decided; they will be there twice or more. {kinds} Accepted "
            "because: {reason}",
            groups=decided.groups, kinds=_kinds(counts), reason=reason,
        )  # fmt: skip
    else:
        text = say(
            "Marketo does not de-duplicate. At most {groups} groups of people who share an e-mail will "
            "be there twice or more. {kinds} Accepted because: {reason}",
            groups=at_most(groups), kinds=_kinds(counts), reason=reason,
        )  # fmt: skip
    yield Consent("duplicates", text)


def _kinds(counts: DuplicateCounts) -> Message:
    """Which groups they are, bounded; and in how many a consent to get e-mail is contradicted."""
    bounds = {kind: at_most(counts.groups.get(kind, 0)) for kind in ("lead", "contact", "across")}
    if counts.conflicts is None:
        return say(
            "At most {lead} are of leads alone, {contact} of contacts alone, {across} of both. Whether their "
            "opt-outs contradict each other is not visible.",
            **bounds,
        )
    return say(
        "At most {lead} are of leads alone, {contact} of contacts alone, {across} of both. In at most "
        "{conflicts} one has opted out of e-mail and another has not: Marketo will write to the other.",
        conflicts=at_most(counts.conflicts),
        **bounds,
    )
