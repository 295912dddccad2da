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


def claim_shown(shown: str, in_progress: Status = Status.SKIP) -> Iterator[Claim]:
    """The word on the page now. ``in_progress``: what it means for the step that it is in progress."""
    if shown.strip():
        yield _claim(shown, say("Marketo's page shows: {status}.", status=_told(shown)), in_progress)


def claim_reported(told: Attested, now: datetime, in_progress: Status) -> Iterator[Claim]:
    """The word that a person reported, with who and when."""
    if not told.status.strip():
        return
    what = say(
        "Marketo's page showed: {status} (reported by {by}, {at}).",
        status=_told(told.status),
        by=told.by,
        at=Moment(told.at),
    )
    is_old = now - told.at > LASTS
    yield _claim(told.status, what, Status.SKIP if is_old else in_progress)


def has_failed(shown: str) -> bool:
    """Whether the word says that the sync failed, in whatever language."""
    return word_of(shown) == FAILED


def _claim(shown: str, what: Message, in_progress: Status) -> Claim:
    key = word_of(shown)
    if key == FAILED:
        why = say("{what} Read Sync Errors in Marketo, fix the cause, and report the new status.", what=what)
        return Claim("status", Status.ERROR, why, now=shown)
    if key == IN_PROGRESS and in_progress is Status.UNKNOWN:
        wait = say("{what} The first sync is still loading; look again later.", what=what)
        return Claim("status", Status.UNKNOWN, wait, now=shown)
    return Claim("status", Status.SKIP, what, now=shown)


def _told(shown: str) -> Label | str:
    key = word_of(shown)
    return Label(key) if key else shown.strip()


def word_of(shown: str) -> str:
    """Which of the three words stands in the text; empty: none that we know."""
    text = _plain(shown)
    return next((key for key in WORDS if any(_stands_in(word, text) for word in every_wording(key))), "")


def _stands_in(word: str, text: str) -> bool:
    """Whether the word stands there whole: “sin errores” is no “Error”."""
    return re.search(rf"\b{re.escape(_plain(word))}\b", text) is not None


def _plain(words: str) -> str:
    bare = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return " ".join("".join(bare).lower().split())
