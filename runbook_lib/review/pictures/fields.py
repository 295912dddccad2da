"""Pictures of fields: what becomes of those of each object, and how often they are filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from runbook_lib.pictures.model import Bar, Bars, Segment, Shade
from runbook_lib.review.fields.advice import HARDLY, HIDE, suggestions
from runbook_lib.review.fields.choice import locked_because, must_be_decided
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import Message, say

FATES: Mapping[str, Segment] = {
    "kept": Segment(say("kept"), Shade.STAYS),
    "locked": Segment(say("kept: needed, or cannot be hidden"), Shade.FIXED),
    "hides": Segment(say("to be hidden"), Shade.NEW),
    "hidden": Segment(say("hidden"), Shade.GOES),
    "open": Segment(say("nobody has decided"), Shade.OPEN),
}
"""What becomes of a field of the sync user, in the order in which a bar is made of it."""
FILLED: Mapping[str, Segment] = {
    "most": Segment(say("half of the records or more"), Shade.STAYS),
    "some": Segment(say("fewer than half"), Shade.NEW),
    "few": Segment(say("fewer than 1 in 100"), Shade.FIXED),
    "none": Segment(say("in no record"), Shade.GOES),
    "unknown": Segment(say("not measured"), Shade.OPEN),
}
"""How many records have a value in a field, from many to none."""


def fates(seen: Snapshot, decided: Mapping[str, bool]) -> Iterator[Bars]:
    """Every field that the sync user sees or saw, by object and by what becomes of it.

    ``decided``: ``Lead.Region__c`` → whether it is hidden, for what was decided. No picture where nobody
    could look: it must not pass for a count.
    """
    if not isinstance(seen.visible, Mapping):
        return
    by_field = {field.full_name: _fate(field, decided) for field in seen.visible_fields()}
    gone = {name: "hidden" for name, is_hidden in decided.items() if is_hidden and name not in by_field}
    yield _by_object(
        say("What becomes of the fields of each object"),
        say("Every field that the sync user sees, and those hidden from them here."),
        FATES,
        by_field | gone,
    )


def suggested(seen: Snapshot) -> Iterator[Bars]:
    """The same before anybody decided: what is suggested."""
    if not isinstance(seen.visible, Mapping):
        return
    hide = {advice.full_name: advice.decision == HIDE for advice in suggestions(seen)}
    by_field = {field.full_name: _fate(field, hide) for field in seen.visible_fields()}
    yield _by_object(
        say("What is suggested for the fields of each object"),
        say("Every field that the sync user sees."),
        FATES,
        by_field,
    )


def fill_rates(seen: Snapshot) -> Iterator[Bars]:
    """How many of the fields of each object are filled often, seldom, or never."""
    if not isinstance(seen.visible, Mapping):
        return
    by_field = {field.full_name: _filled(seen, field) for field in seen.visible_fields()}
    yield _by_object(
        say("How often the fields of each object are filled"),
        say("Fields by how many records have a value in them; for a checkbox, by how many have it ticked."),
        FILLED,
        by_field,
    )


def _by_object(
    title: Message, about: Message, parts: Mapping[str, Segment], by_field: Mapping[str, str]
) -> Bars:
    """A bar per object of the fields in ``by_field`` (full name → one of ``parts``)."""
    counts = Counter((name.partition(".")[0], what) for name, what in by_field.items())
    objects = sorted({object_name for object_name, _ in counts})
    rows = tuple(Bar(name, tuple(counts[name, what] for what in parts)) for name in objects)
    bars = Bars(title, about, say("Object"), tuple(parts.values()), rows, total=say("All objects"))
    return bars.in_use().biggest_first()


def _fate(field: Field, decided: Mapping[str, bool]) -> str:
    if locked_because(field) is not None:
        return "locked"
    if field.full_name in decided:
        return "hides" if decided[field.full_name] else "kept"
    return "open" if must_be_decided(field) else "kept"


def _filled(seen: Snapshot, field: Field) -> str:
    measured = seen.fill.get(field.full_name) if isinstance(seen.fill, Mapping) else None
    share = measured.share if isinstance(measured, Fill) else None
    if share is None:
        return "unknown"
    if share == 0:
        return "none"
    return "few" if share < HARDLY else "some" if share < 0.5 else "most"
