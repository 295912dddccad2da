"""What Do does for every step: plan, gate, changes, clicks; each through the floor that is made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from runbook_lib.change.apply import ApplyResult, apply, settle, writer_of
from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.gate import (
    CHECKS_LIFETIME,
    Approval,
    Checks,
    Permit,
    Refusal,
    changed_since,
    open_gate,
)
from runbook_lib.change.gate.approvals import read_plan, write_plan
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import parts_for
from runbook_lib.errors import SystemRefused, WaitsForPerson
from runbook_lib.guide.engine.robot import Robot, has_robot
from runbook_lib.guide.state import history
from runbook_lib.guide.state.agreed_fields import note_visible
from runbook_lib.guide.state.call_forecast import Looking, calls_from_here
from runbook_lib.guide.state.consent import against_consent, approval_of, is_confirmed, put_on_record
from runbook_lib.guide.state.session import now
from runbook_lib.guide.state.standing import predecessors_of
from runbook_lib.guide.views.commands import commands_after, commands_before
from runbook_lib.guide.views.gate.click_sheet import ClickSheet, write_sheet
from runbook_lib.guide.views.gate.consent_page import consent_page
from runbook_lib.guide.views.plan import age, click_block, plan_blocks
from runbook_lib.guide.views.refusals import stop_because
from runbook_lib.guide.views.view import Block, Card, Line, Link, Tone
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.checks import gate_findings
from runbook_lib.review.pictures.gates import before_and_after
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, counted, say

WHAT_MAY_DRIFT = (Part.ORGANIZATION, Part.MARKETO, Part.VISIBLE)
"""What a gate reads again seconds before something that cannot be undone."""


class Doer(Looking, Protocol):
    """What carrying out a plan needs of the step it is done for; the step alone writes down and asks."""

    @property
    def name(self) -> str:
        """The notebook's name."""

    @property
    def interactive(self) -> bool:
        """Whether a person is there."""

    @property
    def snapshot(self) -> Snapshot:
        """What the notebook saw."""

    def look_again(self) -> Snapshot:
        """What there is now."""

    def look_for_drift(self) -> Snapshot:
        """What the notebook saw, and :data:`WHAT_MAY_DRIFT` as it is now."""

    def plan(self, seen: Snapshot | None = None) -> Plan:
        """What the step will do."""

    def clicks_made(self) -> frozenset[str]:
        """Ids of the clicks that were made."""

    def note(self, beat: str, kind: Kind, payload: dict[str, Any]) -> None:
        """Writes an entry of the step into the journal."""

    def show_now(self, blocks: Iterable[Block]) -> None:
        """Shows something before a stop is raised."""

    def offer_clicks(self, plan: Plan) -> None:
        """Asks which clicks were made."""

    def offer_back(self, plan: Plan) -> None:
        """Asks whether the clicks were ticked too early."""


