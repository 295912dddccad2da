"""What Marketo's page says of the sync, in any of its languages: a person reports it, or the robot reads it.

A failure speaks against the step, whatever else holds. While the first sync is in progress it is still
loading; later every cycle is in progress now and then. Source: Marketo documentation, "Salesforce Sync
Status".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from runbook_lib.proof.claims.claim import Attested, Claim
from runbook_lib.review.findings import Status
from runbook_lib.text import Label, Message, Moment, every_wording, say

FAILED, IN_PROGRESS, LAST_SYNCED = "status.failed", "status.in_progress", "status.last_synced"
WORDS = (FAILED, IN_PROGRESS, LAST_SYNCED)
LASTS = timedelta(hours=1)
"""So long "in progress" tells of now; a failure counts until another word is reported."""


def claim_shown(status: str, in_progress: Status = Status.SKIP) -> Iterator[Claim]:
    """The word on the page now. ``in_progress``: what it means for the step that it is in progress."""
    if status.strip():
        yield _claim(status, say("Marketo's page shows: {status}.", status=_wording(status)), in_progress)


def claim_reported(attested: Attested, now: datetime, in_progress: Status) -> Iterator[Claim]:
    """The word that a person reported, with who and when."""
    if not attested.status.strip():
        return
    what = say(
        "Marketo's page showed: {status} (reported by {by}, {at}).",
        status=_wording(attested.status),
        by=attested.by,
        at=Moment(attested.at),
    )
    is_old = now - attested.at > LASTS
    yield _claim(attested.status, what, Status.SKIP if is_old else in_progress)


def has_failed(status: str) -> bool:
    """Whether the word says that the sync failed, in whatever language."""
    return word_of(status) == FAILED


def _claim(status: str, what: Message, in_progress: Status) -> Claim:
    key = word_of(status)
    if key == FAILED:
        why = say("{what} Read Sync Errors in Marketo, fix the cause, and report the new status.", what=what)
        return Claim("status", Status.ERROR, why, now=status)
    if key == IN_PROGRESS and in_progress is Status.UNKNOWN:
        wait = say("{what} The first sync is still loading; look again later.", what=what)
        return Claim("status", Status.UNKNOWN, wait, now=status)
    return Claim("status", Status.SKIP, what, now=status)


def _wording(status: str) -> Label | str:
    key = word_of(status)
    return Label(key) if key else status.strip()


def word_of(status: str) -> str:
    """Which of the three words stands in the text; empty: none that we know."""
    text = _plain(status)
    return next((key for key in WORDS if any(_stands_in(word, text) for word in every_wording(key))), "")


def _stands_in(word: str, text: str) -> bool:
    """Whether the word stands there whole: “sin errores” is no “Error”."""
    return re.search(rf"\b{re.escape(_plain(word))}\b", text) is not None


def _plain(words: str) -> str:
    bare = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return " ".join("".join(bare).lower().split())
