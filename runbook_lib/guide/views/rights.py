"""The permission matrix as a table: words and signs first, color only for whoever sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from runbook_lib.change.plan import Plan
from runbook_lib.guide.views.view import Block, Card, Fold, Grid, Line, Mark, Tone
from runbook_lib.review.fields.access import EVERY_OBJECT, grants_of_rights
from runbook_lib.review.rights_matrix import Held, RightKind, RightLine
from runbook_lib.survey.model.rights import Giver, Holder, Rights
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, joined, say

KINDS = {
    RightKind.SYSTEM: say("System permissions: {held} of {count} held"),
    RightKind.OBJECT: say("Objects: {held} of {count} open as Marketo needs them"),
    RightKind.FIELD: say("Fields: {held} of {count} visible as Marketo needs them"),
}
HOLDERS = {
    Holder.PROFILE: say("profile “{name}”"),
    Holder.SET: say("permission set “{name}”"),
    Holder.GROUP: say("permission set group “{name}”"),
}
_OF_FIX = 2
"""Columns at the end that say how it is mended; they are left out where nothing is to be mended."""
_HEADS = (say("Right"), say("Needed"), say("Held"), say("Comes from"), say("Fix"), say("Who can make it"))


def matrix_blocks(lines: Sequence[RightLine], seen: Snapshot) -> Iterable[Block]:
    """How much of it is held, and every line with where it comes from and its fix."""
    counted = Counter(line.held for line in lines)
    yield Line(
        say(
            "Of {count} rights that Marketo needs, the sync user holds {held}; {missing} are missing.",
            count=len(lines),
            held=counted[Held.YES],
            missing=counted[Held.NO],
        )
    )
    if counted[Held.UNKNOWN]:
        yield Line(say("{unknown} of them cannot be told.", unknown=counted[Held.UNKNOWN]))
    for kind, caption in KINDS.items():
        some = [line for line in lines if line.kind is kind]
        if some:
            held = sum(line.held is Held.YES for line in some)
            title = Message(caption.template, {"held": held, "count": len(some)})
            columns = len(_HEADS) if held < len(some) else len(_HEADS) - _OF_FIX
            table = Grid(title, _HEADS[:columns], tuple(tuple(_cells(line))[:columns] for line in some))
            yield Fold(title, table, Tone.OK if held == len(some) else Tone.WARN)
    yield from _view_all_blocks(seen)


def confirmed_blocks(lines: Sequence[RightLine]) -> Iterable[Block]:
    """The same, as the sync user's own login shows it: how much, and the lines that are not held."""
    open_lines = [line for line in lines if line.held is not Held.YES]
    held = len(lines) - len(open_lines)
    if not open_lines:  # without a number: 02 counts the fields of an object that nobody reads yet as one
        yield Line(say("Seen with their own login, the sync user holds every right that Marketo needs."))
    else:
        yield Line(
            say(
                "Seen with their own login, the sync user holds {held} of the {count} rights that Marketo "
                "needs.",
                held=held,
                count=len(lines),
            )
        )
        rows = tuple(tuple(_cells(line)) for line in open_lines)
        yield Grid(say("What is missing, to be fixed in notebook 02"), _HEADS, rows)


def _cells(line: RightLine) -> Iterable[object]:
    yield line.label
    yield line.needs
    yield _mark(line)
    yield _all_of([_giver(giver) for giver in line.by])
    yield line.fix or ""
    yield line.who.word if line.who else ""


def _mark(line: RightLine) -> Mark:
    if line.held is Held.YES:
        return Mark(Tone.OK, say("yes"))
    if line.held is Held.UNKNOWN:
        return Mark(Tone.STOP, say("cannot tell"))
    word = say("no, lacks {rights}", rights=line.lacks) if str(line.lacks) else say("no")
    return Mark(Tone.WARN if line.advised else Tone.STOP, word)


def _view_all_blocks(seen: Snapshot) -> Iterable[Block]:
    """Who grants “View All Fields”: hiding a field would have no effect then."""
    if not isinstance(seen.rights, Rights):
        return
    if isinstance(seen.rights.view_all, Unknown) or isinstance(seen.rights.objects, Unknown):
        yield Line(say("Cannot tell whether somebody has “View All Fields”: Salesforce refused to say."))
    grants = grants_of_rights(seen.rights).view_all
    sources = [
        _view_all(_giver(seen.rights.givers[giver_id]), name)
        for name, ids in sorted(grants.items())
        for giver_id in ids
        if giver_id in seen.rights.givers
    ]
    if sources:
        title = say("Hiding fields from the sync user will have no effect: they have “View All Fields”.")
        yield Card(Tone.WARN, title, tuple(sources))


def _view_all(giver: Message, name: str) -> Message:
    if name == EVERY_OBJECT:
        return say("All objects, from the {giver}.", giver=giver)
    return say("{object}, from the {giver}.", object=name, giver=giver)


def _giver(giver: Giver) -> Message:
    return Message(HOLDERS[giver.kind].template, {"name": giver.name})


def _all_of(words: Sequence[Message]) -> object:
    return joined(words, ", ") if words else ""


def rights_and_changes(lines: Sequence[RightLine], plan: Plan) -> Iterable[Block]:
    """How the rights that are missing become the changes of ``plan``: two numbers that nobody could add up.

    Nothing where it cannot be told which right is held.
    """
    missing = [line for line in lines if line.held is Held.NO]
    if not missing or not plan.changes or any(line.held is Held.UNKNOWN for line in lines):
        return
    granted = {change.target for change in plan.changes}
    single = [line for line in missing if line.kind is not RightKind.FIELD or "." in line.name]
    by_one = sum(line.name in granted for line in single)
    yield Line(
        say(
            "Of the {missing} missing rights, {by_one} take a change each; the other {come_along} are fields "
            "that come along with the permission set and its objects. With {others} for the set itself, "
            "these are {count} changes.",
            missing=len(missing),
            by_one=by_one,
            come_along=len(missing) - by_one,
            others=len(plan.changes) - by_one,
            count=len(plan.changes),
        )
    )
