"""What the report hands over to whoever lives with the sync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbook_lib.review.handover import HANDOVER


@dataclass(frozen=True)
class HandedOver:
    """One row. ``when``: ``day-1``, ``day-4``, ``day-30`` or ``always``."""

    id: str
    when: str
    what: str
    why: str
    source: str


def handed_over(speak: Callable[[object], str]) -> tuple[HandedOver, ...]:
    """Every row of the hand-over, in its order, in the words of ``speak``."""
    return tuple(
        HandedOver(advice.id, advice.when.value, speak(advice.what), speak(advice.why), advice.source)
        for advice in HANDOVER
    )
