"""05 and 08: the two clicks that cannot be undone. Consent, gate, click list, evidence."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.consents import reckoned
from runbook_lib.guide.consenting import approval_of
from runbook_lib.guide.hands import has_robot
from runbook_lib.guide.show import Block, Card, Facts, Grid, Line, Tone
from runbook_lib.guide.steps.by_hand import ClickingStep
from runbook_lib.guide.told import age
from runbook_lib.guide.widgets.consent import ConsentForm
from runbook_lib.review.field_forecast import forecast_fields
from runbook_lib.review.forecast import forecast
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say


class ClickedStep(ClickingStep):
    """A step that a person carries out in Marketo's own pages, after agreeing to its plan."""

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The consent on file, or the page on which a person can give it."""
        plan = self.plan(seen)
        approval = approval_of(self.session, self.name)
        if approval and approval.plan_digest == plan.digest:
            signed = approval.created.isoformat()
            return [
                Card(Tone.OK, say("{by} agreed to this plan, {age}.", by=approval.approver, age=age(signed)))
            ]
        if self.clicks_made() or has_robot(self.session):
            return []
        if self.interactive:
            self.offer(
                ConsentForm(self.session, plan, self.go_on).build, say("Agree to the plan, or stop here.")
            )
        typed = say("This is the org “{org}”: whoever agrees types its name.", org=plan.org_name)
        return [Card(Tone.WAIT, say("Nobody has agreed to this plan yet."), (typed,))]


class SyncFields(ClickedStep):
    """05: credentials, Sync Fields, Confirm Credentials."""

    name = "05_sync_fields"
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


class StartSync(ClickedStep):
    """08: Start Salesforce Sync, Start Sync."""

    name = "08_start_sync"
    explanation = say(
        "The persistent sync begins: the whole database that the sync user can see is copied to Marketo, "
        "and the field mappings are closed. It cannot be undone, and Marketo does not remove duplicates."
    )
    more_parts = (Part.PEOPLE_SEEN,)

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """How many records go over, how long that takes and what it costs."""
        if isinstance(seen.rows, dict):
            heads = (say("Object"), say("Records"))
            yield Grid(say("What is copied"), heads, tuple((name, f"{n:,}") for name, n in seen.rows.items()))
            ahead = forecast(seen.rows)
            yield Facts((
                (say("First sync (estimate)"), ahead.duration),
                (say("API calls on the first day (estimate)"), f"{ahead.calls_first_day:,}"),
                (say("Source"), ahead.source),
            ))  # fmt: skip

    def parts_to_prove(self) -> tuple[Part, ...]:
        """Marketo's lock, and the sampled people."""
        return (Part.ORGANIZATION, Part.MARKETO, Part.PEOPLE_SEEN)
