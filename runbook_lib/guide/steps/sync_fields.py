"""05: credentials, Sync Fields, Confirm Credentials."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.plans.consents.sync_fields import reckoned
from runbook_lib.guide.steps.consent_step import ClickedStep
from runbook_lib.guide.views.view import Block, Grid, Line
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say


class SyncFields(ClickedStep):
    """05: credentials, Sync Fields, Confirm Credentials."""

    spec = SYNC_FIELDS
    explanation = say(
        "Marketo gets the sync user's credentials and creates every field that he can see. These fields can"
        " be hidden in Marketo later, but never deleted, and the credentials cannot be given to another "
        "org. This is the last moment to hide a field."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """What becomes of the fields that the sync user sees, per object, down to those that are new."""
        ahead = forecast_fields(seen)
        heads = (
            say("Object"), say("Fields the sync user sees"), say("Marketo has one"),
            say("share one with Lead"), say("new, for ever"), say("of these custom"),
        )  # fmt: skip
        rows = tuple(
            (
                each.object,
                each.seen,
                each.there,
                each.combined,
                len(each.new),
                sum(f.custom for f in each.new),
            )
            for each in ahead.objects
        )
        yield Grid(say("What Sync Fields would create"), heads, rows)
        yield Line(reckoned(ahead))

    def parts_to_prove(self) -> tuple[Part, ...]:
        """Marketo's fields, and who logged in."""
        return (Part.ORGANIZATION, Part.MARKETO)
