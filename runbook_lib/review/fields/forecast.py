"""What Sync Fields will make: of all fields that the sync user sees, which become new fields in Marketo.

A field that every Marketo has takes the value of its Salesforce counterpart; like-named fields of Lead and
Contact become one field, whatever their types; the others are new. Reckoned from the default mapping alone,
so that the forecast stays the same while the clicks are made. Sources: Marketo documentation, "Default
Salesforce Field Mapping", "Edit Initial Field Mappings".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.review.mappings.defaults import is_mapped_by_default
from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import Field, Snapshot

SHOWN_BY_API = ("Lead", "Contact", "Account")
"""Their fields become fields of people and companies, which describe2 shows."""
MAKES_FIELDS = (*SHOWN_BY_API, "Opportunity")
"""The objects of whose fields Sync Fields makes Marketo fields. The other objects are synced without."""


@dataclass(frozen=True)
class ObjectForecast:
    """One object: how many fields the sync user sees, and what becomes of them."""

    object: str
    seen: int
    there: int
    """Go into a field that every Marketo has."""
    combined: int
    """Share the field of their namesake on the other object, which is counted there."""
    new: tuple[Field, ...]


@dataclass(frozen=True)
class FieldForecast:
    """``objects``: those of which Marketo makes fields. ``others``: fields seen of all other objects."""

    objects: tuple[ObjectForecast, ...]
    others: int

    @property
    def seen(self) -> int:
        """Every field that the sync user sees."""
        return self.others + sum(each.seen for each in self.objects)

    @property
    def there(self) -> int:
        """Fields for which Marketo has one already."""
        return sum(each.there for each in self.objects)

    @property
    def combined(self) -> int:
        """Fields that share the new field of their namesake."""
        return sum(each.combined for each in self.objects)

    @property
    def new(self) -> tuple[Field, ...]:
        """The fields that become a new one in Marketo."""
        return tuple(field for each in self.objects for field in each.new)

    @property
    def shown_by_api(self) -> int:
        """How many of the new ones Marketo's API will show."""
        return sum(field.object in SHOWN_BY_API for field in self.new)


def forecast_fields(snapshot: Snapshot) -> FieldForecast:
    """What Sync Fields will make of the fields in ``snapshot.visible``; all zero where nobody could look."""
    counts = Counter(field.object for field in snapshot.visible_fields())
    leads = {field.name: field for field in snapshot.visible_fields() if field.object == "Lead"}
    objects = tuple(_of_object(snapshot, name, leads) for name in MAKES_FIELDS if counts[name])
    return FieldForecast(objects, sum(n for name, n in counts.items() if name not in MAKES_FIELDS))


def _of_object(snapshot: Snapshot, name: str, leads: Mapping[str, Field]) -> ObjectForecast:
    fields = [field for field in snapshot.visible_fields() if field.object == name]
    fresh = [field for field in fields if not _is_there(field)]
    combined = [field for field in fresh if name == "Contact" and field.name in leads]
    shared = {field.name for field in combined}
    new = tuple(field for field in fresh if field.name not in shared)
    return ObjectForecast(name, len(fields), len(fields) - len(fresh), len(combined), new)


def _is_there(field: Field) -> bool:
    has_prefix = field.object in ("Lead", "Contact") and field.name.lower().startswith(MARKETO_PREFIX)
    return has_prefix or is_mapped_by_default(field.object, field.name)
