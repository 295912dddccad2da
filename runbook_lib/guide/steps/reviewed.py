"""04, 06 and 07: what a person looks through before it is too late: fields, mappings, duplicates."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.decisions import (
    DuplicateChoice,
    DuplicateDecision,
    FieldDecision,
    MappingDecision,
    Pairing,
    Visibility,
    write_duplicates,
    write_fields,
    write_mappings,
)
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans_fields import undecided_fields
from runbook_lib.errors import WaitsForPerson
from runbook_lib.guide.hands import ROBOT, has_robot
from runbook_lib.guide.session import now
from runbook_lib.guide.show import Block, Card, Facts, Grid, Line, Tone, grid_of
from runbook_lib.guide.step import Step
from runbook_lib.guide.widgets.choosing import ChoiceForm
from runbook_lib.guide.widgets.clicking import ClickForm
from runbook_lib.journal import Kind
from runbook_lib.proof import record
from runbook_lib.review.fields import field_review, suggestions
from runbook_lib.review.mappings import mapping_review, mapping_table
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot, digest_of
from runbook_lib.text import Message, say, translate

RECOMMENDATION = "recommendation"


class FieldVisibility(Step):
    """04: keep or hide every custom field that Marketo does not need."""

    name = "04_field_visibility"
    explanation = say(
        "Marketo creates every field that the sync user sees, and can never delete one. Hide what Marketo "
        "does not need, above all formulas, encrypted fields and very long texts. Only the sync user is "
        "touched; hiding can be taken back until notebook 05."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The review table: custom fields first where hiding is suggested."""
        language = self.session.language
        table = field_review(seen, language)
        custom = table[table["custom"]].sort_values(["suggestion", "object", "name"])
        heads = (
            ("object", say("Object")),
            ("name", say("API name")),
            ("label", say("Label")),
            ("type", say("Type")),
            ("suggestion", say("Suggestion")),
            ("reason", say("Reason")),
        )
        counts = {
            "seen": len(table),
            "custom": len(custom),
            "hide": int((table["suggestion"] == "hide").sum()),
        }
        yield Line(
            say(
                "The sync user sees {seen} fields, {custom} of them custom; {hide} are better hidden.",
                **counts,
            )
        )
        yield grid_of(custom, say("Custom fields"), heads, most=60)

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decisions on file; what is open is decided by recommendation, or by the person there."""
        left = undecided_fields(seen, self.decisions)
        if left and self.interactive:
            options = {"accept": say("Take the recommendation for the {count} open fields", count=len(left)),
                       "keep": say("Keep all of the open fields")}  # fmt: skip
            self.offer(ChoiceForm(self.session, options, self.keep, say("Decide")).build, _DECIDE)
            yield Line(say("Or edit decisions/fields.csv in a spreadsheet, and run this again."))
        elif left:
            self.keep("accept", RECOMMENDATION, "")
        hidden = [
            each.full_name for each in self.decisions.fields.values() if each.decision is Visibility.HIDE
        ]
        yield Facts(((say("Decided to hide"), ", ".join(sorted(hidden)) or say("nothing")),))

    def keep(self, choice: str, by: str, reason: str) -> Message:
        """Writes a decision for every field still open, and leaves the others as they are."""
        seen, decided = self.snapshot, self.decisions.fields
        left, moment = set(undecided_fields(seen, self.decisions)), now()
        rows = dict(decided)
        for each in suggestions(seen):
            if each.full_name in left:
                decision = Visibility.KEEP if choice == "keep" else Visibility(each.decision)
                why = reason or translate(each.reason, self.session.language)
                rows[each.full_name] = FieldDecision(each.object, each.field, decision, why, by, moment)
        write_fields(self.session.workspace, rows.values())
        what = say("Keep or hide was decided for {count} fields.", count=len(left))
        self.note("decide", Kind.decision, record.decision(what, by, reason, moment))
        self.go_on()
        return what

    def basis(self) -> str:
        """The decisions about fields."""
        return digest_of(sorted((name, each.decision.value) for name, each in self.decisions.fields.items()))


class FieldMappings(Step):
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
        """The decisions on file; where there are none, the recommendation is written down."""
        if not self.decisions.mappings:
            moment = now()
            rows = [
                MappingDecision(
                    pair.lead.name, pair.contact.name, Pairing(pair.suggestion),
                    translate(pair.reason, self.session.language), RECOMMENDATION, moment,
                )
                for pair in mapping_review(seen).pairs
            ]  # fmt: skip
            write_mappings(self.session.workspace, rows)
            what = say("The recommendation stands for {count} pairs of fields.", count=len(rows))
            self.note("decide", Kind.decision, record.decision(what, RECOMMENDATION, at=moment))
        changed = [each for each in self.decisions.mappings if each.decision is not Pairing.LEAVE]
        yield Line(say("{count} mappings are to be changed in Marketo.", count=len(changed)))

    def offer_clicks(self, plan: Plan) -> None:
        """Shows the click list with a tick per click."""
        self.offer(ClickForm(self, plan).build, say("Make the clicks in Marketo and tick them."))

    def basis(self) -> str:
        """The decisions about mappings."""
        return digest_of(
            sorted((e.lead_field, e.contact_field, e.decision.value) for e in self.decisions.mappings)
        )


class Duplicates(Step):
    """07: people who share an e-mail, and what to do about them."""

    name = "07_duplicates"
    explanation = say(
        "Marketo does not remove duplicates: people who are in Salesforce twice will be in Marketo twice. "
        "Merge them in Salesforce first, or accept them with a reason. Only counts are kept here, no names "
        "and no addresses."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """Groups and people per kind of duplicate."""
        if isinstance(seen.duplicates, DuplicateCounts):
            kinds = {
                "lead": say("Leads only"),
                "contact": say("Contacts only"),
                "across": say("Leads and contacts"),
            }
            counts = seen.duplicates
            rows = tuple(
                (name, counts.groups.get(kind, 0), counts.members.get(kind, 0))
                for kind, name in kinds.items()
            )
            heads = (say("Kind"), say("Groups"), say("People"))
            yield Grid(
                say("{people} people; these share an e-mail", people=f"{counts.people:,}"), heads, rows
            )

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file, or the question. A robot rehearsal accepts; a live run waits for a person."""
        groups = sum(seen.duplicates.groups.values()) if isinstance(seen.duplicates, DuplicateCounts) else 0
        decided = self.decisions.duplicates
        if decided is None and groups and has_robot(self.session):
            self.keep(DuplicateChoice.ACCEPT.value, ROBOT, translate(_REHEARSED, self.session.language))
        elif decided is None and groups and self.interactive:
            options = {DuplicateChoice.MERGE.value: say("Merge them in Salesforce first"),
                       DuplicateChoice.ACCEPT.value: say("Accept them, with a reason")}  # fmt: skip
            self.offer(ChoiceForm(self.session, options, self.keep, say("Decide")).build, _DECIDE)
        elif decided is None and groups:
            raise WaitsForPerson(
                say(
                    "{groups} groups of people share an e-mail, and nobody has decided about them.",
                    groups=groups,
                ),
                fix=say(
                    "Decide in notebook 07_duplicates, or write decisions/duplicates.csv with the columns "
                    "decision (merge or accept), reason, decided_by, decided_at."
                ),
            )
        if (now_decided := self.decisions.duplicates) is not None:
            yield Card(Tone.INFO, say("Decided: {decision}. {reason}", decision=now_decided.decision.value,
                                      reason=now_decided.reason))  # fmt: skip

    def keep(self, choice: str, by: str, reason: str) -> Message:
        """Writes the decision down. ``UsageFault`` where accepting gives no reason."""
        moment = now()
        seen = self.snapshot.duplicates
        groups = sum(seen.groups.values()) if isinstance(seen, DuplicateCounts) else None
        decided = DuplicateDecision(DuplicateChoice(choice), reason, by, moment, groups)
        write_duplicates(self.session.workspace, decided)
        what = say("About duplicates: {choice}.", choice=choice)
        self.note("decide", Kind.decision, record.decision(what, by, reason, moment))
        self.go_on()
        return what

    def basis(self) -> str:
        """The decision about duplicates."""
        decided = self.decisions.duplicates
        return f"{decided.decision.value}: {decided.reason}" if decided else ""


_DECIDE = say("Decide, with your name under it.")
_REHEARSED = say("A rehearsal: the duplicates of a made-up org are accepted.")
