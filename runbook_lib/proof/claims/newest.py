"""What is claimed of the records that were created last: that they are in Marketo, too.

The random sample tells that records came, these tell whether they go on coming: where none of them has come
though older ones are there, nothing new arrives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from runbook_lib.proof.claims.claim import Claim, Measured
from runbook_lib.proof.claims.people import FEW, listed
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import NewRecord, PeopleSeen, Snapshot
from runbook_lib.text import Moment, say


def claim_newest(measured: Measured, loading: datetime | None) -> Iterator[Claim]:
    """One claim for each object. While the first sync is loading, what is missing of them is only told."""
    for sample in samples(measured.now):
        if not sample.newest or not sample.found:
            continue
        missing = missing_of(sample, measured.refused)
        if not missing:
            yield _all_there(sample)
        elif loading is not None:
            yield _on_their_way(sample, missing)
        else:
            yield _behind(sample, missing)


def samples(seen: Snapshot) -> Iterator[PeopleSeen]:
    """Everything that was looked for and could be."""
    if isinstance(seen.people_seen, tuple):
        yield from seen.people_seen
    if isinstance(seen.records_seen, Mapping):
        yield from (sample for sample in seen.records_seen.values() if isinstance(sample, PeopleSeen))


def missing_of(sample: PeopleSeen, refused: frozenset[str]) -> list[NewRecord]:
    """The newest that are not there, but for those of which Marketo's Sync Errors says why."""
    return [record for record in sample.newest if not record.found and record.id[:15] not in refused]


def _all_there(sample: PeopleSeen) -> Claim:
    last = max(record.created for record in sample.newest)
    what = say(
        "The {count} records of {object} that were created last are in Marketo, up to {at}.",
        count=len(sample.newest),
        object=sample.object,
        at=Moment(last),
    )
    return Claim(f"newest-{sample.object.lower()}", Status.OK, what, now=len(sample.newest))


def _on_their_way(sample: PeopleSeen, missing: Sequence[NewRecord]) -> Claim:
    what = say(
        "{found} of the {count} newest records of {object} have arrived so far.",
        found=len(sample.newest) - len(missing),
        count=len(sample.newest),
        object=sample.object,
    )
    return Claim(f"newest-{sample.object.lower()}", Status.SKIP, what, now=_named(sample, missing))


def _behind(sample: PeopleSeen, missing: Sequence[NewRecord]) -> Claim:
    values = {"object": sample.object, "count": len(sample.newest)}
    status = Status.UNKNOWN
    if len(missing) == len(sample.newest):
        status = Status.ERROR if len(missing) >= FEW else Status.UNKNOWN
        what = say(
            "None of the {count} records of {object} that were created last, since {since}, is in "
            "Marketo, though older ones are: the sync has stopped, or is far behind. Look at Sync Status in "
            "Marketo.",
            **values,
            since=Moment(min(record.created for record in missing)),
        )
    else:
        what = say(
            "{found} of the {count} newest records of {object} are in Marketo. Missing: {ids}.",
            **values,
            found=len(sample.newest) - len(missing),
            ids=listed(record.id for record in missing),
        )
    return Claim(f"newest-{sample.object.lower()}", status, what, now=_named(sample, missing))


def _named(sample: PeopleSeen, missing: Sequence[NewRecord]) -> dict[str, object]:
    arrived = len(sample.newest) - len(missing)
    return {"found": arrived, "missing": [record.id for record in missing]}
