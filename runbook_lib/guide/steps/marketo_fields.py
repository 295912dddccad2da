"""01: the fields that Marketo fills, on Lead and Contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.setup.professional import layout_clicks, professional_card
from runbook_lib.guide.steps.setup.setup_decision import SetupStep
from runbook_lib.guide.views.fields.lead_conversion import conversion_after, conversion_before
from runbook_lib.guide.views.fields.marketo_fields import own_fields_grid
from runbook_lib.guide.views.view import Block, Facts, Fold, Line
from runbook_lib.guide.widgets.forms.marketo_fields import FieldsChosen, FieldsForm
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Evidence
from runbook_lib.road import MARKETO_FIELDS
from runbook_lib.survey.requirements import MARKETO_FIELDS as ALL_FIELDS
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, counted, say


class MarketoFields(SetupStep):
    """01: the ``mkto71_`` fields on Lead and Contact, and where they go when a lead is converted."""

    spec = MARKETO_FIELDS
    explanation = say(
        "Marketo fills three recommended and up to thirteen optional fields in Salesforce. This "
        "notebook creates them on Lead and Contact, lets the sync user see and edit them, and makes "
        "lead conversion carry their values over. The sync user's login is not tried until notebook "
        "03, so this is proven with your own login."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """Which of the sixteen fields exist."""
        self.stop_where_refused()
        yield from professional_card(self.name, seen)
        table = own_fields_grid(seen)
        yield Fold(table.caption, table)

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file; where there is none, a person ticks; headless the recommendation stands."""
        if self.decisions.setup is not None or not self.interactive:
            decided = self._decided(self.settle_setup())
            return [decided, *conversion_before(self.plan(seen), seen)]
        self.offer(FieldsForm(seen), self.keep, say("Decide, and sign with your name."))
        return [Line(say("Tick the fields to create; the recommended ones are ticked."))]

    def _decided(self, setup: SetupDecision) -> Facts:
        chosen = say("{count} of {all}", count=len(setup.marketo_fields), all=len(ALL_FIELDS))
        profiles = ", ".join(setup.read_only_profiles) or say("none")
        own = (say("Marketo's fields"), chosen), (say("Profiles that may read them"), profiles)
        return self.decided_facts(setup, *own)

    def keep(self, chosen: FieldsChosen) -> Message:
        """Writes down which fields are created, and which profiles may read them."""
        fields, profiles = chosen.fields, chosen.profiles
        setup = replace(
            SetupDecision(),
            marketo_fields=fields,
            read_only_profiles=profiles,
            decided_by=chosen.by,
            decided_at=now(),
        )
        write_setup(self.session.workspace, setup)
        what = say("Marketo fields to be created: {fields}.", fields=", ".join(fields) or say("none"))
        if profiles:
            names = ", ".join(profiles)
            what = say("{fields} These profiles may read them: {profiles}.", fields=what, profiles=names)
        self.note("decide", Kind.decision, journal_payloads.decision(what, chosen.by, at=setup.decided_at))
        self.go_on()
        return counted(
            len(fields),
            say("One field of Marketo is to be created."),
            say("{count} fields of Marketo are to be created.", count=len(fields)),
        )

    def _do(self) -> Iterable[Block]:
        return [*super()._do(), *layout_clicks(self)]

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step; shows the lead-conversion mapping as it was read back, also where nothing is
        proven."""
        blocks = list(conversion_after(self.baseline(), self.snapshot))
        if not evidence.proven:
            self.show_now(blocks)
        return [*blocks, *super().conclude(evidence)]
