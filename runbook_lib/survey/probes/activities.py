"""The newest activity in Marketo that a sync in the background writes: a heartbeat, where anything changed.

Calls of Marketo: a token and a page of the last half hour, and only where that shows nothing of the sync, a
token and at most three pages of the last six. Marketo tells the oldest first, so that of a busy instance the
first pages of six hours would say that it was alive then, and nothing of now.

The numbers of the types are those that Adobe publishes for its lead activity data stream. Marketo writes *New
Lead* for people of a web form, too, so that only those count whose source is Salesforce; *Sync Lead to SFDC*
is left out, for a flow step writes it also where the sync is switched off. Sources: Marketo developer guide,
"Activities"; Adobe I/O, "Marketo Lead Activity Data Stream"; Marketo documentation, "Enable/Disable the
Salesforce Sync".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.probes.query import as_documented
from runbook_lib.survey.snapshot import Activity

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

NEW_LEAD = 12
OF_THE_SYNC = (NEW_LEAD, 26, 28, 29, 30, 31)
"""New Lead, SFDC Activity, Sync Lead Updates to SFDC, Delete Lead from SFDC, SFDC Activity Updated and SFDC
Merge Leads."""
LOOKED_BACK = ((timedelta(minutes=30), 1), (timedelta(hours=6), 3))
"""How far, and at most how many pages; the newest that was seen is then at least so new."""


def newest_activity(reader: MarketoReader, now: datetime) -> Activity:
    """The newest one of the first look back that shows any; ``MarketoRefused`` where the role may not read
    activities."""
    for back, pages in LOOKED_BACK:
        seen = _since(reader, now - back, pages)
        if seen.at is not None:
            break
    return seen


def _since(reader: MarketoReader, since: datetime, pages: int) -> Activity:
    rows = reader.activities(since, OF_THE_SYNC, pages)
    moments = as_documented(
        lambda: [datetime.fromisoformat(row["activityDate"]) for row in rows if _is_of_the_sync(row)],
        "activities",
    )
    return Activity(since, max(moments, default=None), len(moments))


def _is_of_the_sync(row: dict[str, Any]) -> bool:
    if row["activityTypeId"] != NEW_LEAD:
        return True
    values = (str(attribute.get("value") or "") for attribute in row.get("attributes") or ())
    return any("salesforce" in value.lower() for value in values)
