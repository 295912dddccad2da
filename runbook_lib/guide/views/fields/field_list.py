"""How the fields that Sync Fields would create are shown: counts per object, and every name behind a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.guide.views.blocks import Card, Fold, Grid, Tone
from runbook_lib.review.fields.made import POSSIBLE, Made
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, say

_CUSTOM = ("__c", "__pc", "__s")
"""How the API names of custom fields end: fields, those of person accounts, the parts of a place."""
_CUSTOM_FIELDS, _STANDARD_FIELDS, _TOGETHER = say("custom fields"), say("standard fields"), say("together")


def nobody_looked(seen: Snapshot) -> Card:
    """What stands where the fields would stand, if anybody could have looked: never a number."""
    reason = seen.visible.words if isinstance(seen.visible, Unknown) else say("Nobody has looked yet.")
    return Card(
        Tone.WARN,
        say("Cannot tell which fields the sync user sees, nor what Marketo would create."),
        (reason,),
    )


def new_fields(makes: Mapping[str, str]) -> Iterable[Grid | Fold]:
    """How many fields a plan creates of which object, which of them custom, and all their names; ``makes`` as
    a plan holds it."""
    objects = sorted({name.partition(".")[0] for name in makes})
    counts = [_counts(makes, name) for name in objects]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    rows = tuple(
        (name, *some, sum(some)) for name, some in zip([*objects, _TOGETHER], [*counts, sums], strict=True)
    )
    heads = (say("Object"), _CUSTOM_FIELDS, _STANDARD_FIELDS, say("perhaps"), _TOGETHER)
    yield Grid(say("New fields in Marketo"), heads, rows)
    lines = tuple(
        (object_name, kind, len(names), ", ".join(names))
        for object_name in objects
        for kind, names in _named(makes, object_name)
    )
    named = (say("Object"), say("In Marketo"), say("How many"), say("API names"))
    caption = say("All {count} fields by name", count=len(makes))
    yield Fold(caption, Grid(caption, named, lines))


def _counts(makes: Mapping[str, str], object_name: str) -> list[int]:
    """New custom fields, new standard fields, and those that may become new."""
    named = {kind: len(names) for kind, names in _named(makes, object_name)}
    perhaps = sum(named.get(made.word, 0) for made in POSSIBLE)
    return [named.get(_CUSTOM_FIELDS, 0), named.get(_STANDARD_FIELDS, 0), perhaps]


def _named(makes: Mapping[str, str], object_name: str) -> Iterable[tuple[Message, list[str]]]:
    """What becomes of the fields of one object → their names; what is certain comes first."""
    for made in Made:
        names = [
            name.partition(".")[2]
            for name, word in sorted(makes.items())
            if word == made and name.startswith(f"{object_name}.")
        ]
        if made is not Made.NEW:
            yield from [(made.word, names)] if names else []
            continue
        for kind, is_custom in ((_CUSTOM_FIELDS, True), (_STANDARD_FIELDS, False)):
            if some := [name for name in names if name.endswith(_CUSTOM) is is_custom]:
                yield kind, some
