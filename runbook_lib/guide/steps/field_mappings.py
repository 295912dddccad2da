"""06: which custom Lead and Contact fields become one Marketo field; it can be changed once only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runbook_lib.change.decisions import MappingDecision, Pairing, write_mappings
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans.mappings import edits_of, impossible_pairs, undecided_mappings
from runbook_lib.errors import UsageFault
from runbook_lib.guide.engine.robot import has_robot
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.patterns.click_step import RECOMMENDATION, ClickingStep
from runbook_lib.guide.views.view import Block, Card, Facts, Instead, Line, Tone, grid_of
from runbook_lib.guide.widgets.boards.mapping_board import BoardForm, PairsChosen
from runbook_lib.guide.widgets.boards.mapping_columns import BoardRow, Choice, pair_name
from runbook_lib.guide.widgets.boards.mapping_rows import BoardRows, state_of
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.mappings import MappingVerdict, mapping_review, mapping_table
from runbook_lib.road import FIELD_MAPPINGS
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Label, Message, counted, say, translate

_DECIDE = say("Decide, and sign with your name.")


class FieldMappings(ClickingStep):
    """06: which Lead and Contact fields become one Marketo field."""

    spec = FIELD_MAPPINGS
    explanation = say(
        "Marketo combines a custom Lead field and a custom Contact field of the same name"
        " into one Marketo field. This can be changed only now, before the sync is "
        "started. If you leave it alone, Marketo's own pairing applies."
    )

    decided_in = MappingDecision

    def parts_to_prove(self) -> tuple[Part, ...]:
        """After clicks Marketo's fields, too: one more shows that a mapping was taken apart."""
        was_touched = history.was_touched(self._attempt())
        return (*self.parts(), Part.MARKETO) if was_touched else self.parts()

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The pairs, and how well they fit."""
        review = mapping_review(seen)
        heads = (
            ("lead_field", say("Lead")), ("contact_field", say("Contact")), ("verdict", say("Verdict")),
            ("suggestion", say("Suggestion")), ("reason", say("Reason")),
        )  # fmt: skip
        pairs = mapping_table(replace(review, unpaired=()), self.session.language)
        fits = pairs["verdict"] == MappingVerdict.FITS.value
        if not fits.all():
            caption = say("Pairs that Marketo combines but that do not fit well")
            yield grid_of(pairs[~fits], caption, heads, most=60)
        names = ", ".join(field.full_name for field in review.unpaired[:40])
        yield Facts((
            (say("Pairs that fit: {count}", count=int(fits.sum())), ", ".join(pairs[fits]["lead_field"])),
            (say("{count} custom fields have no counterpart", count=len(review.unpaired)), names),
        ))  # fmt: skip

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decisions on file, on the board; where there are none a person makes them there, headless the
        recommendation stands."""
        asks = self.interactive and not has_robot(self.session)
        if not self.decisions.mappings and not asks:
            self._write(self._advised(), RECOMMENDATION)
        is_open = not self.decisions.mappings or undecided_mappings(mapping_review(seen), self.decisions)
        made = BoardRows(seen, self.decisions, self.session.language)
        rows = made.all()
        if asks and any(row.options for row in rows):
            # what is on file can be decided otherwise; nothing waits for it
            self.offer(BoardForm(rows, made.own()), self.keep, _DECIDE if is_open else None)
            if is_open:
                file = self.session.workspace.decisions / "mappings.csv"
                yield Line(say("Decide on each pair; whatever you leave alone stays as Marketo has it."))
                yield Line(say("The decisions are in {file}; you can edit it in a spreadsheet.", file=file))
        changed = [row for row in self.decisions.mappings if row.decision is not Pairing.LEAVE]
        if changed and not is_open and not asks:  # on the board they stand with their number
            many = say("{count} mappings will be changed in Marketo.", count=len(changed))
            yield Line(counted(len(changed), say("One mapping will be changed in Marketo."), many))
        yield Instead(state_of(rows))

    def _do(self) -> Iterable[Block]:
        if self.plan().clicks and not history.was_touched(self._attempt()):
            self._see_fields()
        blocks = list(super()._do())
        plan = self.plan()
        return [*blocks, _reset_told(plan)] if plan.clicks else blocks

    def _see_fields(self) -> None:
        """Marketo's fields right before the clicks, beside what was seen; that stays as old as it is."""
        seen = self.collect((Part.MARKETO,), self.snapshot)
        self.seen = seen = replace(seen, taken_at=self.snapshot.taken_at)
        look = history.look(self.session.workspace, seen, self.session.calls(), keep=True)
        self.note("do", Kind.read, look)

    def keep(self, chosen: PairsChosen) -> Message:
        """Writes a decision for every pair of the board. ``UsageFault`` where Marketo has no way to do it."""
        what = self._write(chosen.choices, chosen.by)
        self.go_on()
        return what

    def take_over(self, rows: Sequence[MappingDecision]) -> int:
        """Puts what a spreadsheet decides on file; what it does not name stays."""
        on_file = {pair_name(row.lead_field, row.contact_field): row for row in self.decisions.mappings}
        new = {pair_name(row.lead_field, row.contact_field): row for row in rows}
        new = {name: row for name, row in new.items() if name not in on_file or not on_file[name].says(row)}
        write_mappings(self.session.workspace, {**on_file, **new}.values())
        return len(new)

    def _advised(self) -> dict[str, tuple[BoardRow, Choice]]:
        """The recommendation for the pairs that Marketo combines."""
        rows = BoardRows(self.snapshot, self.decisions, self.session.language).all()
        return {row.name: (row, row.choice) for row in rows if "combined" in row.groups}

    def _write(self, chosen: Mapping[str, tuple[BoardRow, Choice]], by: str) -> Message:
        rows = self._decided(chosen, by)
        if against := list(impossible_pairs(mapping_review(self.snapshot), rows)):
            raise UsageFault(against[0], fix=say("Decide differently about one of the two."))
        write_mappings(self.session.workspace, rows)
        changed = sum(row.decision is not Pairing.LEAVE for row in rows)
        count = len(rows)
        what = say("Of {count} pairs of fields, {changed} are to be changed.", count=count, changed=changed)
        if by == RECOMMENDATION:
            what = say("The recommendation stands for {count} pairs of fields.", count=count)
        self.note("decide", Kind.decision, journal_payloads.decision(what, by, at=now()))
        return what

    def _decided(self, chosen: Mapping[str, tuple[BoardRow, Choice]], by: str) -> list[MappingDecision]:
        """The rows to write. Who decided before keeps their name under what stays as they decided it."""
        old = {pair_name(e.lead_field, e.contact_field): e for e in self.decisions.mappings}
        review = mapping_review(self.snapshot)
        advice = {pair_name(e.lead.name, e.contact.name): e for e in review.pairs}
        rows, moment = [], now()
        for name, (row, choice) in chosen.items():
            before, pair = old.get(name), advice.get(name)
            if before and (before.decision, before.reason) == (choice.decision, choice.reason):
                rows.append(before)
                continue
            why = choice.reason
            if not why and pair is not None and choice.decision.value == pair.suggestion:
                why = translate(pair.reason, self.session.language)
            rows.append(
                MappingDecision(
                    row.lead, row.contact, choice.decision, reason=why, decided_by=by, decided_at=moment
                )
            )
        return rows


def _reset_told(plan: Plan) -> Card:
    """Reset Schema, the button beside the list: what it would destroy."""
    return Card(
        Tone.WARN,
        say("Leave the button {button} alone.", button=Label("marketo.reset_schema")),
        (
            say(
                "It would undo all {count} changes in this list, and any that others made: "
                "Marketo's own pairing would apply again.",
                count=edits_of(plan),
            ),
            say(
                "It reads the fields again: every field that the sync user sees by then is created in "
                "Marketo permanently. None is removed, not even one that has been hidden since."
            ),
            say(
                "If it was clicked, none of the changes in this list exist any more; make all of "
                "its clicks again."
            ),
        ),
    )
