"""What the probes of arrival share: the two systems at one moment, whom they draw from, and how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from runbook_lib.survey.probes.arrival.sample import Pool, Row, Sample, seed_of, size_for
from runbook_lib.survey.snapshot import NewRecord, PeopleSeen, Snapshot

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.salesforce.client import SalesforceReader

LOSS, SURE = 0.02, 0.995
"""A loss of two percent of an object is found with this chance: that decides how many are drawn."""
PER_CALL = 300
"""Ids that one call of Marketo looks for. Source: Marketo developer guide, "Leads", filterValues."""
DRAWN = size_for(LOSS, SURE)
"""Records of an object that are drawn at random: 263."""
NEWEST = PER_CALL - DRAWN
"""The records of an object that were created last are looked for in the same call."""
USERS = 100
"""Users that are looked up: they become sales persons by our reading alone, and prove nothing."""
SETTLED = timedelta(minutes=15)
"""What changed in Salesforce less than three cycles ago may still be on its way: it does not count."""
POOLS = {
    "Lead": Pool("Lead", "IsConverted = false"),
    "Contact": Pool("Contact"),
    "Opportunity": Pool("Opportunity"),
    "User": Pool("User", "IsActive = true AND UserType = 'Standard'", ("Id", "Email")),
}
COUNTED = (POOLS["Lead"], POOLS["Contact"], POOLS["Opportunity"])
"""What the admin counts beside the sync user: whoever sees no records cannot see that any are missing."""
Matches = Mapping[str, Row]
"""The first 15 characters of a Salesforce Id → the record in Marketo."""


@dataclass(frozen=True)
class Look:
    """Both systems at one moment, and what is known of them: ``visible`` and ``marketo`` of the snapshot, a
    sample that was drawn before."""

    sync: SalesforceReader
    reader: MarketoReader
    now: datetime
    visible: object
    marketo: object
    before: Snapshot | None = None

    @property
    def seed(self) -> int:
        """Decides who is drawn."""
        return seed_of(self.now)


def sample_of(name: str, drawn: Sample, look: Look) -> PeopleSeen:
    """The sample as it is before anybody looked for it."""
    ids = tuple(str(row["Id"]) for row in drawn.rows)
    settled = (NewRecord(str(row["Id"]), _moment(row["CreatedDate"])) for row in drawn.newest)
    newest = tuple(record for record in settled if look.now - record.created > SETTLED)[:NEWEST]
    return PeopleSeen(name, len(ids), 0, population=drawn.population, seed=look.seed, ids=ids, newest=newest)


def looked_up(sample: PeopleSeen) -> tuple[str, ...]:
    """Everybody who is looked for: the sample, and the newest."""
    return tuple(dict.fromkeys((*sample.ids, *(record.id for record in sample.newest))))


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
