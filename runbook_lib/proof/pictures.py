"""Pictures of what Marketo's exported pages tell: how much its sync moved, by object and by day.

Sync Status holds five days. Its backlog page is not exported: what waits there no file tells. Days are those
of the Marketo user who exported, as the file writes them. Source: Marketo, "Salesforce Sync Status",
"Salesforce Sync Backlog Metrics".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from runbook_lib.pictures.model import Bar, Bars, Segment, Shade, total
from runbook_lib.proof.marketo_exports import SyncJob
from runbook_lib.text import Message, say

MOVED: Mapping[str, Segment] = {
    "new": Segment(say("new"), Shade.NEW),
    "updated": Segment(say("updated"), Shade.STAYS),
    "deleted": Segment(say("deleted"), Shade.FIXED),
    "skipped": Segment(say("skipped"), Shade.GOES),
    "failed": Segment(say("failed"), Shade.OPEN),
}
"""What became of a record in a cycle of the sync, by the columns of Sync Status."""


def moved(jobs: Sequence[SyncJob]) -> Iterator[Bars]:
    """How many records the exported cycles moved, per object; over several days also per day."""
    if not jobs:
        return
    by_object = _grouped(say("What the sync moved, by object"), say("Object"), jobs, lambda job: job.object)
    yield by_object.biggest_first()
    by_day = _grouped(say("What the sync moved, by day"), say("Day"), jobs, _day)
    if len(by_day.rows) > 1:
        yield by_day


def _grouped(title: Message, head: Message, jobs: Sequence[SyncJob], name: Callable[[SyncJob], str]) -> Bars:
    groups: defaultdict[str, list[SyncJob]] = defaultdict(list)
    for job in jobs:
        groups[name(job)].append(job)
    rows = tuple(
        Bar(group, tuple(total([job.counts[column] for job in some]) for column in MOVED))
        for group, some in groups.items()
    )
    about = say("Records in the exported Sync Status; jobs: {count}.", count=len(jobs))
    moving = tuple(row for row in rows if row.total != 0)  # steps that concern no object move nothing
    return Bars(title, about, head, tuple(MOVED.values()), moving or rows, total=say("Together")).in_use()


def _day(job: SyncJob) -> str:
    """The date as the file writes it: what stands before the time."""
    return job.started_at.replace("T", " ").split(" ")[0]
