"""04: what a person looks through before fields are created permanently: keep or hide, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.decisions import FieldDecision, Visibility, write_fields
from runbook_lib.change.decisions.files import write_table
from runbook_lib.change.decisions.rules import read_rules, rule_for
from runbook_lib.change.plans.field_visibility import undecided_fields
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.patterns.click_step import RECOMMENDATION, DecidedStep
from runbook_lib.guide.steps.setup.professional import professional_card
from runbook_lib.guide.views.fields.field_list import nobody_looked
from runbook_lib.guide.views.rights import confirmed_blocks
from runbook_lib.guide.views.view import Block, Facts, Fold, Instead, Line, grid_of
from runbook_lib.guide.widgets.boards.field_columns import GridRow
from runbook_lib.guide.widgets.boards.field_facets import FACETS, KINDS
from runbook_lib.guide.widgets.boards.field_grid import FieldsHidden, GridForm
from runbook_lib.guide.widgets.boards.field_rows import grid_rows, locked_of, state_of
from runbook_lib.guide.widgets.boards.field_sheet import beside
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.fields import HIDE, FieldSuggestion, field_review, suggestions
from runbook_lib.review.pictures.fields import fill_rates, suggested
from runbook_lib.review.professional import is_professional
from runbook_lib.review.rights_matrix import rights_matrix
from runbook_lib.road import FIELD_VISIBILITY
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, counted, say, translate

if TYPE_CHECKING:
    import pandas as pd

_DECIDE = say("Decide, and sign with your name.")


class FieldVisibility(DecidedStep):
    """04: keep or hide every custom field that Marketo does not need."""

    spec = FIELD_VISIBILITY
    explanation = say(
        "Marketo creates every field that the sync user sees, and can never delete one. "
        "Hide what Marketo does not need, especially formulas, encrypted fields and very "
        "long texts. Only the sync user is affected; hiding can be undone until notebook "
        "05."
    )

    decided_in = FieldDecision
    more_parts = (Part.FILL, Part.RIGHTS, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)

    def parts_to_prove(self) -> tuple[Part, ...]:
        """All but the fill rates, rights and fields there are, which hiding does not change."""
        same = {*self.more_parts, Part.PRESENT, Part.CUSTOM_FIELDS}
        return tuple(part for part in self.parts() if part not in same)

    def mended_by_do(self) -> frozenset[str]:
        """Also fields that Marketo writes into, where field permissions open them."""
        more = set() if is_professional(self.snapshot) else {"fields_editable"}
        return super().mended_by_do() | more

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The review table: custom fields first where hiding is suggested."""
        yield from professional_card(self.name, seen)
        if not isinstance(seen.visible, Mapping):
            yield nobody_looked(seen)
            return
        language = self.session.language
        table = field_review(seen, language)
        custom = table[table["custom"] & ~table["locked"]].sort_values(["suggestion", "object", "name"])
        heads = (
            ("object", say("Object")),
            ("name", say("API name")),
            ("label", say("Label")),
            ("type", say("Type")),
            ("suggestion", say("Suggestion")),
            ("reason", say("Reason")),
        )
        yield _counts(table)
        yield from suggested(seen)
        yield from fill_rates(seen)
        grid = grid_of(custom, say("Custom fields"), heads, most=60)
        title = say(
            "The {count} custom fields to decide on, and what is suggested for each", count=len(custom)
        )
        yield Fold(title, grid)
        yield from confirmed_blocks(rights_matrix(seen))

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decisions on file; what is open is decided by recommendation, or by the person there."""
        left = undecided_fields(seen, self.decisions)
        if left and self.interactive:
            yield from self._ask(left)
        elif left:
            self.keep("accept", RECOMMENDATION, "")
        elif self.interactive and self.decisions.fields:
            yield from self._show_decided()
        hidden = sorted(self._hidden_on_file())
        if hidden or not left:
            yield Facts(((say("Decided to hide"), ", ".join(hidden) or say("nothing")),))

    def _hidden_on_file(self) -> list[str]:
        return [name for name, row in self.decisions.fields.items() if row.decision is Visibility.HIDE]

    def _ask(self, left: tuple[str, ...]) -> Iterable[Block]:
        """A row with a tick per field; below it, how to do the same in a spreadsheet."""
        rows = self._grid_rows()
        proposal = self._write_proposal(left, rows)
        hide = [advice.full_name for advice in self._open_suggestions(left) if advice.decision == HIDE]
        hide += self._hidden_on_file()
        self.offer(GridForm(rows, hide, known=self._known()), self.keep_ticked, _DECIDE)
        yield Line(
            say(
                "Tick the fields that Marketo should never see; where hiding is better, it is "
                "already ticked. Every field that the sync user sees is here, including standard "
                "ones; fields that Marketo needs or that Salesforce cannot hide are locked, with "
                "the reason."
            )
        )
        yield Line(
            say(
                "{count} of them are still undecided, all of them custom fields: to see them alone, choose "
                "“{word}” under “{filter}”.",
                count=len(left),
                word=KINDS["custom"],
                filter=FACETS["kind"].head,
            )
        )
        yield self._in_a_spreadsheet(proposal)
        yield Instead(state_of(rows, hide))
        yield locked_of(rows)

    def _show_decided(self) -> Iterable[Block]:
        """What is on file, where it can be decided otherwise; nothing waits for it."""
        rows, hidden = self._grid_rows(), self._hidden_on_file()
        form = GridForm(rows, hidden, say("Change the decision"), self._known())
        self.offer(form, self.revise)
        yield Line(
            say("This is what was decided. You can change it here: tick or untick, then decide again.")
        )
        yield self._in_a_spreadsheet(self._write_proposal((), rows))
        yield Instead(state_of(rows, hidden))
        yield locked_of(rows)

    def _in_a_spreadsheet(self, proposal: Path) -> Line:
        return Line(
            say(
                "Or in a spreadsheet: open {proposal}, change the column “decision” (keep or hide), save it "
                "as {file}, and run “3 Decide” again. To hide a standard field, add a row for it.",
                proposal=proposal,
                file=self.session.workspace.decisions / "fields.csv",
            )
        )

    def _write_proposal(self, left: tuple[str, ...], grid: Sequence[GridRow]) -> Path:
        """The recommendation as a file to edit, with what the grid says of each field beside it; it counts
        for nothing before it is saved as fields.csv."""
        rows = [self._suggested(advice) for advice in self._open_suggestions(left)]
        path = self.session.workspace.decisions / "fields-proposal.csv"
        return write_table(path, FieldDecision, [*rows, *self.decisions.fields.values()], beside(grid))

    def _suggested(self, advice: FieldSuggestion) -> FieldDecision:
        reason = translate(advice.reason, self.session.language)
        return FieldDecision(advice.object, advice.field, Visibility(advice.decision), reason=reason)

    def _known(self) -> dict[str, FieldDecision]:
        """By full name, what is on file; where nothing is, what is suggested."""
        suggested = {row.full_name: row for row in map(self._suggested, self._advice())}
        return {**suggested, **self.decisions.fields}

    def _open_suggestions(self, left: tuple[str, ...]) -> list[FieldSuggestion]:
        advised = [advice for advice in self._advice() if advice.full_name in set(left)]
        return sorted(advised, key=lambda advice: (advice.decision, advice.full_name))

    def _advice(self) -> Iterator[FieldSuggestion]:
        """What is suggested for each field; a rule on file says more than the name of a field."""
        rules = read_rules(self.session.workspace)
        for advice in suggestions(self.snapshot):
            rule = rule_for(rules, advice.full_name) if advice.can_hide else None
            if rule is None:
                yield advice
                continue
            name = f"{rule.object}.{rule.field}"
            why = say("By the rule {rule} of rules.csv. {reason}", rule=name, reason=rule.reason)
            yield replace(advice, decision=rule.decision.value, reason=why)

    def keep_ticked(self, ticked: FieldsHidden) -> Message:
        """Writes a decision for every field still open, and for what was ticked or unticked beside them."""
        left = set(undecided_fields(self.snapshot, self.decisions))
        rows, count = self._ticked(ticked, left)
        what = say("Keep or hide was decided for {count} fields.", count=count)
        return self._put_on_file(rows, what, ticked.by)

    def revise(self, ticked: FieldsHidden) -> Message:
        """Decides anew: what stays as it was keeps its reason and its name."""
        rows, count = self._ticked(ticked, set())
        many = say("{count} fields were decided differently.", count=count)
        what = counted(count, say("One field was decided differently."), many)
        return self._put_on_file(rows, what, ticked.by)

    def take_over(self, rows: Sequence[FieldDecision]) -> int:
        """Puts what a spreadsheet decides on file. Who leaves a standard field as it is decides nothing."""
        decided, left = dict(self.decisions.fields), set(undecided_fields(self.snapshot, self.decisions))
        new = [row for row in rows if not self._is_on_file(row, left)]
        write_fields(self.session.workspace, {**decided, **{row.full_name: row for row in new}}.values())
        return len(new)

    def _is_on_file(self, row: FieldDecision, left: set[str]) -> bool:
        old = self.decisions.fields.get(row.full_name)
        return old.says(row) if old else row.decision is Visibility.KEEP and row.full_name not in left

    def _ticked(self, ticked: FieldsHidden, left: set[str]) -> tuple[dict[str, FieldDecision], int]:
        """The decisions with what the grid says, and how many of them are new.

        A standard field is kept without a row: only one that is hidden, or was, stands in the file.
        """
        rows, moment, count = dict(self.decisions.fields), now(), 0
        advised = {suggestion.full_name: suggestion for suggestion in self._advice()}
        for name, kind in ((row.name, row.kind) for row in self._grid_rows()):
            is_hidden = name in ticked.names and kind != "locked"
            decision = Visibility.HIDE if is_hidden else Visibility.KEEP
            old, said = rows.get(name), ticked.said.get(name)
            if old.says(said or decision) if old else decision is Visibility.KEEP and name not in left:
                continue
            advice = advised.get(name)
            why = translate(advice.reason, self.session.language) if advice and not old else ""
            why = why if advice and advice.decision == decision.value else ""
            object_name, _, field = name.partition(".")
            row = replace(old or FieldDecision(object_name, field, decision), decision=decision, reason=why)
            row = replace(row, reason=said.reason or why, shared=said.shared) if said else row
            rows[name] = replace(row, decided_by=ticked.by, decided_at=moment)
            count += 1
        return rows, count

    def _grid_rows(self) -> list[GridRow]:
        advice = {suggestion.full_name: suggestion for suggestion in self._advice()}
        return grid_rows(self.snapshot, self.decisions.fields, self.session.language, advice)

    def _put_on_file(self, rows: Mapping[str, FieldDecision], what: Message, by: str) -> Message:
        write_fields(self.session.workspace, rows.values())
        self.note("decide", Kind.decision, journal_payloads.decision(what, by, at=now()))
        self.go_on()
        return what

    def keep(self, choice: str, by: str, reason: str) -> Message:
        """Writes a decision for every field still open, and leaves the others as they are."""
        rows, moment = dict(self.decisions.fields), now()
        left = undecided_fields(self.snapshot, self.decisions)
        for advice in self._open_suggestions(left):
            decision = Visibility.KEEP if choice == "keep" else Visibility(advice.decision)
            is_advice = decision.value == advice.decision
            why = reason or (translate(advice.reason, self.session.language) if is_advice else "")
            rows[advice.full_name] = FieldDecision(
                advice.object, advice.field, decision, reason=why, decided_by=by, decided_at=moment
            )
        what = say("Keep or hide was decided for {count} fields.", count=len(left))
        write_fields(self.session.workspace, rows.values())
        self.note("decide", Kind.decision, journal_payloads.decision(what, by, reason, moment))
        self.go_on()
        return what


def _counts(table: pd.DataFrame) -> Line:
    """How many fields there are of each kind of the grid's list; together they are all that is seen."""
    free = table[~table["locked"]]
    hide = int((table["suggestion"] == "hide").sum())
    better = counted(hide, say("One is better hidden."), say("{count} are better hidden.", count=hide))
    return Line(
        say(
            "The sync user sees {seen} fields: {custom} custom and {standard} standard fields that can be "
            "hidden, and {locked} that cannot. {hide} Standard fields are kept unless somebody hides them.",
            seen=len(table),
            custom=int(free["custom"].sum()),
            standard=int((~free["custom"]).sum()),
            locked=len(table) - len(free),
            hide=better,
        )
    )
