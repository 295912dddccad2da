"""The lead-conversion mapping line by line: what a plan adds and leaves alone, and what was read back.

LeadConvertSettings are written as a whole, and whether Salesforce would drop what is not named is not
documented: so every line is shown before, and compared after. Source: Metadata API, LeadConvertSettings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runbook_lib.change.plan import Change, ChangeKind, Plan
from runbook_lib.guide.views.view import Block, Fold, Grid, Line, Mark, Tone
from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import ConvertedField, Snapshot
from runbook_lib.text import say

MOST_SHOWN = 40
_HEADS = (say("Lead field"), say("Carried over to"), say("What becomes of it"))


def conversion_before(plan: Plan, seen: Snapshot) -> Iterable[Block]:
    """What is mapped today and stays, what is added, and where a mapping of one of Marketo's fields is left
    alone though its namesake was meant."""
    if not isinstance(seen.conversion, tuple):
        return
    added = [_line(change) for change in plan.changes if change.kind is ChangeKind.MAP_CONVERSION]
    in_the_way = set(_in_the_way(seen.conversion))
    rows = [(line, Mark(Tone.WAIT, say("will be added"))) for line in added]
    for line in seen.conversion:
        left = line in in_the_way
        stays = Mark(Tone.WARN, say("stays: left alone, though Marketo's field is meant here"))
        rows.append((line, stays if left else Mark(Tone.OK, say("stays"))))
    if not rows:
        return
    caption = say(
        "Lead conversion: {added} mappings will be added, {stays} stay as they are",
        added=len(added),
        stays=len(seen.conversion),
    )
    table = _grid(caption, rows)
    yield table if in_the_way else Fold(caption, table)


def conversion_after(before: Snapshot, now: Snapshot) -> Iterable[Block]:
    """What Salesforce tells now, compared with before: added, as before, or lost."""
    if not isinstance(before.conversion, tuple) or not isinstance(now.conversion, tuple):
        return
    lost = [line for line in before.conversion if line not in now.conversion]
    added = [line for line in now.conversion if line not in before.conversion]
    same = [line for line in now.conversion if line in before.conversion]
    rows = [
        *((line, Mark(Tone.STOP, say("is lost"))) for line in lost),
        *((line, Mark(Tone.OK, say("was added"))) for line in added),
        *((line, Mark(Tone.OK, say("as before"))) for line in same),
    ]
    if not rows:
        yield Line(say("Lead conversion: nothing was mapped, and nothing is."))
        return
    caption = say(
        "Lead conversion, read back from Salesforce: {added} added, {same} as before, {lost} lost",
        added=len(added),
        same=len(same),
        lost=len(lost),
    )
    table = _grid(caption, rows)
    yield table if lost else Fold(caption, table, Tone.OK)


def _grid(caption: object, rows: Sequence[tuple[ConvertedField, Mark]]) -> Grid:
    cells = tuple(
        (f"Lead.{line.lead_field}", f"{line.target_object}.{line.target_field}", mark) for line, mark in rows
    )
    return Grid(caption, _HEADS, cells[:MOST_SHOWN], max(0, len(cells) - MOST_SHOWN))


def _line(change: Change) -> ConvertedField:
    lead_field = change.target.removeprefix("Lead.")
    return ConvertedField(lead_field, change.after["target_object"], change.after["target_field"])


def _in_the_way(there: Sequence[ConvertedField]) -> Iterator[ConvertedField]:
    """Lines of Contact that use one of Marketo's fields, but not for its namesake."""
    for line in there:
        ends = (line.lead_field, line.target_field)
        if line.target_object == "Contact" and ends[0] != ends[1]:
            if any(name.lower().startswith(MARKETO_PREFIX) for name in ends):
                yield line
