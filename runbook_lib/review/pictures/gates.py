"""What each of the two gates changes: Marketo today, and afterward. The same where somebody agrees, on the
click sheet and in the report.

Sources: Marketo documentation, "Step 3 of 3" (nobody is merged with whom Marketo has already). Whether a
converted lead becomes a person beside the contact that it was converted to is not published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.pictures.model import Bar, Bars, Segment, Shade
from runbook_lib.review.fields.forecast import FieldForecast, ObjectForecast, forecast_fields
from runbook_lib.review.fields.made import MAKES_FIELDS
from runbook_lib.road import START_SYNC, SYNC_FIELDS
from runbook_lib.survey.model.inventory import Inventory
from runbook_lib.survey.snapshot import DuplicateCounts, MarketoState, Snapshot
from runbook_lib.text import say

TODAY, AFTERWARD = say("today"), say("afterward")
_THERE = Segment(say("there today"), Shade.STAYS)
_CUSTOM = Segment(say("new custom fields"), Shade.NEW)
_STANDARD = Segment(say("new standard fields"), Shade.FIXED)
_PERHAPS = Segment(say("perhaps new"), Shade.OPEN)


def before_and_after(step: str, seen: Snapshot, decided: Mapping[str, bool]) -> Iterator[Bars]:
    """The pictures of the gate of that step; none for other steps, nor where nobody could look. ``decided``:
    ``Lead.Region__c`` → whether it is hidden, for what was decided."""
    if step == SYNC_FIELDS.name:
        yield from _all_fields(seen)
        yield from _fields_by_object(seen, decided)
    elif step == START_SYNC.name:
        yield from _people(seen)


def _all_fields(seen: Snapshot) -> Iterator[Bars]:
    """How many fields Marketo has today, and how many after Sync Fields; nothing where one is not known."""
    if not isinstance(seen.marketo, MarketoState) or not isinstance(seen.visible, Mapping):
        return
    today, ahead = len(seen.marketo.fields), forecast_fields(seen)
    rows = (Bar(TODAY, (today, 0, 0, 0)), Bar(AFTERWARD, (today, *_new(ahead))))
    about = say(
        "What is new stays permanently. Of those of today, the fields of opportunities are not counted: "
        "Marketo's API does not show them."
    )
    parts = (_THERE, _CUSTOM, _STANDARD, _PERHAPS)
    yield Bars(say("Fields in Marketo"), about, say("When"), parts, rows).in_use()


def _fields_by_object(seen: Snapshot, decided: Mapping[str, bool]) -> Iterator[Bars]:
    """What Marketo makes of the fields of each object, beside those that stay hidden from it."""
    if not isinstance(seen.visible, Mapping):
        return
    there = {field.full_name for field in seen.visible_fields()}
    away = [name.partition(".")[0] for name, is_hidden in decided.items() if is_hidden and name not in there]
    lines = {line.object: line for line in forecast_fields(seen).objects}
    rows = tuple(
        Bar(name, (*_of_object(lines.get(name)), away.count(name)))
        for name in MAKES_FIELDS
        if name in lines or name in away
    )
    yield Bars(
        say("The fields of each object in Salesforce, and what Marketo has of them"),
        say("Every field of the objects of which Marketo makes fields."),
        say("Object"),
        (
            Segment(say("in Marketo today"), Shade.STAYS),
            Segment(say("share one with Lead"), Shade.JOINS),
            _CUSTOM,
            _STANDARD,
            _PERHAPS,
            Segment(say("stay hidden from Marketo"), Shade.GOES),
        ),
        rows,
        total=say("All objects"),
    ).in_use()


def _of_object(line: ObjectForecast | None) -> tuple[int, ...]:
    return (line.there, line.combined, *_new(line)) if line else (0, 0, 0, 0, 0)


def _new(ahead: FieldForecast | ObjectForecast) -> tuple[int, int, int]:
    """New custom fields, new standard fields, and what is perhaps new."""
    custom = sum(field.custom for field in ahead.certain)
    return custom, len(ahead.certain) - custom, len(ahead.new) - len(ahead.certain)


def _people(seen: Snapshot) -> Iterator[Bars]:
    """How many people Marketo has today, how many the first sync adds, and both together."""
    if not isinstance(seen.rows, Mapping):
        return
    leads, contacts = seen.rows.get("Lead", 0), seen.rows.get("Contact", 0)
    converted = seen.inventory.converted_leads if isinstance(seen.inventory, Inventory) else None
    doubtful = min(converted, leads) if isinstance(converted, int) else leads
    added = (contacts, leads - doubtful, doubtful)
    today = seen.duplicates.in_marketo if isinstance(seen.duplicates, DuplicateCounts) else None
    parts = (
        _THERE,
        Segment(say("from contacts"), Shade.FIXED),
        Segment(say("from leads"), Shade.NEW),
        Segment(say("perhaps from leads, converted ones"), Shade.OPEN),
    )
    rows = (
        Bar(TODAY, (today, 0, 0, 0)),
        Bar(say("added by the first sync"), (0, *added)),
        Bar(AFTERWARD, (today, *added)),
    )
    about = say("Nobody is merged. Those of today are the ones that notebook 07 read.")
    if today is None:
        about = say("Nobody is merged. Marketo's API does not tell how many people there are today.")
    yield Bars(say("People in Marketo"), about, say("When"), parts, rows).in_use()
