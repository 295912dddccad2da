"""How notebook 07 shows what a comparison gave: bars of counts, the biggest groups, and the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.decisions.rows import CONFLICTS
from runbook_lib.guide.state.comparison import Compared, shows_people
from runbook_lib.guide.views.view import Bars, Block, Card, Fold, Grid, Line, Tone
from runbook_lib.review.duplicates.summary import read_groups
from runbook_lib.survey.model.inventory import IN_SALESFORCE, GroupKind
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
_NONE = say("none")


def compared_blocks(counts: DuplicateCounts, compared: Compared, groups: Path) -> Iterator[Block]:
    """The whole picture."""
    yield _grid_of_kinds(counts)
    if any(compared.summary.groups.values()):
        picture = compared.picture
        yield Bars(say("Records in groups, by object"), _bars(picture.objects, OBJECTS))
        yield Bars(say("… by lead source"), _bars(picture.sources, {}))
        yield Bars(say("… by the owner's Id"), _bars(picture.owners, {}))
        biggest = groups_grid(groups, "")
        yield Fold(biggest.caption, biggest)
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


def groups_grid(groups: Path, kind: str) -> Grid:
    """The biggest groups, of one kind or of all: Ids and no names."""
    rows = tuple(
        (
            group.key,
            KIND_WORDS.get(group.kind, group.kind),
            group.size,
            group.keep_id,
            REASONS.get(group.reason, group.reason),
            say("yes") if group.has_conflict else "",
            " ".join(group.ids),
        )
        for group in read_groups(groups, kind)
    )
    heads = (say("Key"), say("Kind"), say("Records"), say("Keep"), say("Reason"),
             say("Opt-outs differ"), say("Ids"))  # fmt: skip
    return Grid(say("The largest groups"), heads, rows)


def decision_blocks(decisions: Decisions) -> Iterator[Block]:
    """What was decided, for all and for some."""
    if (overall := decisions.duplicates) is not None:
        yield Card(Tone.INFO, overall.decision.told, (overall.reason,) if overall.reason else ())
    for people, rule in decisions.duplicate_rules.items():
        kind, _, key = people.partition(":")
        name = say("{kind}, group {key}", kind=KIND_WORDS[kind], key=key) if key else KIND_WORDS[kind]
        title = say("{people}: {decision}", people=name, decision=rule.decision.told)
        yield Card(Tone.INFO, title, (rule.reason,) if rule.reason else ())


def _grid_of_kinds(counts: DuplicateCounts) -> Grid:
    rows: list[tuple[object, ...]] = [
        (kind.word, counts.groups.get(kind, 0), counts.members.get(kind, 0))
        for kind in GroupKind
        if kind in IN_SALESFORCE or counts.groups.get(kind)
    ]
    conflicts: object = say("not visible") if counts.conflicts is None else counts.conflicts
    rows.append((KIND_WORDS[CONFLICTS], conflicts, ""))
    heads = (say("Kind"), say("Groups"), say("People"))
    return Grid(
        say("{people} people; these are there twice or more", people=counts.people), heads, tuple(rows)
    )


def _of_marketo(compared: Compared) -> Iterator[Block]:
    there = compared.in_marketo
    if isinstance(there, Unknown):
        yield Card(
            Tone.WARN,
            say("People already in Marketo could not be compared."),
            (there.message("what") or there.reason,),
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


def _bars(counts: Mapping[str, int], words: Mapping[str, Message]) -> tuple[tuple[object, int], ...]:
    return tuple((words.get(name, name or _NONE), count) for name, count in counts.items())
