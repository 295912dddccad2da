"""The state of the sync in the three words of Marketo's page, or "cannot tell", each with how sure it is.

Marketo's API does not tell the word: it is concluded from what was measured, or a person reports it. Source:
Marketo documentation, "Understanding the Salesforce Sync" (Last Synced, Sync in Progress, Failed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runbook_lib.proof.claims.claim import Attested, Claim
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED, LASTS, word_of
from runbook_lib.proof.progress import Progress
from runbook_lib.text import Label, Message, Worded, from_json, say

CANNOT_TELL = "status.cannot_tell"
IN_JOURNAL = "sync"
"""Where it stands in the journal's evidence of 09 and 10."""


class Strength(Worded):
    """How sure it is: seen itself, concluded from something else, or told by somebody."""

    MEASURED = "measured", say("measured")
    DERIVED = "derived", say("derived")
    ATTESTED = "attested", say("reported by a person")


@dataclass(frozen=True)
class SyncStatus:
    """The word (its key among the labels), how strong it is, the moment for which it holds, and why.

    ``strength``, ``at``: ``None`` where nobody can tell. ``normal_until``: until when a first sync may be
    incomplete; ``forecast_until``: what was forecast for that, where the measured speed corrected it.
    """

    word: str
    why: Message
    strength: Strength | None = None
    at: datetime | None = None
    progress: Progress | None = None
    normal_until: datetime | None = None
    forecast_until: datetime | None = None

    @property
    def label(self) -> Label | Message:
        """The word for people."""
        return say("Cannot tell") if self.word == CANNOT_TELL else Label(self.word)

    def to_json(self) -> dict[str, Any]:
        """What the journal keeps with the evidence."""
        return {
            "word": self.word.partition(".")[2],
            "why": self.why.to_json(),
            "strength": self.strength.value if self.strength else None,
            "at": self.at.isoformat() if self.at else None,
            "progress": self.progress.to_json() if self.progress else None,
            "normal_until": self.normal_until.isoformat() if self.normal_until else None,
            "forecast_until": self.forecast_until.isoformat() if self.forecast_until else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SyncStatus:
        """The inverse of :meth:`to_json`."""
        why = from_json(data["why"])
        if not isinstance(why, Message):
            raise ValueError("not a status")
        return cls(
            f"status.{data['word']}",
            why,
            Strength(data["strength"]) if data["strength"] else None,
            _moment(data["at"]),
            Progress.from_json(data["progress"]) if data["progress"] else None,
            _moment(data["normal_until"]),
            _moment(data.get("forecast_until")),
        )


def strength_of(claim: Claim) -> Strength:
    """How strong one line of the evidence is."""
    kind = claim.id.partition("-")[0]
    if kind in ("status", "sync", "exports", "import", "told"):
        return Strength.ATTESTED
    return Strength.DERIVED if kind in ("logins", "app", "written", "rising") else Strength.MEASURED


def reported(attested: Attested | None, now: datetime, words: Sequence[str]) -> SyncStatus | None:
    """The word that somebody reported, where it is one of ``words``; "in progress" holds for an hour."""
    word = word_of(attested.status) if attested is not None else ""
    if attested is None or word not in words or (word == IN_PROGRESS and now - attested.at > LASTS):
        return None
    why = say("{by} read it on Marketo's page: {status}.", by=attested.by, status=attested.status.strip())
    return SyncStatus(word, why, Strength.ATTESTED, attested.at)


def with_report(status: SyncStatus | None, attested: Attested | None, now: datetime) -> SyncStatus:
    """What was concluded last, and what somebody reported since: a failure counts in any case, another word
    where nothing was measured."""
    seen = status or SyncStatus(CANNOT_TELL, say("Nobody has looked yet."))
    if attested is None or (seen.at is not None and attested.at <= seen.at):
        return seen
    measured = seen.strength is Strength.MEASURED
    return reported(attested, now, (FAILED,) if measured else (FAILED, IN_PROGRESS, LAST_SYNCED)) or seen


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
