"""The picture above the consent of 05: how many fields Marketo has today, and how many after Sync Fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.guide.views.blocks import Bars, Block
from runbook_lib.review.fields.forecast import forecast_fields, shown_by_api
from runbook_lib.survey.snapshot import MarketoState, Snapshot
from runbook_lib.text import say


def before_and_after(seen: Snapshot) -> Iterable[Block]:
    """Nothing where either of the two is not known: a picture must not pass for a count."""
    if not isinstance(seen.marketo, MarketoState) or not isinstance(seen.visible, Mapping):
        return
    ahead, today = forecast_fields(seen), len(seen.marketo.fields)
    least, most = today + shown_by_api(ahead.certain), today + shown_by_api(ahead.new)
    rows: list[tuple[object, int]] = [(say("today"), today), (say("afterward, at least"), least)]
    if most > least:
        rows.append((say("afterward, at most"), most))
    yield Bars(say("Fields of people and companies in Marketo"), tuple(rows))
