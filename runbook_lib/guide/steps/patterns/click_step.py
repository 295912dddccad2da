"""What steps share in which a person decides or clicks: mend a broken file, see the click list until it is
proven."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from runbook_lib.change.decisions import FieldDecision, MappingDecision, imports, unreadable
from runbook_lib.change.decisions.imports import new_decisions
from runbook_lib.change.gate.approvals import plans_on_file
from runbook_lib.change.gate.click_code import demand_code
from runbook_lib.change.plan import Plan
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import now
from runbook_lib.guide.views.plan import age, click_block, evidence_blocks
from runbook_lib.guide.views.view import Block, Card, Line, Tone, View, error_card
from runbook_lib.guide.widgets.form import Named
from runbook_lib.guide.widgets.forms.click import BackForm, ClickForm, TickedClicks
from runbook_lib.guide.widgets.forms.repair import MendForm
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Evidence
from runbook_lib.text import Message, counted, say

_IMPORTED = "imported"
"""Key of a decision that was taken over from a file in ``imports/``, by the digest of its content."""
RECOMMENDATION = "recommendation"
"""Who is named where nobody was asked."""


class DecidedStep(Step):
    """A step that rests on a file of decisions, which a spreadsheet may have broken.

    ``decided_in``: the rows that people may also lay into ``imports/``; ``None``: none.
    """

    decided_in: type[FieldDecision] | type[MappingDecision] | None = None

    def take_over(self, rows: Sequence[Any]) -> int:
        """Puts the rows of a spreadsheet on file; how many of them decide something new."""
        raise NotImplementedError

    def _decide(self) -> Iterable[Block]:
        try:
            blocks = [Line(notice) for notice in self.decisions.notices]
            return [*blocks, *self.take_imports(), *super()._decide()]
        except DecisionFileFault as fault:
            if not self.interactive:
                raise
            self.offer(MendForm(), self.put_aside, say("Correct the decision file, or decide again."))
            either = say("Correct the file and run “3 Decide” again; or set it aside and decide again:")
            return [error_card(fault), Line(either)]

    def take_imports(self) -> list[Block]:
        """Takes over what people laid into ``imports/`` since: each file once, and whole or not at all."""
        if self.decided_in is None:
            return []
        lines: list[Block] = []
        taken = {entry.payload.get(_IMPORTED, "") for entry in self.session.journal.entries(step=self.name)}
        for laid in new_decisions(self.session.workspace.imports, self.decided_in, taken):
            count, file = self.take_over(laid.rows), laid.path.name
            what = say(
                "Taken over from {file}: {count} decisions that were not on file.", file=file, count=count
            )
            by = ", ".join(sorted({row.decided_by for row in laid.rows if row.decided_by})) or file
            self.note("decide", Kind.decision,
                      journal_payloads.decision(what, by, at=now()) | {_IMPORTED: laid.digest})  # fmt: skip
            lines.append(Line(what))
        return lines

    def put_aside(self, asked: Named) -> Message:
        """Renames the files that have faults; nothing of them is lost, and nothing is taken from them."""
        moment, names = now(), []
        workspace = self.session.workspace
        for path in (*unreadable(workspace), *imports.unreadable(workspace.imports)):
            aside = path.with_name(f"{path.stem}-put-aside-{moment:%Y%m%dT%H%M%SZ}{path.suffix}")
            path.rename(aside)
            names.append(aside.name)
        what = say("Set aside: {names}.", names=", ".join(names) or say("nothing"))
        self.note("decide", Kind.decision, journal_payloads.decision(what, asked.by, at=moment))
        self.go_on()
        return what


class ClickingStep(DecidedStep):
    """A step with clicks in Marketo's pages: the list stays in sight until what they did is proven."""

    def offer_clicks(self, plan: Plan) -> None:
        """Shows the click list with a tick per click; who ticks all of them attests to it."""
        form = ClickForm(plan, self.clicks_made())
        waits_for = say("Make the clicks in Marketo and tick them.")
        self.offer(form, lambda clicked: self.keep_clicks(plan, clicked), waits_for)

    def offer_back(self, plan: Plan) -> None:
        """A way back for who ticked too early; later beats do not wait for it."""
        self.offer(BackForm(plan, self.clicks_made()), self.take_back)

    def keep_clicks(self, plan: Plan, clicked: TickedClicks) -> Iterable[Block]:
        """Writes a click down for each new tick; says what is left. A tick is no proof, nor is a code.

        ``UsageFault`` where the code of the click sheet is not that of this plan."""
        details: dict[str, str] = {"plan_digest": plan.digest}
        if clicked.code:
            demand_code(clicked.code, self.name, plan.digest, plans_on_file(self.session.workspace))
            details["code"] = clicked.code
        for click in clicked.clicks:
            payload = journal_payloads.click(click, clicked.by, clicked.status)
            self.note("do", Kind.click, payload | details)
        left = len(plan.clicks) - len(self.clicks_made())
        if not clicked.clicks and left:
            many = say("Nothing was ticked. {count} clicks are left.", count=left)
            return [Card(Tone.WARN, counted(left, say("Nothing was ticked. One click is left."), many))]
        if left:
            many = say("Recorded. {count} clicks are left.", count=left)
            return [Card(Tone.WAIT, counted(left, say("Recorded. One click is left."), many))]
        self.go_on()
        done = say("Recorded; what the clicks did is measured.")
        return [Card(Tone.OK, done)]

    def take_back(self, asked: Named) -> Message:
        """Writes down that the clicks were not made."""
        what = say("The clicks were ticked, but had not been made; they are open again.")
        payload = journal_payloads.decision(what, asked.by, at=now())
        self.note("do", Kind.decision, payload | {history.WITHDRAWN: sorted(self.clicks_made())})
        self.go_on()
        return say("Undone: the clicks are open again.")

    def has_ended(self, entry: Entry) -> None:
        """What was clicked is proven: nobody can take it back any more."""
        super().has_ended(entry)
        if entry.payload["outcome"] == Outcome.DONE:
            self.stop_asking("do")

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step; where a person ticked clicks that show no effect, they see the list again."""
        is_person_needed = self.interactive and history.clicks_told(self._attempt())
        if evidence.proven or not is_person_needed or self.silence(evidence) is not None:
            return super().conclude(evidence)
        plan = self.plan(self.baseline())
        if evidence.contradicts_clicks:
            self.stop_asking("do")
            view = View(self.session.language, "", (click_block(plan.clicks, frozenset()), self._not_found()))
            self.screens.show("do", view)
        self.offer_clicks(plan)
        card = Card(
            Tone.WAIT,
            say("{step} is not proven yet.", step=self.spec.title),
            (
                say("The click list is below again: make the missing clicks, and tick them."),
                say(
                    "If you have made every click, wait a moment and run “5 Prove” again: it measures again."
                ),
            ),
        )
        return [*evidence_blocks(evidence), card, click_block(plan.clicks, self.clicks_made())]

    def _not_found(self) -> Card:
        """What became of clicks that somebody reported and that had no effect."""
        click = history.clicks_of(self._attempt())[-1]
        reported = say("The clicks were reported by {by}, {age}.", by=click.payload["by"], age=age(click.at))
        return Card(Tone.WARN, reported, (say("“5 Prove” did not find what they do; they are open again."),))
