"""The set-up decision that 01 and 02 share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state.session import now
from runbook_lib.guide.views.view import Block, Facts
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.survey.requirements import MARKETO_FIELDS
from runbook_lib.text import say


def settle_setup(step: Step) -> Iterable[Block]:
    """The set-up decision on file, or the recommended one, written down as that."""
    setup = step.decisions.setup
    if setup is None:
        setup = replace(SetupDecision(), decided_by="recommendation", decided_at=now())
        write_setup(step.session.workspace, setup)
        what = say("The recommended set-up: {fields}.", fields=", ".join(setup.marketo_fields))
        step.note(
            "decide", Kind.decision, journal_payloads.decision(what, "recommendation", at=setup.decided_at)
        )
    chosen = setup.marketo_fields
    yield Facts((
        (say("Marketo's fields"), say("{count} of {all}", count=len(chosen), all=len(MARKETO_FIELDS))),
        (say("Profiles that may read them"), ", ".join(setup.read_only_profiles) or say("none")),
        (say("Permission set"), setup.permission_set_label),
        (say("Decided by"), setup.decided_by or say("the file decisions/setup.toml")),
    ))  # fmt: skip


def stop_where_refused(step: Step) -> None:
    """With a person there: where the administrator's login was refused, nothing below would tell anything."""
    if step.interactive and (refusal := step.session.admin.refusal) is not None:
        raise refusal
