"""The command with which automation goes on after a run, as it is typed into a shell."""

from __future__ import annotations

import shlex

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.guide.state import history
from runbook_lib.guide.state.consent import against_consent
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.journal import Entry
from runbook_lib.outcomes import Outcome


def next_command(session: Session, ended: Entry | None) -> str:
    """What to type next where a run ended with ``ended``; empty where nothing is left to do.

    A step that waits for a person's clicks wants to be told of them; one that cannot be undone wants an
    approval first; everything else is mended elsewhere, and then the run goes on.
    """
    if ended is None or ended.payload["exit_code"] == 0:
        return ""
    folder, step = shell_word(session.workspace.path), ended.step
    run = f"runbook run {folder}"
    if ended.payload["outcome"] != Outcome.WAITS:
        return run
    entries = history.attempt(session.journal, step)
    digest = history.shown_plan(entries)
    plan = read_plan(session.workspace, step, digest) if digest else None
    if plan is None or not plan.clicks or plan.undecided or plan.obstacles:
        return run
    if plan.needs_approval and against_consent(session, plan):
        org = shlex.quote(plan.org_name)
        return f'runbook approve {folder} {step} --by "YOUR NAME" --reason "WHY NOW" --org {org}'
    return f"runbook attest {folder} {step}"
