"""05: credentials, Sync Fields, Confirm Credentials."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.plans.consents.sync_fields import doubts, reckoned
from runbook_lib.guide.steps.consent_step import ClickedStep
from runbook_lib.guide.views.field_list import forecast_grid
from runbook_lib.guide.views.view import Block, Line
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say


class SyncFields(ClickedStep):
    """05: credentials, Sync Fields, Confirm Credentials."""

    spec = SYNC_FIELDS
    explanation = say(
        "Marketo gets the sync user's credentials and creates a field for nearly every one that the sync "
        "user sees. These fields can be hidden in Marketo later, but never deleted, and the credentials "
        "cannot be given to another org. This is the last moment to hide a field."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """What becomes of the fields that the sync user sees, per object, down to those that are new."""
        ahead = forecast_fields(seen)
        yield forecast_grid(ahead)
        yield Line(reckoned(ahead))
        yield from map(Line, doubts(ahead))

    def parts_to_prove(self) -> tuple[Part, ...]:
        """Marketo's fields, and who logged in."""
        return (Part.ORGANIZATION, Part.MARKETO)
