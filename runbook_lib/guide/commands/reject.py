"""What a second person says from the command line: not this plan, and why."""

from __future__ import annotations

from pathlib import Path

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.errors import UsageFault
from runbook_lib.guide.state import history
from runbook_lib.guide.state.second_person import reject
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.guide.views.view import Card, Tone, View
from runbook_lib.road import GATES, StepSpec
from runbook_lib.text import say


def reject_plan(folder: Path, gate: StepSpec, by: str, reason: str) -> View:
    """Writes down that ``by`` rejects the plan of ``gate`` that was shown last; no system is called.

    ``UsageFault`` where name or reason is empty, or where no plan was shown that could be rejected.
    """
    with open_session(folder) as session, session.workspace.lock("runbook reject"):
        digest = history.shown_plan(history.attempt(session.journal, gate.name))
        plan = read_plan(session.workspace, gate.name, digest) if digest else None
        if plan is None or not plan.needs_approval:
            raise UsageFault(
                say("There is no plan of {step} that somebody could approve or reject.", step=gate.name),
                fix=say("Only these need an approval: {gates}.", gates=", ".join(GATES)),
            )
        reject(session, plan, by, reason)
        after = say(
            "It counts until somebody approves this plan, or another one is made:  runbook run {folder}",
            folder=shell_word(session.workspace.path),
        )
        title = say("Recorded: {by} rejects the plan of {step}.", by=by.strip(), step=gate.name)
        return View(session.language, "", (Card(Tone.STOP, title, (reason.strip(), after)),))
