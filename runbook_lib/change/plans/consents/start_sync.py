"""08: Start Sync copies the whole database, closes the mappings, and makes duplicates people twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing
from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.consents.duplicates import duplicate_consents
from runbook_lib.change.plans.consents.org_kind import kind_of
from runbook_lib.change.plans.consents.records import record_consents, sees_all
from runbook_lib.change.plans.mappings import changed_mappings
from runbook_lib.change.plans.preconditions import at_most, known
from runbook_lib.review.mappings import MappingReview, near_pairs
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, joined, say


def start_consents(snapshot: Snapshot, decisions: Decisions, review: MappingReview) -> Iterator[Consent]:
    """08: the whole database is copied as it is, the mappings close, duplicates become people twice."""
    yield Consent("whole-database", _copied(snapshot))
    yield from record_consents(snapshot)
    yield Consent("mappings-closed", _mappings(changed_mappings(review, decisions), review))
    yield from duplicate_consents(snapshot, decisions)


def _copied(snapshot: Snapshot) -> Message:
    """What is copied to where, how long that takes and what it costs."""
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    where: dict[str, object] = {
        "org": organization.name,
        "kind": kind_of(organization),
        "munchkin_id": known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
    }
    whole = say(
        "The whole database of the {kind} org “{org}” is copied to the Marketo instance {munchkin_id}.",
        **where,
    )
    seen = say(
        "Everything the sync user sees in the database of the {kind} org “{org}” is copied to the "
        "Marketo instance {munchkin_id}.",
        **where,
    )
    return joined((whole if sees_all(snapshot) else seen, _size(snapshot)), "\n")


def _size(snapshot: Snapshot) -> Message:
    if not isinstance(snapshot.rows, Mapping):
        return say("The number of records could not be determined.")
    rows = {name: at_most(count) for name, count in snapshot.rows.items() if count}
    ahead = forecast(rows)
    return say(
        "These are at most {records} records, {duration}, and at most {calls} Salesforce API calls on the "
        "first day; “at most” is rounded up, so that a few more do not end the consent",
        records=sum(rows.values()),
        duration=ahead.duration,
        calls=at_most(ahead.calls_first_day),
    )


def _mappings(changed: Sequence[MappingDecision], review: MappingReview) -> Message:
    """What no longer can be changed: every pair that was decided otherwise than Marketo pairs, and the fields
    that look alike under two names and stay apart."""
    names = {
        choice: ", ".join(
            f"{row.lead_field} = {row.contact_field}" for row in changed if row.decision is choice
        )
        for choice in (Pairing.BREAK, Pairing.PAIR)
    }
    more = sum(1 if row.decision is Pairing.PAIR else -1 for row in changed)
    paired = {row.lead_field for row in changed if row.decision is Pairing.PAIR}
    apart = [pair for pair in near_pairs(review) if pair.lead.name not in paired]
    stay = ", ".join(f"{pair.lead.name} / {pair.contact.name}" for pair in apart)
    lines = (
        say("After this, no field mapping can be changed any more."),
        say("{pairs} pairs of custom fields share one Marketo field; {unpaired} custom fields of Lead and "
            "Contact stand alone",
            pairs=len(review.pairs) + more, unpaired=len(review.unpaired) - 2 * more),
        say("Separated: {broken}", broken=names[Pairing.BREAK] or say("none")),
        say("Paired: {made}", made=names[Pairing.PAIR] or say("none")),
        say("Similar names that stay two fields: {apart}", apart=stay or say("none")),
    )  # fmt: skip
    return joined(lines, "\n")
