"""What a person exported from Marketo's Admin pages and laid into the workspace's folder ``imports/``.

A file is known by its columns, not by its name; of several of one kind the newest counts. A file that cannot
be read is told with its name and what is wrong, and changes nothing else. No cell of a file is kept but error
codes, names of objects, status words and numbers: the messages may tell of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.change.decisions.imports import are_decisions
from runbook_lib.errors import UsageFault
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.marketo_exports import (
    ErrorGroup,
    Export,
    SyncJob,
    SyncState,
    group_errors,
    kind_of_export,
    read_sync_errors,
    read_sync_status,
)
from runbook_lib.review.findings import Status
from runbook_lib.spreadsheets import is_spreadsheet
from runbook_lib.text import Label, Message, say

MOST_GROUPS = 10
"""Kinds of errors that are told one by one."""


@dataclass(frozen=True)
class Imported:
    """What the files say. ``jobs``, ``groups``: ``None`` where there is no such file. ``laid``: when the
    older of the two was written."""

    jobs: tuple[SyncJob, ...] | None = None
    groups: tuple[ErrorGroup, ...] | None = None
    laid: datetime | None = None
    refused: frozenset[str] = frozenset()
    """Records that Sync Errors names, by the first 15 characters of their Ids."""
    faults: tuple[tuple[str, UsageFault], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody laid a file there."""
        return self.jobs is None and self.groups is None and not self.faults


def read_imports(folder: Path) -> Imported:
    """The newest Sync Status and Sync Errors in ``folder``; nothing is raised for a bad file."""
    newest: dict[Export, Path] = {}
    faults: list[tuple[str, UsageFault]] = []
    for path in sorted(filter(is_spreadsheet, folder.glob("*")), key=lambda file: file.stat().st_mtime):
        if are_decisions(path):
            continue
        try:
            newest[kind_of_export(path)] = path
        except UsageFault as fault:
            faults.append((path.name, fault))
    jobs: tuple[SyncJob, ...] | None = None
    groups: tuple[ErrorGroup, ...] | None = None
    refused: frozenset[str] = frozenset()
    laid: list[float] = []
    for kind, path in newest.items():
        try:
            if kind is Export.SYNC_STATUS:
                jobs = read_sync_status(path)
            elif kind is Export.SYNC_ERRORS:
                errors = read_sync_errors(path)
                groups = group_errors(errors)
                refused = frozenset(error.record[:15] for error in errors if error.record)
            else:
                continue
        except UsageFault as fault:
            faults.append((path.name, fault))
            continue
        laid.append(path.stat().st_mtime)
    when = datetime.fromtimestamp(min(laid), UTC) if laid else None
    return Imported(jobs, groups, when, refused, tuple(faults))


def claim_imports(imported: Imported, since: datetime | None) -> Iterator[Claim]:
    """What the exported files show; ``since``: when the sync was started. A job that failed or is incomplete
    shuts the step; single records that were refused are told."""
    for name, fault in imported.faults:
        yield Claim("import-unreadable", Status.WARN, unreadable(name, fault))
    if imported.laid is not None and since is not None and imported.laid < since:
        what = say("The exported files are older than the start of the sync; export them again.")
        yield Claim("exports-old", Status.WARN, what)
        return
    if imported.jobs is not None:
        yield _jobs_claim(imported.jobs)
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
        "{page} shows {count} jobs ({words}): {new} records new, {updated} updated, {failed} failed.",
        page=Label("marketo.sync_status"),
        count=len(jobs),
        words=", ".join(f"{word} {count}" for word, count in sorted(words.items())) or "–",
        **{name: _total(jobs, name) for name in ("new", "updated", "failed")},
    )
    if unknown := sorted({job.status for job in jobs if job.state is SyncState.UNKNOWN}):
        what = say("{what} The meaning of “{words}” is unknown.", what=what, words="”, “".join(unknown))
    if wrong:
        what = say(
            "{what} Jobs that failed: {failed_jobs}, incomplete: {incomplete}. Fix what Sync Errors "
            "names; when the jobs have succeeded, export the page again.",
            what=what,
            failed_jobs=wrong[SyncState.FAILED],
            incomplete=wrong[SyncState.INCOMPLETE],
        )
        return Claim("sync-status", Status.ERROR, what, now=len(jobs))
    status = Status.WARN if has_failed or is_unclear else Status.OK if jobs else Status.SKIP
    return Claim("sync-status", status, what, now=len(jobs))


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
        what = say(
            "{page} shows {count} errors {code} ({objects}). {fix}",
            page=page,
            count=group.count,
            code=group.code or say("without a code"),
            objects=", ".join(group.objects) or "–",
            fix=group.fix,
        )
        yield Claim(f"sync-errors-{number}", Status.WARN, what, now=group.count)
    if left := groups[MOST_GROUPS:]:
        what = say(
            "{page} shows {count} errors of {kinds} more kinds.",
            page=page, count=sum(group.count for group in left), kinds=len(left),
        )  # fmt: skip
        yield Claim("sync-errors-more", Status.WARN, what, now=len(left))
