"""``runbook undo``: takes a step back that can be taken back, through the same gate as everything."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from runbook_lib.change.apply import apply, writer_of
from runbook_lib.change.gate import Checks, Permit, open_gate
from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plans import parts_for
from runbook_lib.change.undo import Undoing, can_take_back, made, plan_undo
from runbook_lib.errors import Blocked, UsageFault
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session, now, open_session
from runbook_lib.guide.views.plan import plan_blocks
from runbook_lib.guide.views.refusals import stop_because
from runbook_lib.guide.views.view import Block, Card, Tone, View
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.review.checks import checks_for, gate_findings, parts_needed
from runbook_lib.road import SYNC_FIELDS, UNDOABLE, StepSpec, step_named
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import counted, say


def undo_step(folder: Path, stop: StepSpec) -> View:
    """Takes back what the runbook changed in ``stop`` and shows what was restored and what stays.

    ``UsageFault`` where the step cannot be taken back; ``Blocked`` where a later step rests on it, where 05
    was begun, or where the gate is shut; ``SystemRefused`` where Salesforce refuses. Only what is still as we
    left it is restored.
    """
    with open_session(folder) as session, session.workspace.lock("runbook undo"):
        began = monotonic()
        changes = made(_entries(session, stop.name))
        _demand_order(session, stop.name)
        _demand_same_set(session)
        if not changes:
            nothing = Card(Tone.INFO, say("The runbook has changed nothing in {step}.", step=stop.numbered))
            return View(session.language, "", (nothing,))
        checks = parts_needed(checks_for(stop.name))
        seen = session.collect(dict.fromkeys((*parts_for(stop.name), *checks)))
        undoing = plan_undo(stop.name, changes, seen, now())
        if undoing.plan.changes:
            _carry_out(session, undoing, seen)
        outcome = journal_payloads.ended(Outcome.UNDONE, session.calls(), monotonic() - began)
        session.journal.append(stop.name, "do", Kind.ended, outcome)
        return View(session.language, "", tuple(_undone_blocks(undoing)))


def _entries(session: Session, step: str) -> list[Entry]:
    return list(session.journal.entries(step=step))


def _demand_order(session: Session, step: str) -> None:
    if step not in UNDOABLE:
        raise UsageFault(
            say("{step} cannot be undone.", step=step),
            fix=say("These can: {steps}.", steps=", ".join(UNDOABLE)),
        )
    if history.was_touched(_entries(session, SYNC_FIELDS.name)):
        raise Blocked(
            say(
                "{step} was begun: Marketo is now working with these rights and fields.",
                step=SYNC_FIELDS.numbered,
            ),
            why=say("Removing them would break the sync, and Marketo's fields would still stay."),
            fix=say(
                "Change individual rights by hand in Salesforce Setup only if you know what the sync needs."
            ),
        )
    later = [name for name in UNDOABLE if name > step and can_take_back(made(_entries(session, name)))]
    if later:
        raise Blocked(
            say(
                "{later} was done after {step} and depends on it.",
                later=step_named(later[-1]).numbered,
                step=step_named(step).numbered,
            ),
            fix=say("Undo {later} first.", later=later[-1]),
        )


def _demand_same_set(session: Session) -> None:
    """Rights are restored where they were given; looked for in another permission set, all seems restored."""
    changes = [change for step in UNDOABLE for change in made(_entries(session, step))]
    given = {change.target for change in changes if KINDS[change.kind].names_the_set}
    named = session.expected.permission_set
    if given and named not in given:
        names = ", ".join(sorted(given))
        raise UsageFault(
            say(
                "The rights were granted in the permission set {given}, but setup.toml names {named}.",
                given=names,
                named=named,
            ),
            where=str(session.workspace.decisions / "setup.toml"),
            fix=say('Write permission_set = "{given}" there, and undo the step again.', given=names),
        )


def _carry_out(session: Session, undoing: Undoing, seen: Snapshot) -> None:
    plan = undoing.plan
    checks = Checks(gate_findings(seen, plan.step), seen.taken_at)
    permit = open_gate(plan, None, seen, checks, now())
    if not isinstance(permit, Permit):
        raise stop_because(permit)

    def look() -> Snapshot:
        return session.collect(parts_for(plan.step), seen)

    apply(plan, permit, writer_of(session.admin()), session.journal, seen, look)


def _undone_blocks(undoing: Undoing) -> Iterable[Block]:
    yield from plan_blocks(undoing.plan)
    count = len(undoing.plan.changes)
    many = say("{count} changes were undone.", count=count)
    head = counted(count, say("One change was undone."), many)
    yield Card(Tone.OK, head if count else say("Everything was already as before."))
    if undoing.stays:
        yield Card(Tone.INFO, say("This stays:"), undoing.stays)
