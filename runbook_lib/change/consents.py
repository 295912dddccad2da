"""The warnings that a person agrees to, each by itself, before something that cannot be undone.

A text names org and instance, and bounds instead of counts that change by the minute (:func:`at_most`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.plan import Consent
from runbook_lib.change.premises import at_most, known
from runbook_lib.review.forecast import forecast
from runbook_lib.review.mappings import MappingReview
from runbook_lib.survey.snapshot import DuplicateCounts, MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, say


def fields_consent(snapshot: Snapshot, fields: tuple[str, ...]) -> Consent:
    """05: what Sync Fields makes can never be deleted."""
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    counts = Counter(name.split(".", 1)[0] for name in fields)
    return Consent(
        "fields-for-ever",
        say(
            "Up to {count} fields will be created in the Marketo instance {munchkin_id} for ever, one for "
            "each field that the sync user sees and Marketo does not have yet: {objects}. They can be "
            "hidden there later, but never deleted. They come from the {kind} org “{org}” ({org_id}).",
            count=len(fields),
            munchkin_id=known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
            objects=", ".join(f"{name} {count}" for name, count in sorted(counts.items())),
            kind=kind_of(organization),
            org=organization.name,
            org_id=organization.id,
        ),
    )


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
            records=f"{sum(rows.values()):,}",
            duration=ahead.duration,
            calls=f"{at_most(ahead.calls_first_day):,}",
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
    yield Consent(
        "mappings-closed",
        say(
            "After this no field mapping can be changed any more: {pairs} pairs of custom fields share one "
            "Marketo field, {unpaired} custom fields of Lead and Contact have no counterpart and stay by "
            "themselves.",
            pairs=len(review.pairs), unpaired=len(review.unpaired),
        ),
    )  # fmt: skip
    yield from _duplicate_consent(snapshot, decisions)


def kind_of(organization: Organization) -> Message:
    """``production`` or ``sandbox`` as a word."""
    return say("sandbox") if organization.is_sandbox else say("production")


def _duplicate_consent(snapshot: Snapshot, decisions: Decisions) -> Iterator[Consent]:
    counts = known(snapshot, Part.DUPLICATES, DuplicateCounts)
    groups = sum(counts.groups.values())
    if groups and decisions.duplicates is not None:
        yield Consent(
            "duplicates",
            say(
                "Marketo does not de-duplicate. At most {groups} groups of people who share an e-mail will "
                "be there twice or more. Accepted because: {reason}",
                groups=f"{at_most(groups):,}", reason=decisions.duplicates.reason,
            ),
        )  # fmt: skip
