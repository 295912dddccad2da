"""What a person says from the command line: I agree to this plan; I made these clicks."""

from __future__ import annotations

import getpass
from pathlib import Path

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.gate import APPROVAL_HOURS, what_is_open
from runbook_lib.change.gate.approvals import Signature, demand_signature, plans_on_file, read_plan
from runbook_lib.change.gate.click_code import demand_code
from runbook_lib.change.plan import Click, Plan
from runbook_lib.change.plans import parts_for
from runbook_lib.errors import UsageFault, WaitsForPerson
from runbook_lib.guide.state import history
from runbook_lib.guide.state.adoption import to_adopt
from runbook_lib.guide.state.agreed_fields import sync_fields_began
from runbook_lib.guide.state.consent import against_consent, approval_of, put_on_record, sign_plan
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.status_word import report_status
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.adoption import clicked_already, how_to_adopt
from runbook_lib.guide.views.commands import commands_before, shell_word
from runbook_lib.guide.views.gate.click_sheet import ClickSheet, write_sheet
from runbook_lib.guide.views.gate.consent_page import consent_page
from runbook_lib.guide.views.plan import click_block, plan_blocks
from runbook_lib.guide.views.refusals import demand_predecessors, stop_because
from runbook_lib.guide.views.view import Card, Line, Tone, View
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.concluded import STEPS as STATUS_STEPS
from runbook_lib.review.pictures.gates import before_and_after
from runbook_lib.road import GATES, StepSpec
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Label, Message, counted, say


def approve_plan(folder: Path, gate: StepSpec, by: str, reason: str, org: str) -> View:
    """Writes the approval for the plan of ``gate`` as it stands now; shows what was agreed to and what is
    next.

    ``UsageFault`` where the step needs no approval, where name or reason is empty, or where the org typed is
    not the plan's org; ``WaitsForPerson`` where a step that it stands on is not proven, or where something is
    undecided, for that decision changes the plan.
    """
    if not gate.irreversible and not gate.undoable:
        raise _needs_none(gate)
    if not by.strip() or not reason.strip():
        raise UsageFault(say("An approval needs a name and a reason."), fix=say("State who agrees, and why."))
    with open_session(folder) as session, session.workspace.lock("runbook approve"):
        if not gate.irreversible and not sync_fields_began(session):
            raise _needs_none(gate)
        demand_predecessors(session, gate)
        step = STEPS[gate.name](session, interactive=False)
        seen = step.collect(step.parts() if gate.undoable else (*parts_for(gate.name), *step.more_parts))
        if gate in (done := to_adopt(session, seen)):
            raise WaitsForPerson(clicked_already(done), fix=how_to_adopt(shell_word(session.workspace.path)))
        plan = step.plan(seen)
        signature = Signature(by, reason, org, session.language)
        demand_signature(plan, signature)
        if still_open := tuple(what_is_open(plan)):
            raise stop_because(still_open)
        _put_look_on_record(session, plan, seen)
        return _agreed(session, plan, seen, sign_plan(session, plan, signature))


def _needs_none(step: StepSpec) -> UsageFault:
    return UsageFault(
        say("{step} needs no approval: it can be undone.", step=step.name),
        fix=say("Only these need an approval: {gates}.", gates=", ".join(GATES)),
    )


def _put_look_on_record(session: Session, plan: Plan, seen: Snapshot) -> None:
    """Writes down what was looked at; before the clicks of this attempt it is also their baseline."""
    is_baseline = history.baseline_name(history.attempt(session.journal, plan.step)) is None
    payload = history.look(session.workspace, seen, session.calls(), keep=is_baseline)
    session.journal.append(plan.step, "decide", Kind.read, payload | {"plan": plan.digest})


def _agreed(session: Session, plan: Plan, seen: Snapshot, path: Path) -> View:
    """What was agreed to, and what is next."""
    clicks = [click_block(plan.clicks, ())] if plan.clicks else []
    after = say(
        "Make these clicks in Marketo, then:  runbook attest {folder} {step}  and  runbook run {folder}",
        folder=shell_word(session.workspace.path),
        step=plan.step,
    )
    sent, approval = [], approval_of(session, plan.step)
    if plan.clicks:
        pictures = tuple(before_and_after(plan.step, seen, read_decisions(session.workspace).hides))
        file = write_sheet(session.workspace, ClickSheet(plan, approval, session.language, pictures))
        sent = [Line(say("Click sheet, to print or to send:  {file}", file=file))]
    message = say("Agreed; valid for {hours} hours and for exactly this plan.", hours=APPROVAL_HOURS)
    done = Card(Tone.OK, message, (str(path),))
    return View(
        session.language,
        "",
        (*plan_blocks(plan), *consent_page(plan, approval), done, *clicks, *sent, Line(after)),
    )


