"""The rows of the mapping board, from the mapping review and the decisions on file: codes in words."""

from __future__ import annotations

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing
from runbook_lib.errors import UsageFault
from runbook_lib.guide.views.view import Grid
from runbook_lib.guide.views.vocabulary import REVIEWS
from runbook_lib.guide.widgets.boards.mapping_board import Own
from runbook_lib.guide.widgets.boards.mapping_columns import HEADS, BoardRow, Choice, Folded, pair_name
from runbook_lib.guide.widgets.boards.mapping_facets import UNKNOWN, facets_of
from runbook_lib.guide.widgets.boards.native_table import cell_text
from runbook_lib.review.mappings import (
    BREAK,
    MappingPair,
    MappingVerdict,
    custom_fields,
    judged_pair,
    mapping_review,
    near_pairs,
)
from runbook_lib.review.mappings.conflicts import ValueApart, on_conflict, type_and_length, values_apart
from runbook_lib.review.mappings.defaults import FixedMapping, fixed_mappings
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import Message, say, translate

_IN_MARKETO = {
    "combined": say("one field"),
    "offered": say("two fields that look alike"),
    "named": say("two fields"),
}
_NO_FIELD = "–"
"""Where Marketo maps a field of the other object alone; the head of a row must not be empty."""
_WORST_FIRST = (MappingVerdict.CLASHES, MappingVerdict.LOSES, MappingVerdict.FITS)


