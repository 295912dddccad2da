"""One reason not to go on, and how such reasons name fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runbook_lib.text import Message


@dataclass(frozen=True)
class Refusal:
    """One reason not to go on, and what to do about it. ``waits``: a person is missing, nothing is wrong."""

    id: str
    what: Message
    fix: Message
    waits: bool = False


def listed(names: Iterable[str], most: int = 12) -> str:
    """The first names in their order, and how many more there are."""
    ordered: Sequence[str] = sorted(names)
    more = f" (+{len(ordered) - most})" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more
