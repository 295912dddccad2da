"""The state of the sync at a glance: the word, how sure it is and how old, and the evidence line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from runbook_lib.guide.views.plan import age
from runbook_lib.guide.views.view import Block, Card, Fold, Grid, Tone
from runbook_lib.proof.claims.heartbeat import UNREAD
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.proof.progress import Progress
from runbook_lib.proof.sync_status import SyncStatus, strength_of
from runbook_lib.review.findings import Status
from runbook_lib.text import Message, Moment, say

TONES = {LAST_SYNCED: Tone.OK, IN_PROGRESS: Tone.WAIT, FAILED: Tone.STOP}
_NOT_OF_THE_SYNC = ("drift-", "nothing-changed", "agreed")


def sync_blocks(status: SyncStatus, evidence: Evidence | None) -> Iterable[Block]:
    """The word with its age and strength, and on demand the evidence line by line."""
    title = say("Status of the sync: {word}", word=status.label)
    yield Card(TONES.get(status.word, Tone.WARN), title, tuple(_lines(status)))
    claims = [claim for claim in evidence.claims if is_of_the_sync(claim)] if evidence else []
    if claims:
        heads = (say("Evidence"), say("Answer"), say("Strength"))
        rows = tuple((claim.what, answer_of(claim), strength_of(claim).word) for claim in claims)
        yield Fold(say("What this rests on"), Grid(say("What this rests on"), heads, rows))


def is_of_the_sync(claim: Claim) -> bool:
    """Whether a claim tells of the sync; what changed in the org since is told by itself."""
    return not claim.id.startswith(_NOT_OF_THE_SYNC)


def answer_of(claim: Claim) -> Message:
    """What the line says: in order, wrong, cannot tell, or for the record."""
    if claim.id.endswith(UNREAD):
        return Status.UNKNOWN.word
    return say("for the record") if claim.status is Status.SKIP else claim.status.word


def _lines(status: SyncStatus) -> Iterator[Message]:
    if status.strength is not None and status.at is not None:
        yield say("{strength}, {age}", strength=status.strength.word, age=age(status.at.isoformat()))
    yield status.why
    if status.progress is not None:
        yield from progress_lines(status.progress)
    if status.normal_until is not None:
        yield told_until(status.normal_until, status.forecast_until, status.progress)


def told_until(until: datetime, forecast: datetime | None, progress: Progress | None) -> Message:
    """Until when a first sync may be incomplete: as it was forecast, or corrected by what was measured."""
    if forecast is None or forecast == until or progress is None or progress.at is None:
        return say("Until {until} an incomplete first sync is normal (estimate).", until=Moment(until))
    return say(
        "Until {until} an incomplete first sync is normal: corrected at {at} by the measured speed; the "
        "forecast was {forecast}.",
        until=Moment(until), at=Moment(progress.at), forecast=Moment(forecast),
    )  # fmt: skip


def progress_lines(progress: Progress) -> Iterator[Message]:
    """How far, how fast and how much longer, each as the range that was measured."""
    yield say(
        "Of {records} leads, contacts and opportunities, {low} to {high} are in Marketo (95 % confidence).",
        records=progress.records,
        low=round(progress.there[0]),
        high=round(progress.there[1]),
    )
    if progress.per_hour is None or progress.since is None:
        yield say("How fast it goes shows at the next look, in five minutes or later.")
        return
    slow, fast = progress.per_hour
    yield say(
        "{slow} to {fast} records an hour, measured since {since}.",
        slow=round(slow), fast=round(fast), since=Moment(progress.since),
    )  # fmt: skip
    if (left := progress.hours_left) is None:
        yield say("Cannot tell how much longer: nothing came between the two looks.")
    elif left[1] is None:
        yield say("At this pace it takes at least {hours} hours more.", hours=_hours(left[0]))
    else:
        yield say(
            "At this pace it takes {least} to {most} hours more.", least=_hours(left[0]), most=_hours(left[1])
        )


def _hours(hours: float) -> float:
    return round(hours, 1) if hours < 10 else round(hours)
