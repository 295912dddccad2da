"""The lines of Marketo's Sync Errors by kind: how many, of which objects and records, with cause and fix.

Of a line only what tells of no person is kept: the kind, the object, and Ids that are Ids of Salesforce.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runbook_lib.proof.marketo_exports import SyncError
from runbook_lib.review.sync_errors import KnownError, recognize

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


@dataclass(frozen=True)
class ErrorGroup:
    """All errors of one kind. ``known``: what the gallery says of it, ``None``: a kind that nobody knows.
    ``code``: Salesforce's, empty where there is none. ``records``: their Ids; ``example``: one message, to be
    kept nowhere."""

    code: str
    count: int
    objects: tuple[str, ...]
    example: str
    known: KnownError | None = None
    records: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the kind is called: its code, or the gallery's name; empty where neither is known."""
        return self.known.id if self.known else self.code


def group_errors(errors: Iterable[SyncError]) -> tuple[ErrorGroup, ...]:
    """Errors by kind, the most frequent first; what the gallery does not know by its code, else by its
    text."""
    kinds: dict[str, list[SyncError]] = defaultdict(list)
    for error in errors:
        known = _kind_of(error)
        kinds[known.id if known else error.code or error.text].append(error)
    groups = (_group(some) for some in kinds.values())
    return tuple(sorted(groups, key=lambda group: (-group.count, group.name, group.example)))


def _kind_of(error: SyncError) -> KnownError | None:
    return next((known for text in error.texts if (known := recognize(text))), None)


def _group(errors: Sequence[SyncError]) -> ErrorGroup:
    return ErrorGroup(
        code=errors[0].code,
        count=len(errors),
        objects=tuple(sorted({error.object for error in errors if error.object})),
        example=errors[0].text,
        known=_kind_of(errors[0]),
        records=tuple(dict.fromkeys(error.record for error in errors if _ID.fullmatch(error.record))),
    )
