"""What a request may say: every endpoint of either system declares what it reads, the rest is refused.

The real systems ignore much of what they do not know. The rehearsal cannot tell that from what it lacks
itself, so nothing passes in silence. Source: RFC 9110 for the headers that every client sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

PLAIN_HEADERS = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control",
        "charset", "connection", "content-encoding", "content-length", "content-type", "cookie", "dnt",
        "expect", "host", "keep-alive", "origin", "pragma", "priority", "referer", "soapaction", "te",
        "traceparent", "transfer-encoding", "upgrade-insecure-requests", "user-agent", "x-prettyprint",
        "x-requested-with", "x-user-agent",
    }
)  # fmt: skip
"""Headers that change nothing about an answer but its form."""
PLAIN_PREFIXES = ("sec-", "x-forwarded-")


class NotImitated(Exception):
    """What the real system would do, and the rehearsal does not; the server answers 501 with the text."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The rehearsal does not imitate {what}.")


def unread_header(headers: Iterable[str], read: Collection[str]) -> str | None:
    """The first header (in small letters) that is neither read nor plain."""
    return next(
        (
            name
            for name in headers
            if name not in PLAIN_HEADERS and name not in read and not name.startswith(PLAIN_PREFIXES)
        ),
        None,
    )


def unread(names: Iterable[str], read: Collection[str]) -> str | None:
    """The first name that nobody reads."""
    return next((name for name in names if name not in read), None)
