"""From readers to a snapshot: each part is asked for once; a refusal becomes ``Unknown``, never a "no"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.survey.snapshot import Expected, Part, Snapshot

if TYPE_CHECKING:
    from runbook_lib.systems.marketo import MarketoReader
    from runbook_lib.systems.salesforce import SalesforceReader

__all__ = ["SYNCED_OBJECTS", "Part", "Systems", "collect", "forecast_calls", "save_describes"]

SYNCED_OBJECTS: tuple[str, ...] = (
    "Lead",
    "Contact",
    "Account",
    "Opportunity",
    "OpportunityContactRole",
    "Campaign",
    "CampaignMember",
    "Task",
    "Event",
    "User",
)
"""The objects whose fields Marketo's sync reads."""


@dataclass
class Systems:
    """The two systems, reached when first asked for: each callable logs in once and returns its reader."""

    expected: Expected
    admin: Callable[[], SalesforceReader]
    sync: Callable[[], SalesforceReader]
    marketo: Callable[[], MarketoReader]


def collect(
    systems: Systems, parts: Iterable[Part], now: datetime, before: Snapshot | None = None
) -> Snapshot:
    """What both systems look like at ``now``; only ``parts`` are asked for, the others come from ``before``.

    A probe that the systems refuse gives ``Unknown`` with the vendor's code; nothing is raised for it.
    """
    raise NotImplementedError


def save_describes(reader: SalesforceReader, folder: Path) -> list[Path]:
    """Each synced object's describe as ``folder/<Object>.json``; one call per object."""
    raise NotImplementedError


def forecast_calls(parts: Iterable[Part]) -> int:
    """The most Salesforce calls that collecting ``parts`` costs, logins included."""
    raise NotImplementedError