class Doing:
    """Carries out the plan of one step."""

    def __init__(self, step: Doer) -> None:
        self.step = step
        self.session = step.session

    def tell_plan(self, plan: Plan, has_boxes: bool) -> Iterable[Block]:
        """Shows the plan and keeps it on file under its digest, so that an approval can name it.

        ``has_boxes``: the step asks with a form, which has a box for each consent and for what is open."""
        if not plan.is_empty or plan.needs_approval:
            write_plan(self.session.workspace, plan)
            payload = journal_payloads.read(
                say("The plan was made."), self.step.snapshot, self.session.calls()
            )
            self.step.note("decide", Kind.read, payload | {"plan": plan.digest})
        yield from plan_blocks(plan, has_boxes)
        if plan.changes and not plan.needs_approval:
            count = calls_from_here(self.step, plan)
            yield Line(
                say("Making and proving the changes costs at most {count} Salesforce calls.", count=count)
            )
        approval = approval_of(self.session, plan.step) if plan.consents else None
        yield from consent_page(plan, approval, has_boxes)

    def carry_out(self, plan: Plan) -> Iterable[Block]:
        """Everything in ``plan``, through the gate. Raises ``Blocked``, ``WaitsForPerson`` or
        ``SystemRefused``."""
        made = self._made()
        if plan.clicks and plan.needs_approval and made >= {click.id for click in plan.clicks}:
            return self._already_clicked(plan)
        if not (plan.changes or plan.clicks or plan.needs_approval or plan.undecided or plan.obstacles):
            return self._tell(settle(self.step.name, self.session.journal, self.step.snapshot))
        fresh, checked_at = self._fresh(plan)
        plan = self.step.plan(fresh)
        if self.needs_a_word(plan):
            raise WaitsForPerson(
                say("These changes have not been confirmed yet."),
                fix=say("Run “3 Decide” above: it shows them and asks."),
            )
        permit = self._permit(plan, fresh, checked_at)
        blocks: list[Block] = []
        if plan.changes:
            blocks += self._tell(self._apply(plan, permit, fresh))
        if plan.clicks:
            blocks += self._click(plan, permit)
        return blocks or self._tell(ApplyResult())

    def _asks_a_person(self) -> bool:
        return self.step.interactive and not has_robot(self.session)

    def needs_a_word(self, plan: Plan) -> bool:
        """With a person there, nothing in the org is changed before they said so to exactly this plan."""
        if not plan.changes or plan.undecided or plan.obstacles or not self._asks_a_person():
            return False
        if plan.needs_approval:  # the consent says more
            return False
        return not is_confirmed(self._attempt(), plan)

    def lacks_consent(self, plan: Plan) -> bool:
        """With a person there: whether what cannot be undone of a plan without clicks has to be agreed to."""
        if not plan.needs_approval or plan.clicks or plan.undecided:
            return False
        return self._asks_a_person() and bool(against_consent(self.session, plan))

    def _fresh(self, plan: Plan) -> tuple[Snapshot, datetime]:
        """What the gate compares with, and how old its oldest part is.

        What cannot be undone is compared with what both systems look like seconds before; the rest counts as
        long as checks do.
        """
        seen = self.step.snapshot
        oldest = seen.taken_at
        if now() - oldest > CHECKS_LIFETIME:
            seen = self.step.look_again()
            oldest = seen.taken_at
        elif plan.needs_approval:
            seen = self.step.look_for_drift()
        return seen, oldest

    def _permit(self, plan: Plan, fresh: Snapshot, checked_at: datetime) -> Permit:
        """Opens the gate, or raises with every reason that keeps it shut."""
        approval = self._approval(plan)
        findings = gate_findings(fresh, self.step.name)
        checks = Checks(findings, checked_at, predecessors_of(self.session, self.step.spec))
        answer = open_gate(plan, approval, fresh, checks, now())
        if not isinstance(answer, Permit):
            answer = self._with_what_changed(approval, fresh, answer)
            by_hand = plan.needs_approval and not self.step.interactive
            raise stop_because(answer, commands_before(self.session.workspace, plan) if by_hand else None)
        if approval is not None and plan.needs_approval:
            put_on_record(self.session, approval)
            note_visible(self.session, fresh)  # what was agreed to just now is not seen besides any more
        return answer

    def _with_what_changed(
        self, approval: Approval | None, fresh: Snapshot, answer: tuple[Refusal, ...]
    ) -> tuple[Refusal, ...]:
        """The refusals, before them what changed since somebody agreed, by name."""
        gate = self.step.name
        agreed = read_plan(self.session.workspace, gate, approval.plan_digest) if approval else None
        if agreed is None:
            return answer
        kept: dict[str, Refusal] = {}
        for refusal in (*changed_since(agreed, fresh), *answer):
            kept.setdefault(refusal.id, refusal)
        return tuple(kept.values())

    def _approval(self, plan: Plan) -> Approval | None:
        if not plan.needs_approval:
            return None
        stands = all(predecessor.stands for predecessor in predecessors_of(self.session, self.step.spec))
        if has_robot(self.session) and stands:
            Robot(self.session).sign(plan)
        return approval_of(self.session, plan.step)

    def _apply(self, plan: Plan, permit: Permit, fresh: Snapshot) -> ApplyResult:
        def look() -> Snapshot:
            return self.session.collect(parts_for(plan.step), fresh)

        journal, writer = self.session.journal, writer_of(self.session.admin())
        try:
            with journal.heard_by(self._counting(len(plan.changes))):
                return apply(plan, permit, writer, journal, fresh, look)
        except SystemRefused as refused:
            self.session.forget_ended(refused.code)
            raise

    def _counting(self, count: int) -> Callable[[Entry], None]:
        """With a person there: tells after each change how many are made."""
        made: list[str] = []

        def hear(entry: Entry) -> None:
            if entry.kind is Kind.change_done and self.step.interactive:
                made.append(entry.payload["change"])
                self.session.transport.tell(
                    say("{made} of {count} changes made …", made=len(made), count=count)
                )

        return hear

    def _click(self, plan: Plan, permit: Permit) -> Iterable[Block]:
        if has_robot(self.session):
            robot = Robot(self.session)
            for click, status in robot.click(plan, permit, self._made()):
                self.step.note("do", Kind.click, journal_payloads.click(click, robot.name, status))
            return [click_block(plan.clicks, self._made())]
        made = self._made()
        if made >= {click.id for click in plan.clicks}:
            return self._already_clicked(plan)
        sheet = self._sheet(plan)
        if self.step.interactive:
            self.step.offer_clicks(plan)
            mailed = say("Click sheet, to print or to send to whoever makes the clicks")
            return [click_block(plan.clicks, made), Line(Link(mailed, f"../plans/{sheet.name}"))]
        self.step.show_now([click_block(plan.clicks, made)])
        raise WaitsForPerson(
            say("Someone has to make {count} clicks in Marketo now.", count=len(plan.clicks)),
            fix=commands_after(self.session.workspace, plan, made, sheet),
        )

    def _sheet(self, plan: Plan) -> Path:
        """The page for whoever makes the clicks, written anew."""
        approval = approval_of(self.session, plan.step) if plan.needs_approval else None
        decided = read_decisions(self.session.workspace).hides
        pictures = tuple(before_and_after(plan.step, self.step.snapshot, decided))
        sheet = ClickSheet(plan, approval, self.session.language, pictures)
        return write_sheet(self.session.workspace, sheet)

    def _already_clicked(self, plan: Plan) -> Iterable[Block]:
        word = history.attested(self._attempt())
        if word is None:
            return [Line(say("There is nothing to click."))]
        if self._asks_a_person():
            self.step.offer_back(plan)
        return [
            click_block(plan.clicks, self._made()),
            Card(
                Tone.OK,
                say("The clicks were made by {by}, {age}.", by=word.by, age=age(word.at.isoformat())),
                (say("They are not made again; what they did is measured below."),),
            ),
        ]

    def _tell(self, outcome: ApplyResult) -> list[Block]:
        sentences: list[Message] = []
        if outcome.done:
            count = len(outcome.done)
            made = counted(count, say("One change was made."), say("{count} changes were made.", count=count))
            sentences.append(made)
        if outcome.unchanged:
            count = len(outcome.unchanged)
            so = counted(
                count, say("One was already in place."), say("{count} were already in place.", count=count)
            )
            sentences.append(so)
        if not sentences:
            sentences.append(say("Nothing had to be changed."))
        tone = Tone.WARN if outcome.failed or outcome.unknown else Tone.OK
        return [Card(tone, sentences[0], tuple(sentences[1:]))]

    def _attempt(self) -> list[Entry]:
        return history.attempt(self.session.journal, self.step.name)

    def _made(self) -> frozenset[str]:
        return self.step.clicks_made()
