"""What Sync Fields will make: of all fields that the sync user sees, which become new fields in Marketo.

A field that every Marketo has takes the value of its Salesforce counterpart; like-named fields of Lead and
Contact become one field, whatever their types; of the others some become new for certain, and some perhaps
(:mod:`runbook_lib.review.fields.made`). Reckoned from published lists alone, so that the forecast stays the
same while the clicks are made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runbook_lib.review.fields.made import MAKES_FIELDS, POSSIBLE, SHOWN_BY_API, Made, made_of
from runbook_lib.survey.snapshot import Field, Snapshot


@dataclass(frozen=True)
class ObjectForecast:
    """One object: what becomes of each field that the sync user sees."""

    object: str
    fields: Mapping[Made, tuple[Field, ...]]

    @property
    def seen(self) -> int:
        """Every field of it that the sync user sees."""
        return sum(map(len, self.fields.values()))

    @property
    def there(self) -> int:
        """Go into a field that every Marketo has."""
        return len(self.fields.get(Made.THERE, ()))

    @property
    def combined(self) -> int:
        """Share the field of their namesake on the other object, which is counted there."""
        return len(self.fields.get(Made.COMBINED, ()))

    @property
    def certain(self) -> tuple[Field, ...]:
        """Become a new field."""
        return self.fields.get(Made.NEW, ())

    @property
    def possible(self) -> tuple[Field, ...]:
        """May become a new field, or not."""
        return tuple(field for made in POSSIBLE for field in self.fields.get(made, ()))

    @property
    def new(self) -> tuple[Field, ...]:
        """Become a new field, for certain or perhaps; by name."""
        return tuple(sorted((*self.certain, *self.possible), key=lambda field: field.name))


@dataclass(frozen=True)
class FieldForecast:
    """``objects``: those of which Marketo makes fields. ``others``: fields seen of all other objects."""

    objects: tuple[ObjectForecast, ...]
    others: int

    @property
    def seen(self) -> int:
        """Every field that the sync user sees."""
        return self.others + sum(sobject.seen for sobject in self.objects)

    @property
    def there(self) -> int:
        """Fields for which Marketo has one already."""
        return sum(sobject.there for sobject in self.objects)

    @property
    def combined(self) -> int:
        """Fields that share the new field of their namesake."""
        return sum(sobject.combined for sobject in self.objects)

    @property
    def certain(self) -> tuple[Field, ...]:
        """The fields that become a new one in Marketo for certain."""
        return tuple(field for sobject in self.objects for field in sobject.certain)

    @property
    def new(self) -> tuple[Field, ...]:
        """The fields that become a new one in Marketo, for certain or perhaps."""
        return tuple(field for sobject in self.objects for field in sobject.new)

    @property
    def least(self) -> int:
        """How many new fields there will be at least."""
        return len(self.certain)

    @property
    def most(self) -> int:
        """How many new fields there can be."""
        return len(self.new)


def shown_by_api(fields: Iterable[Field]) -> int:
    """How many of them Marketo's API will show."""
    return sum(field.object in SHOWN_BY_API for field in fields)


def forecast_fields(snapshot: Snapshot) -> FieldForecast:
    """What Sync Fields will make of the fields in ``snapshot.visible``; all zero where nobody could look."""
    counts = Counter(field.object for field in snapshot.visible_fields())
    by_field = outcomes(snapshot)
    objects = tuple(_of_object(snapshot, name, by_field) for name in MAKES_FIELDS if counts[name])
    return FieldForecast(objects, sum(n for name, n in counts.items() if name not in MAKES_FIELDS))


def outcomes(snapshot: Snapshot) -> Mapping[str, Made]:
    """``Lead.Email`` → what becomes of it, for every field that the sync user sees."""
    leads = {field.name for field in snapshot.visible_fields() if field.object == "Lead"}
    return {field.full_name: made_of(field, leads) for field in snapshot.visible_fields()}


def _of_object(snapshot: Snapshot, name: str, by_field: Mapping[str, Made]) -> ObjectForecast:
    fields: defaultdict[Made, list[Field]] = defaultdict(list)
    for field in snapshot.visible_fields():
        if field.object == name:
            fields[by_field[field.full_name]].append(field)
    return ObjectForecast(name, {made: tuple(listed) for made, listed in fields.items()})
