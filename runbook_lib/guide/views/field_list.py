"""How the fields that Sync Fields would create are shown: counts per object, and every name behind a fold."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.review.fields.forecast import FieldForecast, ObjectForecast
from runbook_lib.review.fields.made import REASONS, Made, span
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say

_OF_EACH = (
    (say("custom fields"), Made.NEW, True),
    (say("standard fields"), Made.NEW, False),
    (REASONS[Made.UNSAID], Made.UNSAID, False),
    (REASONS[Made.IGNORED], Made.IGNORED, False),
)
"""How it is told, what becomes of them, and whether they are custom fields."""


def forecast_grid(ahead: FieldForecast) -> Grid:
    """Per object: what is seen, what Marketo has, and what is new, for certain or perhaps."""
    heads = (
        say("Object"), say("Fields the sync user sees"), say("Marketo has one"),
        say("share one with Lead"), say("new custom fields"), say("new standard fields"), say("perhaps new"),
    )  # fmt: skip
    rows = tuple((each.object, each.seen, each.there, each.combined, *_new(each)) for each in ahead.objects)
    return Grid(say("What Sync Fields would create"), heads, rows)


def new_fields(ahead: FieldForecast) -> Fold:
    """The names of all fields that become or may become new ones."""
    rows = tuple(
        (each.object, told, len(fields), ", ".join(field.name for field in fields))
        for each in ahead.objects
        for told, fields in _named(each)
    )
    heads = (say("Object"), say("In Marketo"), say("How many"), say("API names"))
    caption = say("All {fields} fields by name", fields=span(ahead.least, ahead.most))
    return Fold(caption, Grid(caption, heads, rows))


def _new(each: ObjectForecast) -> tuple[int, int, int]:
    custom = sum(field.custom for field in each.certain)
    return custom, len(each.certain) - custom, len(each.possible)


def _named(each: ObjectForecast) -> Iterable[tuple[Message, tuple[Field, ...]]]:
    for told, made, custom in _OF_EACH:
        fields = tuple(field for field in each.fields.get(made, ()) if field.custom is custom)
        if fields:
            yield told, fields
