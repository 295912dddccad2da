"""06: which custom Lead and Contact fields become one Marketo field; it can be changed once only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from runbook_lib.change.decisions import MappingDecision, Pairing, write_mappings
from runbook_lib.guide.hands import has_robot
from runbook_lib.guide.session import now
from runbook_lib.guide.show import Block, Facts, Line, grid_of
from runbook_lib.guide.steps.by_hand import RECOMMENDATION, ClickingStep
from runbook_lib.guide.widgets.choosing import PickForm
from runbook_lib.journal import Kind
from runbook_lib.proof import record
from runbook_lib.review.mappings import (
    BREAK,
    MappingPair,
    MappingReview,
    mapping_review,
    mapping_table,
    near_pairs,
)
from runbook_lib.survey.snapshot import Snapshot, digest_of
from runbook_lib.text import Message, say, translate

_DECIDE = say("Decide, with your name under it.")


class FieldMappings(ClickingStep):
    """06: which Lead and Contact fields become one Marketo field."""

    name = "06_field_mappings"
    explanation = say(
        "Marketo combines a custom Lead field and a custom Contact field of the same name into one Marketo "
        "field. That can be changed once only: now, before the sync is started. Left alone, Marketo's own "
        "pairing stands."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The pairs, and how well they fit."""
        review = mapping_review(seen)
        heads = (
            ("lead_field", say("Lead")), ("contact_field", say("Contact")), ("verdict", say("Verdict")),
            ("suggestion", say("Suggestion")), ("reason", say("Reason")),
        )  # fmt: skip
        yield grid_of(
            mapping_table(review, self.session.language), say("Pairs that Marketo combines"), heads, most=60
        )
        names = ", ".join(each.full_name for each in review.unpaired[:40])
        yield Facts(((say("{count} custom fields have no counterpart", count=len(review.unpaired)), names),))

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decisions on file; where there are none a person ticks, headless the recommendation stands."""
        if not self.decisions.mappings:
            review = mapping_review(seen)
            things = dict(_things(review))
            if things and self.interactive and not has_robot(self.session):
                advised = [_key(pair) for pair in review.pairs if pair.suggestion == BREAK]
                self.offer(PickForm(self.session, things, advised, self.keep).build, _DECIDE)
                file = self.session.workspace.decisions / "mappings.csv"
                yield Line(say("Tick what is to be changed; what stays unticked is left as Marketo has it."))
                yield Line(say("Other pairs can be named in {file}.", file=file))
                return
            self._write([_key(pair) for pair in review.pairs if pair.suggestion == BREAK], RECOMMENDATION)
        changed = [each for each in self.decisions.mappings if each.decision is not Pairing.LEAVE]
        yield Line(say("{count} mappings are to be changed in Marketo.", count=len(changed)))

    def keep(self, ticked: tuple[str, ...], by: str) -> Message:
        """Writes a decision for every pair that was shown: the ticked ones are changed, the others left."""
        what = self._write(ticked, by)
        self.go_on()
        return what

    def _write(self, ticked: Collection[str], by: str) -> Message:
        review, moment = mapping_review(self.snapshot), now()
        near = () if by == RECOMMENDATION else near_pairs(review)
        wanted = [(pair, Pairing.BREAK) for pair in review.pairs] + [(pair, Pairing.PAIR) for pair in near]
        rows = []
        for pair, change in wanted:
            decision = change if _key(pair) in ticked else Pairing.LEAVE
            is_advice = decision.value == pair.suggestion
            why = translate(pair.reason, self.session.language) if is_advice else ""
            rows.append(MappingDecision(pair.lead.name, pair.contact.name, decision, why, by, moment))
        write_mappings(self.session.workspace, rows)
        changed = sum(each.decision is not Pairing.LEAVE for each in rows)
        count = len(rows)
        what = say("Of {count} pairs of fields, {changed} are to be changed.", count=count, changed=changed)
        if by == RECOMMENDATION:
            what = say("The recommendation stands for {count} pairs of fields.", count=count)
        self.note("decide", Kind.decision, record.decision(what, by, at=moment))
        return what

    def chosen(self) -> str:
        """The decisions about mappings."""
        return digest_of(
            sorted((e.lead_field, e.contact_field, e.decision.value) for e in self.decisions.mappings)
        )


def _key(pair: MappingPair) -> str:
    return f"{pair.lead.name}|{pair.contact.name}"


def _things(review: MappingReview) -> Iterator[tuple[str, Message]]:
    """What may be ticked: a pair to be broken, or two fields of almost the same name to be paired."""
    for pair in review.pairs:
        yield _key(pair), say("Break apart Lead {lead} and Contact {contact}. {reason}",
                              lead=pair.lead.name, contact=pair.contact.name, reason=pair.reason)  # fmt: skip
    for pair in near_pairs(review):
        text = say("Pair Lead {lead} with Contact {contact}: their names are almost the same.",
                   lead=pair.lead.name, contact=pair.contact.name)  # fmt: skip
        yield _key(pair), text
