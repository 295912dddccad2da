"""What is claimed of the exports of Marketo's Admin pages that a person laid into ``imports/``.

No cell of a file is kept but error codes, names of objects, Ids, status words and numbers: the messages may
tell of people. Marketo keeps its own list of errors five days; who does not fetch it in time is reminded.
Source: Marketo documentation, "Salesforce Sync Errors".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from runbook_lib.errors import UsageFault
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.field_names import claim_field_names
from runbook_lib.proof.imports import Imported
from runbook_lib.proof.marketo_exports import Export, SyncJob, SyncState
from runbook_lib.proof.sync_errors import ErrorGroup
from runbook_lib.proof.throughput import measure_throughput
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Label, Message, say

MOST_GROUPS = 10
"""Kinds of errors that are told one by one."""
MOST_RECORDS = 50
"""Ids of one kind that the evidence keeps."""
KEPT_BY_MARKETO = timedelta(days=5)
"""So long Marketo keeps its list of errors. Source: Marketo documentation, "Salesforce Sync Errors"."""
REMIND_AFTER = KEPT_BY_MARKETO - timedelta(days=1)


def claim_imports(
    imported: Imported, since: datetime | None, seen: Snapshot | None = None
) -> Iterator[Claim]:
    """What the exported files show; ``since``: when the sync was started; ``seen``: the look of now. A job
    that failed or is incomplete shuts the step; single records that were refused are told."""
    for name, fault in imported.faults:
        yield Claim("import-unreadable", Status.WARN, unreadable(name, fault))
    if seen is not None:
        yield from _reminder(imported, since, seen.taken_at)
    if seen is not None:
        yield from claim_field_names(imported, seen)
    if imported.oldest is not None and since is not None and imported.oldest < since:
        what = say("The exported files are older than the start of the sync; export them again.")
        yield Claim("exports-old", Status.WARN, what)
        return
    if imported.jobs is not None:
        yield _jobs_claim(imported.jobs)
        yield from _throughput_claims(imported.jobs)
    if imported.groups is not None:
        yield from _error_claims(imported.groups)


def unreadable(name: str, fault: UsageFault) -> Message:
    """Which file, what is wrong with it and what to do."""
    return say(
        "The file {name} in the folder “imports” was skipped: {what} {why} {fix}",
        name=name,
        what=fault.what,
        why=fault.why or "",
        fix=fault.fix or "",
    )


def _jobs_claim(jobs: tuple[SyncJob, ...]) -> Claim:
    """What Sync Status shows. A word that nobody knows, and a count that is not there, are no good news."""
    words = Counter(job.status for job in jobs)
    wrong = Counter(job.state for job in jobs if job.state.is_wrong)
    has_failed = any(job.counts["failed"] for job in jobs)
    is_unclear = any(job.state is SyncState.UNKNOWN or job.counts["failed"] is None for job in jobs)
    what = say(
        "{page}, jobs: {count} ({words}); records: {new} new, {updated} updated, {failed} failed.",
        page=Label("marketo.sync_status"),
        count=len(jobs),
        words=", ".join(f"{word} {count}" for word, count in sorted(words.items())) or "–",
        **{name: _total(jobs, name) for name in ("new", "updated", "failed")},
    )
    if unknown := sorted({job.status for job in jobs if job.state is SyncState.UNKNOWN}):
        what = say("{what} The meaning of “{words}” is unknown.", what=what, words="”, “".join(unknown))
    if any(map(_is_wrong, jobs)):
        what = say(
            "{what} Jobs that failed: {failed_jobs}, incomplete: {incomplete}. Fix what Sync Errors "
            "names; when the jobs have succeeded, export the page again.",
            what=what,
            failed_jobs=wrong[SyncState.FAILED],
            incomplete=wrong[SyncState.INCOMPLETE],
        )
        now = {"jobs": len(jobs), **{state.value: count for state, count in wrong.items()}}
        return Claim("sync-status", Status.ERROR, what, now=now)
    status = Status.WARN if has_failed or is_unclear else Status.OK if jobs else Status.SKIP
    return Claim("sync-status", status, what, now=len(jobs))


def _is_wrong(job: SyncJob) -> bool:
    """Whether a job as a whole has to be mended: of one that is incomplete because records of it were refused
    Sync Errors tells these one by one."""
    return job.state.is_wrong and not (job.state is SyncState.INCOMPLETE and job.counts["failed"])


def _total(jobs: tuple[SyncJob, ...], name: str) -> int | Message:
    """The sum of a column; where a job has no such count it is not known, or at least what the others say."""
    known = [count for job in jobs if (count := job.counts[name]) is not None]
    if len(known) == len(jobs):
        return sum(known)
    return say("at least {count}", count=sum(known)) if any(known) else say("an unknown number")


def _error_claims(groups: tuple[ErrorGroup, ...]) -> Iterator[Claim]:
    page = Label("marketo.sync_errors")
    if not groups:
        yield Claim("sync-errors", Status.OK, say("{page} shows no error.", page=page), now=0)
    for number, group in enumerate(groups[:MOST_GROUPS], start=1):
        now = {"count": group.count, "records": list(group.records[:MOST_RECORDS])}
        yield Claim(f"sync-errors-{number}", Status.WARN, _group_line(group), now=now)
    if left := groups[MOST_GROUPS:]:
        what = say(
            "{page}: {count} × other errors, of other kinds: {kinds}.",
            page=page, count=sum(group.count for group in left), kinds=len(left),
        )  # fmt: skip
        yield Claim("sync-errors-more", Status.WARN, what, now=len(left))


def _group_line(group: ErrorGroup) -> Message:
    values = {
        "page": Label("marketo.sync_errors"),
        "count": group.count,
        "objects": ", ".join(group.objects) or "–",
        "code": group.name or say("without a code"),
    }
    if group.known is None:
        return say(
            "{page}: {count} × {code} ({objects}), of a kind that is not known here. Read the message; it "
            "comes from Salesforce.",
            **values,
        )
    return say(
        "{page}: {count} × {code} ({objects}). {cause} {fix}",
        **values,
        cause=group.known.cause,
        fix=group.known.fix,
    )


def _throughput_claims(jobs: tuple[SyncJob, ...]) -> Iterator[Claim]:
    """What Marketo itself says of its speed; for the record."""
    for throughput in measure_throughput(jobs):
        what = say(
            "{page}: {records} records of {object}, {least} to {most} in an hour in which there were any.",
            page=Label("marketo.sync_status"),
            records=throughput.records,
            object=throughput.object,
            least=throughput.least_per_hour,
            most=throughput.most_per_hour,
        )
        yield Claim("sync-throughput", Status.SKIP, what, now=throughput.records)


def _reminder(imported: Imported, since: datetime | None, now: datetime) -> Iterator[Claim]:
    """Whose list of errors is older than four days misses what Marketo forgets tomorrow."""
    last = imported.laid.get(Export.SYNC_ERRORS)
    if last is not None and now - last > REMIND_AFTER:
        what = say(
            "{page} was exported {days} days ago, and Marketo keeps its own list for five days only: export "
            "it again, or what happened since is lost.",
            page=Label("marketo.sync_errors"),
            days=(now - last).days,
        )
        yield Claim("exports-due", Status.WARN, what, now=(now - last).days)
    elif last is None and since is not None and now - since > REMIND_AFTER:
        what = say(
            "Nobody has exported {page} yet; Marketo keeps its own list for five days only.",
            page=Label("marketo.sync_errors"),
        )
        yield Claim("exports-due", Status.SKIP, what)
