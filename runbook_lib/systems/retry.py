"""Which refusals pass by themselves, and how long a call that only reads waits for that: the one policy of
both systems.

A passing refusal says nothing about the question: too many calls at once, a busy server, somebody else's
lock. A call that only reads is made again, a few times and within a bound; a write never is, because what
became of it has to be looked at first. Sources: Salesforce REST API, "Status Codes and Error Responses" and
"API Request Limits and Allocations" (ConcurrentRequests is not the day's quota); Marketo developer guide,
"Error Codes"; RFC 9110, 10.2.3 (Retry-After).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook_lib.systems.salesforce.errors import is_about_concurrency
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    import requests

ATTEMPTS = 4
"""How often a call that only reads is made before its refusal stands."""
LONGEST_WAIT = 60.0
"""Seconds that are waited at most before one more attempt; who asks for more is not waited for."""
BUSY = frozenset({502, 503, 504})
TOO_MANY = 429
_BUSY_PAUSES = (0.5, 1.0, 2.0)
CROWDED_PAUSES = (5.0, 20.0, 60.0)
_TURN_PAUSES = (2.0, 5.0, 10.0)
"""Seconds before the next attempts where others' calls have to end first: Salesforce counts those of 20
seconds and more."""
MARKETO_WAITS = {
    "606": 20.0, "615": 2.0, "604": 2.0, "608": 2.0, "611": 2.0, "614": 5.0, "713": 2.0, "719": 2.0,
}  # fmt: skip
"""Seconds to wait after a code of Marketo that passes by itself; it arrives with HTTP 200."""
_FIRST_BYTES = 4_000


@dataclass(frozen=True)
class Wait:
    """How long to wait before the next attempt, and what for."""

    seconds: float
    reason: Message


def wait_after(answer: requests.Response, attempt: int) -> Wait | None:
    """What to wait for after the ``attempt``-th (from 1) answer; ``None``: the answer stands."""
    place = min(attempt, len(_BUSY_PAUSES)) - 1
    if answer.status_code in BUSY:
        return _bounded(_asked_for(answer) or _BUSY_PAUSES[place], say("the server is busy"))
    if answer.status_code == TOO_MANY:
        return _bounded(_asked_for(answer) or _TURN_PAUSES[place], say("too many calls at once"))
    if answer.status_code >= 400 and is_passing(_words(answer)):
        if is_crowded(_words(answer)):
            return Wait(CROWDED_PAUSES[place], say("the org is running too many long calls"))
        return Wait(_TURN_PAUSES[place], say("others have locked the record"))
    return None


def wait_after_loss(attempt: int) -> Wait:
    """What to wait for after a connection was lost for the ``attempt``-th time."""
    return Wait(_BUSY_PAUSES[min(attempt, len(_BUSY_PAUSES)) - 1], say("the connection was lost"))


def wait_for_marketo(code: str) -> Wait | None:
    """What to wait for after Marketo's ``code``; ``None``: the answer stands."""
    seconds = MARKETO_WAITS.get(code)
    return None if seconds is None else Wait(seconds, say("Marketo is busy ({code})", code=code))


def is_passing(words: str) -> bool:
    """Whether Salesforce's code and text, in whatever envelope, tell of something that passes by itself.

    REQUEST_LIMIT_EXCEEDED is the day's quota (TotalRequests) or too many calls at this moment (Concurrent…).
    """
    return "UNABLE_TO_LOCK_ROW" in words or is_crowded(words)


def is_crowded(words: str) -> bool:
    """Whether too many long calls of all programs are at work in the org at this moment."""
    return "REQUEST_LIMIT_EXCEEDED" in words and is_about_concurrency(words)


def only_reads(request: requests.PreparedRequest) -> bool:
    """Whether the call changes nothing, so that it may be made again.

    Marketo takes a long GET as a POST with ``_method=GET`` (its developer guide, "REST API"). Salesforce
    takes several GETs as one POST (REST API, "Composite"), and its Metadata API reads by POST, too.
    """
    url = urlsplit(str(request.url))
    if request.method in ("GET", "HEAD") or "_method=GET" in url.query:
        return True
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    if url.path.rstrip("/").endswith("/composite"):
        return _asks_only(body)
    return url.path.startswith("/services/Soap/m/") and b"readMetadata>" in body


def _asks_only(body: bytes) -> bool:
    try:
        parts = json.loads(body)["compositeRequest"]
        return all(part["method"] == "GET" for part in parts)
    except (ValueError, TypeError, KeyError):
        return False


def _words(answer: requests.Response) -> str:
    content: Any = answer.content
    return bytes(content[:_FIRST_BYTES]).decode("utf-8", "replace") if content else ""


def _asked_for(answer: requests.Response) -> float | None:
    """The seconds of the header Retry-After, written as a number or as a date."""
    wait = answer.headers.get("Retry-After", "").strip()
    if wait.isascii() and wait.isdigit():
        return float(wait[:9])
    try:
        return max(0.0, parsedate_to_datetime(wait).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _bounded(seconds: float, reason: Message) -> Wait | None:
    return Wait(seconds, reason) if seconds <= LONGEST_WAIT else None
