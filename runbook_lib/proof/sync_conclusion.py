"""What a look says of the sync: in progress, synced, failed, or that nobody can tell.

What was measured counts most; then what follows from it; then what somebody read on Marketo's page. A failure
alone counts whoever tells it, until another word is reported: see :mod:`runbook_lib.proof.sync_status`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from runbook_lib.proof.claims.arrival import normal_until
from runbook_lib.proof.claims.claim import Claim, Measured
from runbook_lib.proof.claims.heartbeat import REPEATED, all_refused, has_worked, refused_last, since_start
from runbook_lib.proof.claims.newest import missing_of, samples
from runbook_lib.proof.claims.people import found_of
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED
from runbook_lib.proof.progress import Progress
from runbook_lib.proof.sync_status import CANNOT_TELL, Strength, SyncStatus, reported
from runbook_lib.review.findings import Status
from runbook_lib.survey.needed_fields import required
from runbook_lib.survey.snapshot import (
    Activity,
    Field,
    Lock,
    MarketoState,
    PeopleSeen,
    SyncUser,
    Unknown,
)
from runbook_lib.text import Message, Moment, say

RECENT = timedelta(days=1)
"""Records that were made so long ago show that the sync is at work; older ones that it was."""


def conclude(
    measured: Measured, claims: Sequence[Claim], loading: datetime | None, progress: Progress | None
) -> SyncStatus:
    """What a look says. ``claims``: of this look. ``loading``: until when the first sync may be
    incomplete."""
    status = _failed(measured, claims) or _from_people(measured, loading, progress)
    if status.strength not in (Strength.MEASURED, Strength.ATTESTED) and status.word != FAILED:
        attested = reported(measured.attested, measured.now.taken_at, (IN_PROGRESS, LAST_SYNCED))
        status = attested or status
    if status.word == CANNOT_TELL and progress is not None and progress.still_since is not None:
        return replace(status, progress=progress)
    if status.word != IN_PROGRESS:
        return status
    forecast = normal_until(measured.before)
    corrected = forecast if loading is not None and loading != forecast else None
    return replace(status, progress=progress, normal_until=loading, forecast_until=corrected)


def _failed(measured: Measured, claims: Sequence[Claim]) -> SyncStatus | None:
    if failure := reported(measured.attested, measured.now.taken_at, (FAILED,)):
        return failure
    failed = next((claim for claim in claims if _says_failed(claim)), None)
    if failed is not None:
        return SyncStatus(FAILED, failed.what, Strength.ATTESTED, measured.now.taken_at)
    refused, cause = refused_last(since_start(measured)), _shut_out(measured)
    if cause is None and len(refused) >= REPEATED:
        return SyncStatus(FAILED, all_refused(refused), Strength.DERIVED, refused[0].at)
    if cause is None and _nothing_new(measured):
        cause = _hidden(measured)
    return SyncStatus(FAILED, cause, Strength.DERIVED, measured.now.taken_at) if cause else None


def _says_failed(claim: Claim) -> bool:
    """Whether the page, or Marketo's own list of jobs, says so; a job that is incomplete left some records
    behind, and has not failed."""
    if claim.id == "sync-status":
        return isinstance(claim.now, Mapping) and bool(claim.now.get("failed"))
    return claim.id == "status" and claim.status is Status.ERROR


def _shut_out(measured: Measured) -> Message | None:
    """Why Salesforce cannot let the sync user in, whoever asks."""
    user = measured.now.sync_user
    if isinstance(user, SyncUser) and user.is_shut_out:
        return say("The sync user is inactive, frozen or locked out: Marketo cannot log in.")
    return None


def _hidden(measured: Measured) -> Message | None:
    """What the sync cannot do without and the sync user no longer sees."""
    then, now = measured.before.visible if measured.before else None, measured.now.visible
    if not isinstance(then, Mapping) or not isinstance(now, Mapping):
        return None
    lost = sorted(_needed(then) - _needed(now))
    if not lost:
        return None
    return say(
        "Nothing new arrives, and the sync user no longer sees what the sync needs: {fields}.",
        fields=", ".join(lost[:5]),
    )


def _needed(visible: Mapping[str, tuple[Field, ...]]) -> set[str]:
    """The fields without which the sync stops."""
    needed = required()
    fields = (field for name, some in visible.items() for field in some if field.name in needed.get(name, ()))
    return {field.full_name for field in fields}


def _nothing_new(measured: Measured) -> bool:
    """Whether of some object none of the newest records is there, or nothing at all is shown of it."""
    return any(
        not sample.sampled or len(missing_of(sample, measured.refused)) == len(sample.newest) > 0
        for sample in samples(measured.now)
        if sample.object != "User"
    )


def _from_people(measured: Measured, loading: datetime | None, progress: Progress | None) -> SyncStatus:
    people = measured.now.people_seen
    if not isinstance(people, tuple):
        return SyncStatus(CANNOT_TELL, _why_unread(people))
    sampled, arrived = sum(s.sampled for s in people), sum(s.found for s in people)
    if not sampled:
        return SyncStatus(CANNOT_TELL, say("The sync user sees nobody who could have arrived."))
    stalled = progress.still_since if progress is not None and arrived < sampled else None
    if loading is not None and arrived < sampled:
        return _stalled(stalled) if stalled else _loading(measured, arrived, sampled)
    behind = [sample for sample in people if missing_of(sample, measured.refused)]
    if arrived and not behind:
        return _synced(measured, people, arrived, sampled)
    if stalled is not None:
        return _stalled(stalled)
    if progress is not None and progress.per_hour is not None and progress.per_hour[0] > 0:
        return _loading(measured, arrived, sampled)
    what = say(
        "{found} of {sampled} sampled people are in Marketo, and not all of the newest: the sync may have "
        "stopped, or be behind. Report what Marketo's page shows.",
        found=arrived, sampled=sampled,
    )  # fmt: skip
    return SyncStatus(CANNOT_TELL, what)


def _stalled(since: datetime) -> SyncStatus:
    what = say(
        "The first sync seems to have stalled: since {since} nothing came that can be measured, though it "
        "should have. Look at Marketo's page. Marketo may also be copying what its API does not show, such "
        "as accounts.",
        since=Moment(since),
    )
    return SyncStatus(CANNOT_TELL, what)


def _loading(measured: Measured, arrived: int, sampled: int) -> SyncStatus:
    at = measured.now.taken_at
    if arrived:
        what = say("{found} of {sampled} sampled people have arrived so far.", found=arrived, sampled=sampled)
        return SyncStatus(IN_PROGRESS, what, Strength.MEASURED, at)
    marketo = measured.now.marketo
    if isinstance(marketo, MarketoState) and marketo.lock is Lock.TIED:
        what = say("Marketo is tied to the CRM, and nobody in the sample has arrived yet.")
        return SyncStatus(IN_PROGRESS, what, Strength.DERIVED, at)
    return SyncStatus(
        CANNOT_TELL, say("Nobody has arrived, and Marketo does not say that it is tied to a CRM.")
    )


def _synced(measured: Measured, people: Sequence[PeopleSeen], arrived: int, sampled: int) -> SyncStatus:
    """What has come shows that it was synced; the newest sign of it is the moment until which that holds."""
    signs = sorted(_signs(measured), reverse=True)
    at, strength = signs[0] if signs else (measured.now.taken_at, Strength.DERIVED)
    recent = (sign for sign in signs if measured.now.taken_at - sign[0] <= RECENT)
    if any(sign[1] is Strength.MEASURED for sign in recent):
        strength = Strength.MEASURED
    what = say(
        "{found} of {sampled} sampled people are in Marketo, and all of the newest; the last sign of the "
        "sync is of {at}.",
        found=arrived, sampled=sampled, at=Moment(at),
    )  # fmt: skip
    return SyncStatus(LAST_SYNCED, what, strength, at)


def _signs(measured: Measured) -> Iterator[tuple[datetime, Strength]]:
    """Moments at which the sync did something, each with how sure that is."""
    now, start = measured.now, measured.before
    if start is not None and (found_of(now) or 0) > (found_of(start) or 0):
        yield start.taken_at, Strength.MEASURED  # or later: whoever is there came after this moment
    for sample in samples(now):
        yield from ((record.created, Strength.MEASURED) for record in sample.newest if record.found)
        if sample.written_at is not None:
            yield sample.written_at, Strength.DERIVED
    if isinstance(now.activity, Activity) and now.activity.at is not None:
        yield now.activity.at, Strength.MEASURED
    yield from ((login.at, Strength.DERIVED) for login in since_start(measured) if has_worked(login))
    for token in now.app_tokens if isinstance(now.app_tokens, tuple) else ():
        if token.last_used is not None:
            yield token.last_used, Strength.DERIVED


def _why_unread(reason: object) -> Message:
    if not isinstance(reason, Unknown):
        return say("Nobody has looked yet.")
    return reason.message("what") or say("Marketo does not show people: {reason}", reason=reason.reason)