def attest_clicks(folder: Path, stop: StepSpec, by: str, status: str, code: str = "") -> View:
    """Writes down that a person made the clicks of the plan shown last, and what Marketo then showed.

    ``code``: what whoever got the click sheet sent back; it has to be that of this plan, and names nobody.

    No system is called: what the clicks did is measured by the next run. ``UsageFault`` where no plan with
    clicks was ever shown for the step; ``WaitsForPerson`` or ``Blocked``, with every reason, where the plan
    shown last cannot be undone and nobody agreed to it as it stands.
    """
    with open_session(folder) as session, session.workspace.lock("runbook attest"):
        if code and not by.strip():
            raise UsageFault(
                say("A code says which clicks were made, not by whom."),
                fix=say("Name with --by who sent it back."),
            )
        who = by.strip() or getpass.getuser()
        if stop in STATUS_STEPS:
            return _attest_status(session, stop, who, status)
        entries = history.attempt(session.journal, stop.name)
        digest = history.shown_plan(entries)
        made = history.clicks_made(entries)
        clicks = [click for click in _clicks_of(session, stop, digest) if click.id not in made]
        if code:
            demand_code(code, stop.name, digest or "", plans_on_file(session.workspace))
        demand_predecessors(session, stop)
        if stop.name in GATES:
            _demand_consent(session, _plan_shown(session, stop, digest))
        for click in clicks:
            payload = journal_payloads.click(click, who, status) | {"plan_digest": digest or ""}
            payload |= {"code": code} if code else {}
            session.journal.append(stop.name, "do", Kind.click, payload)
        line = say("Next:  runbook run {folder}", folder=shell_word(session.workspace.path))
        return View(session.language, "", (_recorded(stop, len(clicks), who, line),))


def _recorded(stop: StepSpec, count: int, by: str, line: Message) -> Card:
    if not count:
        return Card(
            Tone.INFO, say("The clicks of {step} were on record before.", step=stop.numbered), (line,)
        )
    one = say("Recorded: one click of {step}, made by {by}.", step=stop.numbered, by=by)
    many = say("Recorded: {count} clicks of {step}, made by {by}.", count=count, step=stop.numbered, by=by)
    return Card(Tone.OK, counted(count, one, many), (line,))


def _attest_status(session: Session, step: StepSpec, by: str, status: str) -> View:
    """Writes down what Marketo's page shows; the newest word counts."""
    if not status.strip():
        raise UsageFault(
            say("There is nothing to click at {step}; no status was given.", step=step.numbered),
            fix=say(
                "Open {admin}, {crm}, {salesforce} in Marketo, read the status at the top right, and "
                "pass it with --status.",
                admin=Label("marketo.admin"),
                crm=Label("marketo.crm"),
                salesforce=Label("marketo.salesforce"),
            ),
        )
    report_status(session, step, by, status.strip())
    line = say("Next:  runbook run {folder}", folder=shell_word(session.workspace.path))
    what = say("Recorded: Marketo's page shows “{status}”, read by {by}.", status=status.strip(), by=by)
    return View(session.language, "", (Card(Tone.OK, what, (line,)),))


def _clicks_of(session: Session, stop: StepSpec, digest: str | None) -> tuple[Click, ...]:
    return _plan_shown(session, stop, digest).clicks


def _plan_shown(session: Session, stop: StepSpec, digest: str | None) -> Plan:
    plan = read_plan(session.workspace, stop.name, digest) if digest else None
    if plan is None or not plan.clicks:
        raise UsageFault(
            say("No clicks of {step} have been shown yet, so none can have been made.", step=stop.numbered),
            fix=say(
                "Run the road up to that point:  runbook run {folder}",
                folder=shell_word(session.workspace.path),
            ),
        )
    return plan


def _demand_consent(session: Session, plan: Plan) -> None:
    """Puts the consent to ``plan`` on record, or raises every reason why there is none."""
    approval = approval_of(session, plan.step)
    against = against_consent(session, plan)
    if against or approval is None:
        raise stop_because(against, commands_before(session.workspace, plan))
    put_on_record(session, approval)
