"""07: what a person looks through before everything is copied: people who are there twice."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.decisions import DuplicateChoice, DuplicateDecision, write_duplicates
from runbook_lib.errors import WaitsForPerson
from runbook_lib.guide.hands import ROBOT, has_robot
from runbook_lib.guide.session import now
from runbook_lib.guide.show import Block, Card, Grid, Tone
from runbook_lib.guide.steps.by_hand import DecidedStep
from runbook_lib.guide.widgets.choosing import ChoiceForm
from runbook_lib.journal import Kind
from runbook_lib.proof import record
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot
from runbook_lib.text import Message, say, translate

_DECIDE = say("Decide, with your name under it.")
_REHEARSED = say("A rehearsal: the duplicates of a made-up org are accepted.")
_TOLD = {
    DuplicateChoice.MERGE: say("Decided: they are merged in Salesforce first."),
    DuplicateChoice.ACCEPT: say("Decided: they are accepted; Marketo will have them twice."),
}


class Duplicates(DecidedStep):
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
        elif decided is None and groups and not self.interactive:
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
        if (on_file := self.decisions.duplicates) is not None:
            yield Card(Tone.INFO, _TOLD[on_file.decision], (on_file.reason,) if on_file.reason else ())
        is_open = on_file is None or on_file.decision is DuplicateChoice.MERGE
        if groups and self.interactive and is_open:
            yield from self._ask(on_file)

    def _ask(self, on_file: DuplicateDecision | None) -> Iterable[Block]:
        """The question; also below a decision to merge that was not carried out yet."""
        options = {DuplicateChoice.MERGE.value: say("Merge them in Salesforce first"),
                   DuplicateChoice.ACCEPT.value: say("Accept them, with a reason")}  # fmt: skip
        button = say("Decide") if on_file is None else say("Decide otherwise")
        waits_for = _DECIDE if on_file is None else say("Merge them and look again, or decide otherwise.")
        self.offer(ChoiceForm(self.session, options, self.keep, button).build, waits_for)
        file = self.session.workspace.decisions / "duplicates.csv"
        lines = (*self._how_to_merge(), say("The decision stands in {file}.", file=file))
        yield Card(Tone.INFO, say("How to merge"), lines)

    def _how_to_merge(self) -> Iterable[Message]:
        if self.session.connection.is_rehearsal:
            yield say("In this rehearsal nobody can merge: it has no pages of Salesforce. Accept them.")
            return
        yield say("Two leads: open one in Salesforce, choose “Find Duplicates” and merge them.")
        yield say("Two contacts of one account: open one, choose “View Duplicates” and merge them.")
        yield say("A lead and a contact: convert the lead, and choose the contact that exists.")
        yield say("Then run this notebook again from “1 Look”: it counts anew.")

    def keep(self, choice: str, by: str, reason: str) -> Message:
        """Writes the decision down. ``UsageFault`` where accepting gives no reason."""
        moment = now()
        seen = self.snapshot.duplicates
        groups = sum(seen.groups.values()) if isinstance(seen, DuplicateCounts) else None
        decided = DuplicateDecision(DuplicateChoice(choice), reason, by, moment, groups)
        write_duplicates(self.session.workspace, decided)
        what = _TOLD[decided.decision]
        self.note("decide", Kind.decision, record.decision(what, by, reason, moment))
        if decided.decision is DuplicateChoice.ACCEPT:  # whoever wants to merge goes on after it
            self.go_on()
        return what

    def chosen(self) -> str:
        """The decision about duplicates."""
        decided = self.decisions.duplicates
        return f"{decided.decision.value}: {decided.reason}" if decided else ""