class BoardRows:
    """Makes the rows of the board, in one language."""

    def __init__(self, snapshot: Snapshot, decisions: Decisions, language: str) -> None:
        self.snapshot = snapshot
        self.language = language
        self.on_file = {pair_name(e.lead_field, e.contact_field): e for e in decisions.mappings}
        self.leads = custom_fields(snapshot, "Lead")
        self.contacts = custom_fields(snapshot, "Contact")

    def all(self) -> list[BoardRow]:
        """Pairs that Marketo combines, the worst first; those that it should combine; those that a file
        names besides; and last the mappings that are fixed."""
        review = mapping_review(self.snapshot)
        pairs = sorted(review.pairs, key=lambda pair: (_WORST_FIRST.index(pair.verdict), pair.lead.name))
        rows = [self._pair(pair, "combined") for pair in pairs]
        rows += [self._pair(pair, "offered") for pair in near_pairs(review)]
        there = {row.name for row in rows}
        rows += [self._on_file(row) for name, row in self.on_file.items() if name not in there]
        return [*rows, *map(self._fixed, fixed_mappings(self.snapshot))]

    def own(self) -> Own:
        """What pairs of one's own are made of."""
        leads, contacts = (sorted(field.name for field in of.values()) for of in (self.leads, self.contacts))
        return Own(tuple(leads), tuple(contacts), self.named)

    def named(self, lead: str, contact: str) -> BoardRow:
        """A pair that a person names, to be paired. ``UsageFault`` for a field that is not there."""
        one, other = self.leads.get(lead.lower()), self.contacts.get(contact.lower())
        if one is None or other is None:
            raise UsageFault(
                say("These two fields do not exist: {lead}, {contact}.", lead=lead, contact=contact)
            )
        return self._pair(judged_pair(one, other), "named", Choice(Pairing.PAIR))

    def _pair(self, pair: MappingPair, group: str, choice: Choice | None = None) -> BoardRow:
        clashes = pair.verdict is MappingVerdict.CLASHES
        options = (Pairing.LEAVE, Pairing.BREAK if group == "combined" else Pairing.PAIR)
        on_file = self.on_file.get(pair_name(pair.lead.name, pair.contact.name))
        if (
            on_file is not None
        ):  # to pair what is combined already changes nothing, nor to break what stands apart
            decided = on_file.decision if on_file.decision in options else Pairing.LEAVE
            choice = Choice(decided, on_file.reason)
        advised = Pairing.BREAK if group == "combined" and pair.suggestion == BREAK else Pairing.LEAVE
        apart = values_apart(pair.lead, pair.contact)
        texts = (
            self._field(pair.lead), self._field(pair.contact),
            f"{self._say(REVIEWS[pair.verdict.value])}\n{self._say(pair.reason)}",
            self._say(_IN_MARKETO[group]), self._values(apart),
            self._say(on_conflict(pair.lead, pair.contact)), cell_text(on_file.decided_by if on_file else ""),
        )  # fmt: skip
        return BoardRow(
            pair.lead.name, pair.contact.name, (group, "clashes") if clashes else (group,),
            (*texts[:2], _WORST_FIRST.index(pair.verdict), texts[3], len(apart) or None, *texts[5:]), texts,
            options, choice or Choice(advised),
            facets_of(group, pair.verdict.word, pair.lead, pair.contact, bool(apart), self.language),
        )  # fmt: skip

    def _on_file(self, decision: MappingDecision) -> BoardRow:
        """A pair that only the file names; what it names may not be there."""
        one = self.leads.get(decision.lead_field.lower())
        other = self.contacts.get(decision.contact_field.lower())
        choice = Choice(decision.decision, decision.reason)
        if one is not None and other is not None:
            return self._pair(judged_pair(one, other), "named", choice)
        gone = self._say(say("no custom field that the sync user sees"))
        names = ((decision.lead_field, one), (decision.contact_field, other))
        sides = [name if field or not name else f"{name}\n{gone}" for name, field in names]
        texts = (
            *map(cell_text, sides),
            self._say(say("cannot tell")),
            "",
            "",
            "",
            cell_text(decision.decided_by),
        )
        options = tuple(dict.fromkeys((Pairing.LEAVE, decision.decision)))
        facets = facets_of("named", UNKNOWN, one, other, False, self.language)
        names_of = (decision.lead_field, decision.contact_field)
        return BoardRow(*names_of, ("named",), texts, texts, options, choice, facets)

    def _fixed(self, fixed: FixedMapping) -> BoardRow:
        sides = [self._field(side) if side else _NO_FIELD for side in (fixed.lead, fixed.contact)]
        marketo = fixed.marketo or self._say(say("cannot tell its name"))
        wins = on_conflict(fixed.lead, fixed.contact) if fixed.lead and fixed.contact else ""
        why = self._say(say("A standard Marketo mapping; it cannot be changed."))
        texts = (*sides, why, cell_text(marketo), "", self._say(wins), "")
        names = [side.name if side else "" for side in (fixed.lead, fixed.contact)]
        facets = facets_of("fixed", None, fixed.lead, fixed.contact, False, self.language)
        return BoardRow(names[0], names[1], ("fixed",), texts, texts, (), Choice(Pairing.LEAVE), facets)

    def _field(self, field: Field) -> str:
        return cell_text(f"{field.name}\n{field.label}\n{self._say(type_and_length(field))}")

    def _values(self, apart: tuple[ValueApart, ...]) -> str | Folded:
        if not apart:
            return ""
        items = tuple(cell_text(self._say(_value(value))) for value in apart)
        return Folded(self._say(say("{count} values", count=len(apart))), items)

    def _say(self, text: Message | str) -> str:
        return translate(text, self.language)


def state_of(rows: list[BoardRow]) -> Grid:
    """The board as a table to read, where the live one cannot stand."""
    heads = (say("Decision"), say("Reason"), *HEADS)
    return Grid(say("Pairs of Lead and Contact fields"), heads, tuple(_cells(row) for row in rows))


def _cells(row: BoardRow) -> tuple[object, ...]:
    decision = REVIEWS[row.choice.decision.value] if row.options else say("fixed")
    return (decision, row.choice.reason, *(" · ".join(str(cell).splitlines()) for cell in row.texts))


def _value(apart: ValueApart) -> Message:
    if apart.refused:
        return say("{value}: only on {object}; refused on the other", value=apart.value, object=apart.on)
    return say("{value}: only on {object}", value=apart.value, object=apart.on)
