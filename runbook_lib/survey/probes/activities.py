"""The newest activity in Marketo that a sync in the background writes: a heartbeat, where anything changed.

Calls of Marketo: a token and a page, at most three pages. The numbers of the types are those that Adobe
publishes for its lead activity data stream. Marketo writes *New Lead* for people of a web form, too, so that
only those count whose source is Salesforce; *Sync Lead to SFDC* is left out, for a flow step writes it also
where the sync is switched off. Sources: Marketo developer guide, "Activities"; Adobe I/O, "Marketo Lead
Activity Data Stream"; Marketo documentation, "Enable/Disable the Salesforce Sync".
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
LOOKED_BACK = timedelta(hours=6)
MOST_PAGES = 3
"""Of a busy instance; the newest that was seen is then at least so new."""


def newest_activity(reader: MarketoReader, now: datetime) -> Activity:
    """The newest since :data:`LOOKED_BACK`; ``MarketoRefused`` where the role may not read activities."""
    since = now - LOOKED_BACK
    rows = reader.activities(since, OF_THE_SYNC, MOST_PAGES)
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
