"""The set-up decision that 01 and 02 share."""

from __future__ import annotations

from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.patterns.click_step import RECOMMENDATION, DecidedStep
from runbook_lib.guide.views.view import Facts
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.text import say


class SetupStep(DecidedStep):
    """A step that rests on decisions/setup.toml."""

    def settle_setup(self) -> SetupDecision:
        """The set-up decision on file, or the recommended one, written down as that."""
        setup = self.decisions.setup
        if setup is None:
            setup = replace(SetupDecision(), decided_by=RECOMMENDATION, decided_at=now())
            write_setup(self.session.workspace, setup)
            what = say("The recommended set-up: {fields}.", fields=", ".join(setup.marketo_fields))
            payload = journal_payloads.decision(what, RECOMMENDATION, at=setup.decided_at)
            self.note("decide", Kind.decision, payload)
        return setup

    def decided_facts(self, setup: SetupDecision, *own: tuple[object, object]) -> Facts:
        """What was decided: what is the notebook's own, and what both share."""
        return Facts((
            *own,
            (say("Permission set"), setup.permission_set_label),
            (say("Decided by"), setup.decided_by or say("the file decisions/setup.toml")),
        ))  # fmt: skip

    def stop_where_refused(self) -> None:
        """With a person there: where the administrator's login was refused, nothing below would tell
        anything."""
        if self.interactive and (refusal := self.session.admin.refusal) is not None:
            raise refusal
