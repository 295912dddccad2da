"""What all steps have in common: what each of the five beats does, unless a step says it in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from runbook_lib.change.decisions import Decisions, read_decisions
from runbook_lib.change.gate import CHECKS_LIFETIME
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import parts_for, plan_for
from runbook_lib.errors import EvidenceMissing, SystemRefused
from runbook_lib.guide.engine.agreeing import Agreeing
from runbook_lib.guide.engine.asking import Body
from runbook_lib.guide.engine.execution import WHAT_MAY_DRIFT, Doing
from runbook_lib.guide.engine.stops import blocked_by, out_of_reach_by, silence_of
from runbook_lib.guide.engine.tables import table_of
from runbook_lib.guide.state import history
from runbook_lib.guide.state.agreed_fields import note_visible, sync_fields_began
from runbook_lib.guide.state.consent import approved_plan
from runbook_lib.guide.state.session import now
from runbook_lib.guide.state.standing import ground_of
from runbook_lib.guide.views.identity import identity_facts
from runbook_lib.guide.views.next_steps import after_proof
from runbook_lib.guide.views.plan import evidence_blocks
from runbook_lib.guide.views.refusals import demand_predecessors
from runbook_lib.guide.views.view import Block, Line, View, findings_blocks
from runbook_lib.journal import Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Evidence, prove
from runbook_lib.review.checks import (
    answers_of_now,
    checks_for,
    checks_shown_at,
    gate_findings,
    parts_needed,
    run_checks,
)
from runbook_lib.review.findings import Finding
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, joined, say

if TYPE_CHECKING:
    import pandas as pd

MENDED_BY_DO = frozenset(
    {
        "system_permissions",
        "object_permissions",
        "marketing_user",
        "marketo_fields",
        "conversion",
        "marketo_fields_visible",
    }
)
"""Checks whose finding the notebook that shows it repairs itself, under Do."""


class Step(Agreeing):
    """One step of the road, for one open session. A subclass says what is particular to it."""

    explanation: ClassVar[Message]
    more_parts: ClassVar[tuple[Part, ...]] = ()
    """Parts to look at beyond those of its checks and its plan."""

    # The five beats ---------------------------------------------------------------------------------------

    def look(self) -> View:
        """What is there now."""
        return self.beat("look", self._look)

    def check(self) -> View:
        """What is wrong, why it matters, and the exact fix."""
        return self.beat("check", self._on_proven_ground(self._check))

    def decide(self) -> View:
        """What a person chose, or has to choose."""
        return self.beat("decide", self._on_proven_ground(self._decide))

    def do(self) -> View:
        """The change, through the gate; or the clicks that only a person can make."""
        return self.beat("do", self._on_proven_ground(self._do))

    def prove(self) -> View:
        """What was measured, compared with the baseline before."""
        return self.beat("prove", self._on_proven_ground(self._prove))

    def table(self, name: str) -> pd.DataFrame:
        """A table behind this notebook's previews as a DataFrame, such as ``findings``; see docs/tables.md.

        ``UsageFault`` for an unknown name, naming those there are. It looks first where nobody has.
        """
        return table_of(self, self.spec, name)

    # What a step may say in its own way --------------------------------------------------------------------

    def parts(self) -> tuple[Part, ...]:
        """The parts that this step reads; as the sync user only where their secrets were brought."""
        checks = {check.id: check for check in (*checks_shown_at(self.name), *checks_for(self.name))}
        wanted = (Part.ORGANIZATION, *parts_needed(checks.values()), *parts_for(self.name), *self.more_parts)
        allowed = (part for part in wanted if self.spec.is_sync_user or part not in LOGS_IN)
        opens = self.spec.undoable and sync_fields_began(self.session)
        return tuple(dict.fromkeys((*allowed, *(WHAT_MAY_DRIFT if opens else ()))))

    def parts_to_prove(self) -> tuple[Part, ...]:
        """The parts that are measured again to prove the step."""
        return self.parts()

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """Looks at these parts; the others come from ``before``."""
        seen = self.session.collect(parts, before)
        note_visible(self.session, seen)
        return seen

    def about(self) -> Message:
        """What this step is about, for this connection."""
        return self.explanation

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """What Look shows of ``seen``, beyond who is connected to whom."""
        return ()

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """What the checks say that this step shows or that shut its gate, each once."""
        findings = (*run_checks(seen, [self.name]), *gate_findings(seen, self.name))
        return tuple({finding.check: finding for finding in findings}.values())

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Which of the findings shut this step: errors, and what cannot be told, among those of its gate."""
        gate = {check.id for check in checks_for(self.name)}
        return [finding for finding in findings if finding.blocks and finding.check in gate]

    def mended_by_do(self) -> frozenset[str]:
        """Checks whose finding is told as one that Do repairs."""
        return MENDED_BY_DO

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """Decide: bring the decision onto file, or offer the form for it; returns what to show."""
        return ()

    def offer_clicks(self, plan: Plan) -> None:
        """Do, with a person there: offers the click list as a form. Steps without clicks have none."""

    def offer_back(self, plan: Plan) -> None:
        """Do, once the clicks were ticked: offers to take that back. Steps without clicks have nothing."""

    # How they are done --------------------------------------------------------------------------------------

    @property
    def decisions(self) -> Decisions:
        """The decisions on file, read anew."""
        return read_decisions(self.session.workspace)

    @property
    def snapshot(self) -> Snapshot:
        """What this notebook saw; it looks first where nobody has."""
        if self.seen is None:
            self.seen = self._see()
        return self.seen

    def plan(self, seen: Snapshot | None = None) -> Plan:
        """What this step will do, from ``seen`` (what it saw) and the decisions on file."""
        return plan_for(
            self.name, seen or self.snapshot, self.decisions, now(), ground_of(self.session, self.spec)
        )

    def _on_proven_ground(self, body: Body) -> Body:
        """The beat, once every step stands that this one stands on; before that no system is called. What was
        clicked under a consent is measured all the same: that hands out nothing that cannot be undone."""

        def checked() -> Iterable[Block]:
            if not history.clicks_made(self._attempt()):
                demand_predecessors(self.session, self.spec)
            return body()

        return checked

    def _look(self) -> Iterable[Block]:
        self.seen = self._see()
        return [*identity_facts(self.session, self.seen), Line(self.about()), *self.preview(self.seen)]

    def _see(self) -> Snapshot:
        seen = self.collect(self.parts())
        is_baseline = history.baseline_name(self._attempt()) is None
        payload = history.look(self.session.workspace, seen, self.session.calls(), keep=is_baseline)
        self.note("look", Kind.read, payload)
        return seen

    def _check(self) -> Iterable[Block]:
        seen = self.snapshot
        findings = self.findings(seen)
        self.note_findings("check", findings)
        against = self.against(findings)
        shut = {finding.check for finding in against}
        mended = {finding.check for finding in findings if finding.step == self.name} - shut
        blocks = findings_blocks(findings, self.mended_by_do().intersection(mended))
        if against and not self.clicks_made():
            self.show_now(blocks)
            raise out_of_reach_by(seen, against) or blocked_by(against)
        return blocks if findings else [Line(say("There is nothing to check here."))]

    def _decide(self) -> Iterable[Block]:
        settled, plan = list(self.settle(self.snapshot)), self.plan()
        asks_itself, doing = bool(self.asks_here), self._doing()
        if plan.has_nothing and (asks_itself or self.waits_for is not None):
            return settled  # the form says more; before its choice nobody knows that nothing is to be changed
        if self.waits_for is None and doing.lacks_consent(plan):
            self.offer_consent(plan)
            asks_itself = False
        elif self.waits_for is None and doing.needs_a_word(plan):
            self.offer_word(plan)
        return [*settled, *doing.tell_plan(plan, asks_itself)]

    def _do(self) -> Iterable[Block]:
        return self._doing().carry_out(self.plan())

    def _prove(self) -> Iterable[Block]:
        return self.conclude(self.measure())

    def measure(self) -> Evidence:
        """Measures once and writes the evidence down."""
        self.seen = self._see_again()
        evidence = self._judge(self.seen)
        self.note("prove", Kind.evidence, journal_payloads.evidence(evidence))
        if self.spec.undoable and history.was_touched(self._attempt()):
            again = answers_of_now(self.seen, self.name, self.parts_to_prove())  # Do may have mended it
            self.note_findings("prove", again)
        return evidence

    def clicks_made(self) -> frozenset[str]:
        """Ids of the clicks that were made.

        Clicks that evidence contradicted are open again, unless a look sees now that something happened:
        whoever said it too early may have clicked since.
        """
        made, attested = history.clicks_made(self._attempt()), history.clicks_told(self._attempt())
        return attested if made != attested and not self._judge(self.snapshot).contradicts_clicks else made

    def _judge(self, seen: Snapshot) -> Evidence:
        """What ``seen`` shows against the baseline and, where nothing can be undone, the consent."""
        before = self.baseline()
        gate = self.spec.irreversible  # what was agreed to counts there, not what would be planned now
        plan = approved_plan(self.session, self.name) if gate else self.plan(before)
        return prove(self.name, before, seen, plan, history.attested(self._attempt()))

    def _see_again(self) -> Snapshot:
        """What there is now; where this step touched nothing, what it saw minutes ago still tells."""
        is_fresh = self.seen is not None and now() - self.seen.taken_at < CHECKS_LIFETIME
        if self.seen is not None and is_fresh and not history.was_touched(self._attempt()):
            return self.seen
        return self.collect(self.parts_to_prove(), self.seen)

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step: proven, or ``EvidenceMissing`` naming what is not; ``SystemRefused`` where a system
        that had to be looked at could not be asked."""
        blocks = evidence_blocks(evidence)
        if not evidence.proven:
            self.show_now(blocks)
            if (silent := self.silence(evidence)) is not None:
                raise silent
            raise EvidenceMissing(
                say("{step} is not proven yet.", step=self.spec.title),
                where=joined((claim.what for claim in evidence.claims if claim.status != "ok"), "\n"),
                fix=say(
                    "Look at what is missing above; once it is there, run this step again: it looks first."
                ),
            )
        self.end(Outcome.DONE)
        return [*blocks, *after_proof(self.session, self.spec, self.interactive)]

    def silence(self, evidence: Evidence) -> SystemRefused | None:
        """The stop where a system was silent, and nothing else speaks against the step."""
        return silence_of(self.seen, self.parts_to_prove(), evidence) if self.seen else None

    def look_again(self) -> Snapshot:
        """What there is now, of all that this step looks at."""
        self.seen = self.collect(self.parts())
        return self.seen

    def look_for_drift(self) -> Snapshot:
        """What the notebook saw, and what may have drifted as it is seconds before it cannot be undone."""
        self.seen = self.session.collect(WHAT_MAY_DRIFT, self.snapshot)
        note_visible(self.session, self.seen)
        return self.seen

    def baseline(self) -> Snapshot:
        """What was there before this attempt touched anything."""
        entries = self._attempt()
        seen = [entry.payload["snapshot"] for entry in entries if "snapshot" in entry.payload]
        name = history.baseline_name(entries) or (seen[-1] if seen else None)
        return history.load_snapshot(self.session.workspace, name) if name else self.snapshot

    def _doing(self) -> Doing:
        return Doing(self)

    def _attempt(self) -> list[Any]:
        return history.attempt(self.session.journal, self.name)
