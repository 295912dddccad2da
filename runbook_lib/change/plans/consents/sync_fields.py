"""05: what Sync Fields makes can never be deleted, and ties this instance to this org."""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.consents.org_kind import kind_of
from runbook_lib.change.plans.preconditions import known
from runbook_lib.review.fields.forecast import FieldForecast, forecast_fields, shown_by_api
from runbook_lib.review.fields.made import Made, span
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, joined, say


def fields_consents(snapshot: Snapshot) -> Iterator[Consent]:
    """How many fields there will be, which of them are certain, and where they come from.

    The names stand in the plan, which the approval names by its digest; the counts stand here.
    """
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    munchkin_id = known(snapshot, Part.MARKETO, MarketoState).munchkin_id
    ahead = forecast_fields(snapshot)
    custom = sum(field.custom for field in ahead.certain)
    yield Consent(
        "fields-for-ever",
        joined(
            (
                say(
                    "Sync Fields creates {fields} new fields in the Marketo instance {munchkin_id} "
                    "permanently. They can be hidden there later, but never deleted.",
                    fields=span(ahead.least, ahead.most),
                    munchkin_id=munchkin_id,
                ),
                say(
                    "{custom} custom fields, {standard} standard fields that Marketo is known to use, and "
                    "{doubtful} more that may or may not be created; the plan lists each by name",
                    custom=custom,
                    standard=ahead.least - custom,
                    doubtful=ahead.most - ahead.least,
                ),
            ),
            "\n",
        ),
    )
    yield Consent(
        "org-tied",
        say(
            "These fields come from the {kind} org “{org}” ({org_id}). Once the sync has run, the Marketo "
            "instance {munchkin_id} cannot be connected to another org.",
            kind=kind_of(organization),
            org=organization.name,
            org_id=organization.id,
            munchkin_id=munchkin_id,
        ),
    )


def reckoned(ahead: FieldForecast) -> Message:
    """How one gets from all that the sync user sees to the fields that are new, and to those that can be
    counted."""
    return say(
        "The sync user sees {seen} fields, {used} of them on {names}: for {there} Marketo already has "
        "a field, {combined} share one with the field of the same name on Lead, and {new} are new. The "
        "other {others} belong to objects whose fields Marketo does not copy. Afterward, {shown} of "
        "the new fields can be counted through Marketo's API, which does not show those of "
        "opportunities. Calculated from Marketo's published default mapping and from field lists of "
        "synced instances.",
        seen=ahead.seen,
        used=ahead.seen - ahead.others,
        names=", ".join(sobject.object for sobject in ahead.objects),
        there=ahead.there,
        combined=ahead.combined,
        new=span(ahead.least, ahead.most),
        others=ahead.others,
        shown=span(shown_by_api(ahead.certain), shown_by_api(ahead.new)),
    )


def doubts(ahead: FieldForecast) -> Iterator[Message]:
    """Why the number is a range, one sentence per kind of doubt."""
    ignored = sum(len(sobject.fields.get(Made.IGNORED, ())) for sobject in ahead.objects)
    unsaid = sum(len(sobject.fields.get(Made.UNSAID, ())) for sobject in ahead.objects)
    if ignored:
        yield say(
            "For {count} standard fields, Adobe says that the sync ignores their values (ka-29492), "
            "but not whether Sync Fields creates an empty field for them.",
            count=ignored,
        )
    if unsaid:
        yield say(
            "For {count} more standard fields, neither a document nor a synced instance tells.", count=unsaid
        )
