"""How the fields that Sync Fields would create are shown: counts per object, and every name behind a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.guide.views.blocks import Card, Fold, Grid, Tone
from runbook_lib.review.fields.forecast import FieldForecast, ObjectForecast
from runbook_lib.review.fields.made import Made
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, say

_CUSTOM = ("__c", "__pc", "__s")
"""How the API names of custom fields end: fields, those of person accounts, the parts of a place."""


def nobody_looked(seen: Snapshot) -> Card:
    """What stands where the fields would stand, if anybody could have looked: never a number."""
    reason = seen.visible.reason if isinstance(seen.visible, Unknown) else say("Nobody has looked yet.")
    return Card(
        Tone.WARN,
        say("Cannot tell which fields the sync user sees, nor what Marketo would create."),
        (reason,),
    )


def forecast_grid(ahead: FieldForecast) -> Grid:
    """Per object: what is seen, what Marketo has, and what is new, for certain or perhaps."""
    heads = (
        say("Object"), say("Fields the sync user sees"), say("Marketo has one"),
        say("share one with Lead"), say("new custom fields"), say("new standard fields"), say("perhaps new"),
    )  # fmt: skip
    rows = tuple((line.object, line.seen, line.there, line.combined, *_new(line)) for line in ahead.objects)
    return Grid(say("What Sync Fields would create"), heads, rows)


def new_fields(makes: Mapping[str, str]) -> Fold:
    """The names of all fields that a plan creates, for certain or perhaps; ``makes`` as a plan holds it."""
    rows = tuple(
        (object_name, kind, len(names), ", ".join(names))
        for object_name in sorted({name.partition(".")[0] for name in makes})
        for kind, names in _named(makes, object_name)
    )
    heads = (say("Object"), say("In Marketo"), say("How many"), say("API names"))
    caption = say("All {count} fields by name", count=len(makes))
    return Fold(caption, Grid(caption, heads, rows))


def _new(line: ObjectForecast) -> tuple[int, int, int]:
    custom = sum(field.custom for field in line.certain)
    return custom, len(line.certain) - custom, len(line.possible)


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
        for kind, is_custom in ((say("custom fields"), True), (say("standard fields"), False)):
            if some := [name for name in names if name.endswith(_CUSTOM) is is_custom]:
                yield kind, some
