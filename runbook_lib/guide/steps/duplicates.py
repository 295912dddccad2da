"""07: what a person looks through before everything is copied: people who are there twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runbook_lib.change.decisions import (
    ComparisonRules,
    Decisions,
    DuplicateChoice,
    DuplicateDecision,
    SetupDecision,
    write_duplicates,
    write_setup,
)
from runbook_lib.change.decisions.duplicates import is_any_open
from runbook_lib.change.decisions.rows import ALL, CONFLICTS
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans.consents.duplicates import kinds_of
from runbook_lib.errors import UsageFault, WaitsForPerson
from runbook_lib.guide.engine.comparison import compare_people
from runbook_lib.guide.engine.robot import ROBOT, has_robot
from runbook_lib.guide.state.comparison import Compared, groups_file, probable_file
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.patterns.click_step import DecidedStep
from runbook_lib.guide.views.people.duplicates import (
    KIND_WORDS,
    compared_blocks,
    decision_blocks,
    group_name,
    groups_grid,
)
from runbook_lib.guide.views.people.probable import explained_blocks, probable_blocks, probable_grid
from runbook_lib.guide.views.records import org_url
from runbook_lib.guide.views.view import Block, Card, Fold, Grid, Tone
from runbook_lib.guide.widgets.forms.comparison import ComparisonForm, RulesChosen
from runbook_lib.guide.widgets.forms.duplicates import GroupForm, GroupsChosen, GroupViews
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.duplicates.probable.explanation import read_probable
from runbook_lib.review.duplicates.summary import read_groups, still_there
from runbook_lib.road import DUPLICATES
from runbook_lib.survey.model.inventory import BY_EMAIL, GroupKind
from runbook_lib.survey.people.marketo import InMarketo
from runbook_lib.survey.probes.query import guarded
from runbook_lib.survey.snapshot import DuplicateCounts, Part, Snapshot, Unknown
from runbook_lib.text import Message, joined, say, translate

_DECIDE = say("Decide, and sign with your name.")
_REHEARSED = say("A rehearsal: the duplicates of a made-up org are accepted.")


class Duplicates(DecidedStep):
    """07: people who share an e-mail, and what to do about them."""

    spec = DUPLICATES
    explanation = say(
        "Marketo does not remove duplicates: people who are in Salesforce twice will be "
        "in Marketo twice. Merge them in Salesforce first, or accept them with a reason. "
        "Everybody is read once, compared, and deleted here again; only counts and record"
        " Ids are kept, no names and no addresses."
    )
    compared: Compared | None = None

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """Looks as every step does; the duplicates are those of a whole comparison."""
        others = [part for part in parts if part is not Part.DUPLICATES]
        seen = super().collect(others, before)
        if isinstance(seen.organization, Unknown):  # the same login: it would be refused again
            return replace(seen, duplicates=seen.organization)
        return replace(seen, duplicates=guarded(self._compare))

    def _compare(self) -> DuplicateCounts:
        self.compared = compare_people(self.session, self._rules)
        summary, probable = self.compared.summary, self.compared.probable
        groups, members = dict(summary.groups), dict(summary.members)
        if probable is not None:
            groups[GroupKind.PROBABLE], members[GroupKind.PROBABLE] = probable.groups, probable.members
        there = self.compared.in_marketo
        return DuplicateCounts(
            summary.people, summary.without_email, groups, members, summary.conflicts, summary.opted_out,
            there.everybody if isinstance(there, InMarketo) else None,
        )  # fmt: skip

    @property
    def _rules(self) -> ComparisonRules:
        """How people are compared, as was decided."""
        setup = self.decisions.setup
        return setup.duplicates if setup else ComparisonRules()

    def plan(self, seen: Snapshot | None = None) -> Plan:
        """What is open by what there is now: merging makes the baseline's counts old."""
        plan = super().plan(self.seen or seen)
        return replace(plan, obstacles=(*plan.obstacles, *self._groups_left()))

    def _groups_left(self) -> Iterable[Message]:
        """Groups that were to be merged, one by one, and are still there."""
        wanted = {
            name.partition(":")[2]
            for name, row in self.decisions.duplicate_rules.items()
            if ":" in name and row.decision is DuplicateChoice.MERGE
        }
        if left := self._there(wanted):
            names = {name.partition(":")[2]: message for name, message in self._names().items()}
            listing = joined((names.get(key, key) for key in sorted(left)[:10]), ", ")
            yield say("These groups were to be merged first and are still there: {keys}.", keys=listing)

    def _there(self, keys: Iterable[str]) -> frozenset[str]:
        """Which of the groups with these keys there are."""
        wanted = frozenset(keys)
        files = [file for file in (groups_file(self.session), probable_file(self.session)) if file.is_file()]
        return frozenset().union(*(still_there(file, wanted) for file in files)) if wanted else frozenset()

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The picture: groups and people per kind, where most of them are, and the biggest groups."""
        if self.interactive:
            self.offer(ComparisonForm(self._rules), self.compare_by)
        if isinstance(seen.duplicates, DuplicateCounts) and self.compared is not None:
            yield from compared_blocks(seen.duplicates, self.compared)
            if not self.interactive:  # a person sees it in the form, kind by kind
                biggest = groups_grid(groups_file(self.session), "", org_url(self.session))
                yield Fold(biggest.caption, biggest)
            if self.compared.probable is not None and self.compared.probable.groups:
                yield from probable_blocks(probable_file(self.session), org_url(self.session))

    def compare_by(self, chosen: RulesChosen) -> Message:
        """Writes down how people are compared; it counts from the next look on."""
        rules, by = chosen.rules, chosen.by
        setup = self.decisions.setup or SetupDecision(decided_by=by, decided_at=now())
        write_setup(self.session.workspace, replace(setup, duplicates=rules))
        what = say("People are compared by these rules.")
        self.note("look", Kind.decision, journal_payloads.decision(what, by, rules.model_dump_json(), now()))
        self.go_on()
        return what

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file, or the question. A robot rehearsal accepts; a live run waits for a person."""
        counts = seen.duplicates
        groups = sum(counts.groups.values()) if isinstance(counts, DuplicateCounts) else 0
        is_open = isinstance(counts, DuplicateCounts) and is_any_open(counts, self.decisions)
        if is_open and has_robot(self.session):
            why = translate(_REHEARSED, self.session.language)
            self.keep(GroupsChosen(ALL, DuplicateChoice.ACCEPT.value, ROBOT, why))
        elif is_open and not self.interactive:
            raise WaitsForPerson(
                say(
                    "{groups} groups of people are there twice or more, and no decision has been made"
                    " about them.",
                    groups=groups,
                ),
                fix=say(
                    "Decide in notebook 07, or write decisions/duplicates.csv with the columns "
                    "people (all, lead, contact, across, marketo, probable, opt_out_conflict, or a kind with "
                    "a group's key as in lead:0123456789abcdef), decision (merge or accept), reason, "
                    "decided_by, decided_at."
                ),
            )
        on_file = self.decisions
        yield from decision_blocks(on_file, self._names())
        if groups and self.interactive and (is_open or self.plan().obstacles):
            yield from self._ask(on_file)

    def _ask(self, on_file: Decisions) -> Iterable[Block]:
        """The question; also below a decision to merge that was not carried out yet."""
        is_new = on_file.duplicates is None and not on_file.duplicate_rules
        waits_for = _DECIDE if is_new else say("Merge them and look again, or decide differently.")
        counts = self.snapshot.duplicates
        kinds = (
            [kind for kind, count in counts.groups.items() if count]
            if isinstance(counts, DuplicateCounts)
            else []
        )
        self.offer(GroupForm(kinds, self._group_views(), is_new), self.keep, waits_for)
        file = self.session.workspace.decisions / "duplicates.csv"
        lines = (*self._how_to_merge(), say("The decision is in {file}.", file=file))
        yield Card(Tone.INFO, say("How to merge"), lines)

    def _group_views(self) -> GroupViews:
        """What the form shows of groups: the biggest of a kind, and why some are probably the same."""
        return GroupViews(self._grid, self._names(), self._explain)

    def _names(self) -> Mapping[str, Message]:
        """Kind and key of each group that is shown → how a person calls it."""
        exact, probable = groups_file(self.session), probable_file(self.session)
        keys = {
            kind: [group.key for group in read_groups(exact, kind)] for kind in BY_EMAIL if exact.is_file()
        }
        if probable.is_file():
            keys[GroupKind.PROBABLE] = [group.group.key for group in read_probable(probable)]
        return {
            f"{kind}:{key}": group_name(kind, number)
            for kind, some in keys.items()
            for number, key in enumerate(some, start=1)
        }

    def _how_to_merge(self) -> Iterable[Message]:
        if self.session.connection.is_rehearsal:
            yield say("In this rehearsal nobody can merge: it has no Salesforce pages. Accept them.")
            return
        yield say("Two leads: open one in Salesforce, choose “Find Duplicates” and merge them.")
        yield say("Two contacts of one account: open one, choose “View Duplicates” and merge them.")
        yield say("A lead and a contact: convert the lead, and choose the existing contact.")
        yield say("Then run this notebook again from “1 Look”: it counts again.")

    def _grid(self, kind: str) -> Grid:
        """The biggest groups of a kind, from what the comparison left."""
        if kind == GroupKind.PROBABLE:
            return probable_grid(read_probable(probable_file(self.session)), org_url(self.session))
        return groups_grid(groups_file(self.session), kind, org_url(self.session))

    def _explain(self, key: str) -> Sequence[Block]:
        """Why the people of a group are probably the same."""
        return explained_blocks(probable_file(self.session), key)

    def keep(self, chosen: GroupsChosen) -> Message:
        """Writes a decision down; one for all takes the place of all others, one for some stands beside.
        ``UsageFault`` where accepting gives no reason."""
        moment, people, by, reason = now(), chosen.people, chosen.by, chosen.reason
        choice = DuplicateChoice(chosen.choice)
        decided = DuplicateDecision(
            choice, self._groups(people), people=people, reason=reason, decided_by=by, decided_at=moment
        )
        before = self.decisions
        kept = {row.people: row for row in (before.duplicates, *before.duplicate_rules.values()) if row}
        rows = [decided] if people == ALL else [*(kept | {people: decided}).values()]
        write_duplicates(self.session.workspace, *rows)
        what = decided.decision.statement
        if people != ALL:
            name = KIND_WORDS.get(people.partition(":")[0], people)
            what = say("{people}: {decision}", people=name, decision=what)
        elif isinstance(self.snapshot.duplicates, DuplicateCounts):
            counted = self.snapshot.duplicates
            what = joined((what, *kinds_of(counted.after(counted))), "\n")
        self.note("decide", Kind.decision, journal_payloads.decision(what, by, reason, moment))
        counts = self.snapshot.duplicates
        if (
            isinstance(counts, DuplicateCounts)
            and not is_any_open(counts, self.decisions)
            and not self.plan().obstacles
        ):
            self.go_on()  # whoever wants to merge goes on after it
        return say("Recorded.")

    def _groups(self, people: str) -> int | None:
        """How many groups a decision is about."""
        counts = self.snapshot.duplicates
        if not isinstance(counts, DuplicateCounts):
            return None
        if people == CONFLICTS:
            return counts.conflicts
        if ":" in people:
            if not self._there({people.partition(":")[2]}):
                raise UsageFault(
                    say("This group is not there any more."), fix=say("Choose another, or look again.")
                )
            return 1
        return sum(counts.groups.values()) if people == ALL else counts.groups.get(people, 0)
