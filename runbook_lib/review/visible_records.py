"""Which records the sync user sees of those that are there: what they do not see never reaches Marketo.

Two counts of one object, the administrator's and the sync user's; one that could not be had is not known, and
never zero. Source: Marketo documentation, "SFDC Sync: Opportunity Sync" ("only data those credentials have
access to will be included"); Salesforce Help, "Organization-Wide Sharing Defaults".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.survey.model.inventory import COUNTED, Inventory
from runbook_lib.survey.snapshot import ObjectAccess, Snapshot, SyncLogin
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Sight:
    """One object: how many records the sync user sees, and how many there are; ``None``: not known."""

    object: str
    seen: int | None
    there: int | None

    @property
    def is_known(self) -> bool:
        """Whether both counts could be had."""
        return self.seen is not None and self.there is not None

    @property
    def is_partial(self) -> bool:
        """Whether there are records that the sync user does not see."""
        return self.seen is not None and self.there is not None and self.seen < self.there

    @property
    def is_blind(self) -> bool:
        """Whether the sync user sees none of the records that are there."""
        return self.is_partial and self.seen == 0

    def in_words(self) -> Message:
        """Both counts in words."""
        return say(
            "{object}: {seen} of {there}", object=self.object, seen=_word(self.seen), there=_word(self.there)
        )


def record_sights(snapshot: Snapshot) -> tuple[Sight, ...]:
    """Both counts of each object. What the sync user may not read at all is left out where that is known: it
    is told by their permissions."""
    return tuple(
        Sight(name, _seen(snapshot, name), _there(snapshot, name))
        for name in COUNTED
        if _may_read(snapshot, name)
    )


def _seen(snapshot: Snapshot, name: str) -> int | None:
    """The sync user's own count; the administrator's, which stands in before the first login, is none."""
    if not isinstance(snapshot.sync_login, SyncLogin) or not isinstance(snapshot.rows, Mapping):
        return None
    return snapshot.rows.get(name)


def _there(snapshot: Snapshot, name: str) -> int | None:
    if not isinstance(snapshot.inventory, Inventory):
        return None
    count = snapshot.inventory.records.get(name)
    return count if isinstance(count, int) else None


def _may_read(snapshot: Snapshot, name: str) -> bool:
    if not isinstance(snapshot.object_access, Mapping):
        return True
    access = snapshot.object_access.get(name)
    return not isinstance(access, ObjectAccess) or access.read


def _word(count: int | None) -> object:
    return say("unknown") if count is None else count
