"""The picture above the consent of 05: how many fields Marketo has today, and how many Sync Fields adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.guide.views.blocks import Bars, Block
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.survey.snapshot import MarketoState, Snapshot
from runbook_lib.text import say


def before_and_after(seen: Snapshot) -> Iterable[Block]:
    """Today's fields and the new ones of every object, which add up; nothing where either is not known: a
    picture must not pass for a count. Marketo's API shows the fields of people and companies alone.
    """
    if not isinstance(seen.marketo, MarketoState) or not isinstance(seen.visible, Mapping):
        return
    ahead = forecast_fields(seen)
    rows: list[tuple[object, int]] = [
        (say("today, without those of opportunities, which its API does not show"), len(seen.marketo.fields)),
        (say("new for certain"), ahead.least),
    ]
    if ahead.most > ahead.least:
        rows.append((say("perhaps new"), ahead.most - ahead.least))
    yield Bars(say("Fields in Marketo"), tuple(rows))
