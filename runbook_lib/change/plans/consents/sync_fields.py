"""05: what Sync Fields makes can never be deleted."""

from __future__ import annotations

from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.consents.org_kind import kind_of
from runbook_lib.change.plans.preconditions import known
from runbook_lib.review.fields.forecast import FieldForecast, forecast_fields
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, say


def fields_consent(snapshot: Snapshot) -> Consent:
    """05: what Sync Fields makes can never be deleted. All that he sees, and what becomes of it."""
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    ahead = forecast_fields(snapshot)
    return Consent(
        "fields-for-ever",
        say(
            "Sync Fields creates {new} new fields in the Marketo instance {munchkin_id} for ever: {objects}. "
            "They can be hidden there later, but never deleted. They come from the {kind} org “{org}” "
            "({org_id}). {reckoned} {custom}",
            new=len(ahead.new),
            munchkin_id=known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
            objects=", ".join(f"{each.object} {len(each.new)}" for each in ahead.objects if each.new) or "–",
            kind=kind_of(organization),
            org=organization.name,
            org_id=organization.id,
            reckoned=reckoned(ahead),
            custom=_custom(ahead),
        ),
    )


def reckoned(ahead: FieldForecast) -> Message:
    """How one gets from all that the sync user sees to the fields that are new, and to those that can be
    counted."""
    return say(
        "The sync user sees {seen} fields, {used} of them of {names}: for {there} Marketo has a field "
        "already, {combined} share one with the field of the same name on Lead, and {new} are new. The other "
        "{others} belong to objects whose fields Marketo does not copy. Afterwards {shown} of the new fields "
        "can be counted through Marketo's API, which does not show those of opportunities. Reckoned by "
        "Marketo's published default mapping.",
        seen=ahead.seen,
        used=ahead.seen - ahead.others,
        names=", ".join(each.object for each in ahead.objects),
        there=ahead.there,
        combined=ahead.combined,
        new=len(ahead.new),
        others=ahead.others,
        shown=ahead.shown_by_api,
    )


def _custom(ahead: FieldForecast) -> Message:
    names = [field.full_name for field in ahead.new if field.custom]
    if not names:
        return say("None of them is a custom field.")
    return say("{count} of them are custom fields: {names}.", count=len(names), names=", ".join(names))
