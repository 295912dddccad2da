"""How notebook 07 shows people who are probably the same, and why: a table, and a waterfall of one pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from runbook_lib.guide.views.blocks import Block, Fold, Grid, Line, Links, Waterfall
from runbook_lib.guide.views.records import record_link
from runbook_lib.review.duplicates.probable.explanation import ProbableGroup, Weighed, read_probable
from runbook_lib.survey.people.columns import RULE
from runbook_lib.text import Message, joined, say

COMPARED: Mapping[str, Message] = {
    "first_name": say("First name"),
    "last_name": say("Last name"),
    "company": say("Company"),
    "phone": say("Phone"),
    "email": say("E-mail"),
    "country": say("Country"),
}
LEVELS: Mapping[str, Message] = {
    "same": say("the same"),
    "short_form": say("one is short for the other"),
    "typing_error": say("almost the same, as with a typing error"),
    "alike": say("similar"),
    "initial": say("one is the initial of the other"),
    "same_handle": say("the same before the @, and not just the name"),
    "different": say("different"),
    "nothing": say("not there for both"),
}
_PREFIXES = {"00Q": "Lead", "003": "Contact", "001": "Account"}
"""How the Ids of records begin. Source: Salesforce Help, "Standard Field Record ID Prefix"."""
_ANY_TWO, _BEFORE = say("Any two people"), say("before anything is compared")


def probable_blocks(groups: Path, org: str = "") -> Iterator[Block]:
    """The table, and the least likely of all groups explained. ``org``: where records are opened."""
    least_likely = read_probable(groups)
    yield probable_grid(least_likely, org)
    yield Fold(say("Why the people of group 1 are probably the same"), waterfall(least_likely[0]))


def probable_grid(groups: Sequence[ProbableGroup], org: str = "") -> Grid:
    """The least likely groups, which are the ones to be looked at; their Ids stand in the files."""
    rows = tuple(
        (
            number,
            _percent(probable),
            _records(probable.group.ids, org),
            _agreement(probable),
        )
        for number, probable in enumerate(groups, start=1)
    )
    heads = (say("Group"), say("Likelihood"), say("Records"), say("The same in both"))
    return Grid(say("Probably the same; the least likely first"), heads, rows)


def explained_blocks(groups: Path, key: str) -> Sequence[Block]:
    """Why the people of the group with that key are probably the same; nothing where it is not there."""
    matches = read_probable(groups, key=key)
    return [waterfall(matches[0]), _how_to_read()] if matches else []


def waterfall(group: ProbableGroup) -> Waterfall:
    """What speaks for a pair and what against it."""
    rows: list[tuple[object, object, float]] = [(_ANY_TWO, _BEFORE, group.prior)]
    rows += [
        (_compared(comparison), LEVELS[comparison.level], comparison.weight) for comparison in group.evidence
    ]
    left, right = group.pair
    return Waterfall(
        say("Why {left} and {right} are probably the same person", left=left, right=right),
        tuple(rows),
        say("Sum: {likelihood} likely", likelihood=_percent(group)),
    )


def _how_to_read() -> Line:
    return Line(
        say(
            "Every point doubles the odds; every point below zero halves them. The weights were "
            "learned from the people in this org."
        )
    )


def _records(ids: Sequence[str], org: str) -> Links:
    """What the records are, ``Lead Contact``, each a link to it."""
    names = (_PREFIXES.get(record_id[:3], record_id[:3]) for record_id in ids)
    return Links(tuple(record_link(record_id, org, name) for record_id, name in zip(ids, names, strict=True)))


def _agreement(group: ProbableGroup) -> Message:
    """In what the pair is the same, in words."""
    return joined((_compared(field) for field in group.evidence if field.level == "same"), ", ")


def _compared(comparison: Weighed) -> object:
    """What was compared; a field of a custom rule by its API name."""
    return COMPARED.get(comparison.what) or comparison.what.removeprefix(RULE)


def _percent(group: ProbableGroup) -> Message:
    """The likelihood, rounded down: nothing is certain here."""
    return say("{share} %", share=int(group.likelihood * 1000) / 10)
