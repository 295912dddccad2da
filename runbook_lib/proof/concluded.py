"""What the journal holds of the sync's status: what the looks of 09 and 10 concluded, and what somebody
reported since, as published records tell it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from runbook_lib.journal import Entry, Journal, Kind
from runbook_lib.proof.claims.claim import Attested
from runbook_lib.proof.sync_status import IN_JOURNAL, SyncStatus, with_report
from runbook_lib.published import Published
from runbook_lib.road import VERIFY_SYNC, WATCH
from runbook_lib.text import Message, Moment, say, translate

STEPS = (VERIFY_SYNC, WATCH)
"""Where the status is asked for."""
PAGE_STATUS = "shown"
"""Key of a decision under which stands what somebody read on Marketo's page."""


@dataclass(frozen=True)
class Concluded(Published):
    """The state of Marketo's sync. Its API does not tell it: what was measured decides, and what somebody
    reported where nothing was."""

    word: str
    """last_synced, in_progress, failed or cannot_tell."""
    strength: str
    """measured, derived (it follows from something else) or attested (a person reported it); empty: nobody
    can tell."""
    at: str
    """The moment for which it holds: ISO 8601, UTC; empty: nobody can tell."""
    age_seconds: int | None
    """How long ago that was when this was written; ``null``: nobody can tell."""
    why: str
    """What it rests on, or why nobody can tell."""
    text: str
    """All of it as sentences, in the language of the connection."""

    @classmethod
    def of(cls, status: SyncStatus, now: datetime, language: str) -> Concluded:
        """``status`` as it is told at ``now``."""
        return cls(
            word=status.word.partition(".")[2],
            strength=status.strength.value if status.strength else "",
            at=status.at.isoformat() if status.at else "",
            age_seconds=max(0, int((now - status.at).total_seconds())) if status.at else None,
            why=translate(status.why, language),
            text=translate(_sentences(status, now), language),
        )


def sync_status(journal: Journal, now: datetime) -> SyncStatus:
    """What is known of the sync: what the last look concluded, and what was reported since."""
    entries = looks(journal)
    last = SyncStatus.from_json(entries[-1].payload[IN_JOURNAL]) if entries else None
    return with_report(last, reported_status(journal), now)


def reported_status(journal: Journal) -> Attested | None:
    """What was reported last, by whom and when."""
    reports = [
        entry
        for step in STEPS
        for entry in journal.entries(step=step.name, kind=Kind.decision)
        if entry.payload.get(PAGE_STATUS)
    ]
    if not reports:
        return None
    last = max(reports, key=lambda entry: entry.sequence)
    return Attested(last.payload["by"], datetime.fromisoformat(last.at), last.payload[PAGE_STATUS])


def looks(journal: Journal) -> list[Entry]:
    """The looks that concluded a word, the oldest first."""
    entries = [
        entry
        for step in STEPS
        for entry in journal.entries(step=step.name, kind=Kind.evidence)
        if IN_JOURNAL in entry.payload
    ]
    return sorted(entries, key=lambda entry: entry.sequence)


def age(at: datetime, now: datetime) -> Message:
    """How long before ``now`` that was, as part of a sentence."""
    passed = now - at
    if passed < timedelta(minutes=2):
        return say("a moment ago")
    if passed < timedelta(hours=2):
        return say("{count} minutes ago", count=int(passed.total_seconds() // 60))
    if passed < timedelta(days=2):
        return say("{count} hours ago", count=int(passed.total_seconds() // 3600))
    return say("{count} days ago", count=passed.days)


def _sentences(status: SyncStatus, now: datetime) -> Message:
    if status.strength is None or status.at is None:
        return say("Status of the sync: {word}. {why}", word=status.label, why=status.why)
    return say(
        "Status of the sync: {word} ({strength}, {at}, {age}). {why}",
        word=status.label, strength=status.strength.word, at=Moment(status.at), age=age(status.at, now),
        why=status.why,
    )  # fmt: skip
