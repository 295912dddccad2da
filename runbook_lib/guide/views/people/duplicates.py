"""How notebook 07 shows what a comparison gave: pictures of counts, the biggest groups, and the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.decisions.rows import CONFLICTS
from runbook_lib.guide.state.comparison import Compared, shows_people
from runbook_lib.guide.views.records import record_link, record_links
from runbook_lib.guide.views.view import Block, Card, Facts, Grid, Line, Tone
from runbook_lib.review.duplicates.summary import read_groups
from runbook_lib.review.pictures.duplicates import by_kind, counted_by
from runbook_lib.survey.model.inventory import GroupKind
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from runbook_lib.text import Message, say

KIND_WORDS: Mapping[str, Message] = {
    **{kind: kind.word for kind in GroupKind},
    CONFLICTS: say("Opt-outs that contradict each other"),
}
OBJECTS: Mapping[str, Message] = {
    "PersonAccount": say("Person account"),
    "Marketo": say("Person in Marketo"),
}
REASONS: Mapping[str, Message] = {
    "only_contact": say("the only contact among them"),
    "last_activity": say("the latest activity"),
    "oldest": say("the oldest"),
    "only_in_salesforce": say("the one in Salesforce"),
}


def compared_blocks(counts: DuplicateCounts, compared: Compared) -> Iterator[Block]:
    """The whole picture; owners, whom only an Id names, stand in the files."""
    yield by_kind(counts)
    conflicts: object = say("not visible") if counts.conflicts is None else counts.conflicts
    yield Facts(((KIND_WORDS[CONFLICTS], conflicts),))
    if any(compared.summary.groups.values()):
        picture = compared.picture
        yield counted_by(say("Records in groups, by object"), say("Object"), picture.objects, OBJECTS)
        yield counted_by(say("… by lead source"), say("Lead source"), picture.sources, {})
    if compared.csv and any(counts.groups.values()):
        files = ", ".join(map(str, compared.csv))
        yield Line(say("All groups, record by record, for a merge tool: {file}", file=files))
    if shows_people():
        warning = say(
            "That file contains names and e-mails, as requested. Delete it when you no longer need it."
        )
        yield Card(Tone.WARN, warning)
    yield from _of_marketo(compared)
    yield Line(
        say(
            "Read with {calls} Salesforce calls; the forecast was at most {foretold}.",
            calls=compared.calls,
            foretold=compared.foretold,
        )
    )


def groups_grid(groups: Path, kind: str, org: str = "") -> Grid:
    """The biggest groups, of one kind or of all: Ids and no names. ``org``: where records are opened."""
    numbers: Counter[str] = Counter()
    rows = tuple(
        (
            group_name(group.kind, _next(numbers, group.kind)),
            group.size,
            record_link(group.keep_id, org),
            REASONS.get(group.reason, group.reason),
            say("yes") if group.has_conflict else "",
            record_links(group.ids, org),
        )
        for group in read_groups(groups, kind)
    )
    heads = (say("Group"), say("Records"), say("Keep"), say("Reason"),
             say("Opt-outs differ"), say("Ids"))  # fmt: skip
    return Grid(say("The largest groups"), heads, rows)


def _next(numbers: Counter[str], kind: str) -> int:
    numbers[kind] += 1
    return numbers[kind]


def group_name(kind: str, number: object) -> Message:
    """What a person calls a group: its kind, and where it stands among the largest of that kind."""
    return say("{kind}, group {number}", kind=KIND_WORDS.get(kind, kind), number=number)


def decision_blocks(decisions: Decisions, names: Mapping[str, Message]) -> Iterator[Block]:
    """What was decided, for all and for some; ``names``: kind and key of a group → how a person calls it."""
    if (overall := decisions.duplicates) is not None:
        yield Card(Tone.INFO, overall.decision.statement, (overall.reason,) if overall.reason else ())
    for people, rule in decisions.duplicate_rules.items():
        kind, _, key = people.partition(":")
        name = names.get(people) or (group_name(kind, key) if key else KIND_WORDS[kind])
        title = say("{people}: {decision}", people=name, decision=rule.decision.statement)
        yield Card(Tone.INFO, title, (rule.reason,) if rule.reason else ())


def _of_marketo(compared: Compared) -> Iterator[Block]:
    there = compared.in_marketo
    if isinstance(there, Unknown):
        yield Card(
            Tone.WARN,
            say("People already in Marketo could not be compared."),
            (there.words,),
        )
    elif there.people is None:
        yield Line(
            say(
                "People already in Marketo were not compared: that would cost up to {calls} Marketo "
                "calls. Allow them with the environment variable RUNBOOK_MARKETO_CALLS.",
                calls=there.calls,
            )
        )
    elif there.too_many:
        yield Line(
            say(
                "{count} e-mails could not be looked up in Marketo: too many people share them there.",
                count=there.too_many,
            )
        )
