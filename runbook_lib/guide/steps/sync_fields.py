"""05: credentials, Sync Fields, Confirm Credentials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from runbook_lib.change.decisions import setup_as_it_stands, write_setup
from runbook_lib.change.decisions.setup import MarketoEnvironment
from runbook_lib.change.plans.consents.sync_fields import doubts, reckoned
from runbook_lib.change.plans.pairing import PRODUCTION, SANDBOX, open_question
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.patterns.consent_step import ClickedStep
from runbook_lib.guide.views.fields.field_list import nobody_looked
from runbook_lib.guide.views.view import Block, Card, Fold, Line, Points, Tone
from runbook_lib.guide.widgets.forms.choice import ChoiceForm, Chosen
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.review.fields.made import span
from runbook_lib.review.pictures.fields import fates
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, say


class SyncFields(ClickedStep):
    """05: credentials, Sync Fields, Confirm Credentials."""

    spec = SYNC_FIELDS
    explanation = say(
        "Marketo gets the sync user's credentials and creates a field for nearly every "
        "field the sync user sees. These fields can be hidden in Marketo later, but never"
        " deleted, and the instance can never be connected to another org. This is the "
        "last moment to hide a field."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """What becomes of the fields that the sync user sees, per object, down to those that are new."""
        if not isinstance(seen.visible, Mapping):
            yield nobody_looked(seen)
            return
        with suppress(DecisionFileFault):  # told under Decide
            yield from fates(seen, self.decisions.hides)
        ahead = forecast_fields(seen)
        yield Line(
            say(
                "The sync user sees {seen} fields of {objects}; of these, new ones in Marketo: {new}.",
                seen=ahead.seen - ahead.others,
                objects=", ".join(sobject.object for sobject in ahead.objects),
                new=span(ahead.least, ahead.most),
            )
        )
        reasons = [(say("Calculated"), reckoned(ahead)), *((say("Unsure"), doubt) for doubt in doubts(ahead))]
        points = Points(tuple((Tone.INFO, lead, text, ()) for lead, text in reasons))
        yield Fold(say("How this is calculated, and what nobody knows"), points)

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """First whether this Marketo is a sandbox, where that matters; then the consent."""
        question = open_question(seen, self.decisions)
        if question is None or not self.interactive or self.clicks_made():
            return super().settle(seen)
        options = {SANDBOX: say("a Marketo sandbox"), PRODUCTION: say("the production Marketo")}
        waits_for = say("State whether this Marketo is a sandbox.")
        self.offer(ChoiceForm(options), self.keep_environment, waits_for)
        return [Card(Tone.WAIT, question)]

    def keep_environment(self, chosen: Chosen) -> Message:
        """Writes down what a person said this Marketo is."""
        environment: MarketoEnvironment = "sandbox" if chosen.choice == SANDBOX else "production"
        setup = replace(setup_as_it_stands(self.session.workspace), marketo_environment=environment)
        write_setup(self.session.workspace, setup)
        what = say("The Marketo instance is said to be: {environment}.", environment=environment)
        self.note("decide", Kind.decision, journal_payloads.decision(what, chosen.by, chosen.reason, now()))
        self.go_on()
        return what

    def parts_to_prove(self) -> tuple[Part, ...]:
        """Marketo's fields, and who logged in."""
        return (Part.ORGANIZATION, Part.MARKETO)
