"""The queries that measure how often fields are filled: as many fields as possible in each.

What a field can be asked is what its describe says, not its type: ``aggregatable`` fields are counted,
many in one query; ``groupable`` ones that are not (checkboxes) are grouped; ``filterable`` ones are counted
by themselves; all others (long texts, encrypted ones) are looked up in the newest records, five objects a
call: a Bulk job would cost three calls and more for each object, and the whole review may cost forty.
Sources: SOQL reference, "COUNT()", "GROUP BY" (2,000 groups at most); REST API guide, "Status Codes" (414).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Field

LONGEST = 11_500
"""Characters of an encoded query; what goes into one call may have 12,000."""
GROUPED = 10
"""Checkboxes of one query: 1,024 groups at most, of the 2,000 that Salesforce gives."""
NEWEST = 200
"""Records of a sample: the smallest page that Salesforce gives, however long their texts are."""
MOST_SINGLES = 10
"""Queries about one field each; fields beyond are looked up in the newest records."""
_LATELY = " WHERE CreatedDate = LAST_N_DAYS:365"


class How(StrEnum):
    """How a query measures."""

    COUNT = "count"
    COUNT_RECENT = "count-recent"
    GROUP = "group"
    SINGLE = "single"
    SAMPLE = "sample"


@dataclass(frozen=True)
class Measuring:
    """One query: of which object, how, and about which fields."""

    object: str
    how: How
    fields: tuple[str, ...]

    @property
    def query(self) -> str:
        """The SOQL. Names come from a describe."""
        match self.how:
            case How.COUNT | How.COUNT_RECENT:
                counts = [f"COUNT({name}) c{place}" for place, name in enumerate(self.fields)]
                when = _LATELY if self.how is How.COUNT_RECENT else ""
                return _select(["COUNT(Id) n", *counts], self.object, when)
            case How.GROUP:
                return _select(
                    [*self.fields, "COUNT(Id) n"], self.object, f" GROUP BY {', '.join(self.fields)}"
                )
            case How.SINGLE:
                return _select(["COUNT()"], self.object, f" WHERE {self.fields[0]} != null")
            case How.SAMPLE:
                return _select(
                    ["Id", *self.fields], self.object, f" ORDER BY CreatedDate DESC LIMIT {NEWEST}"
                )

    def halves(self) -> tuple[Measuring, ...]:
        """The same question as two smaller ones; none where it is about one field or less."""
        middle = len(self.fields) // 2
        parts = (self.fields[:middle], self.fields[middle:])
        return tuple(replace(self, fields=part) for part in parts) if middle else ()

    def read(self, total: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Fill]:
        """Field → what the answer says; a query about one field cannot tell of how many (0)."""
        match self.how:
            case How.COUNT | How.COUNT_RECENT:
                row = rows[0]
                return {
                    name: Fill(int(row[f"c{place}"]), int(row["n"])) for place, name in enumerate(self.fields)
                }
            case How.GROUP:
                records = sum(int(row["n"]) for row in rows)
                return {
                    name: Fill(sum(int(row["n"]) for row in rows if row[name]), records)
                    for name in self.fields
                }
            case How.SINGLE:
                return {self.fields[0]: Fill(total, 0)}
            case How.SAMPLE:
                return {
                    name: Fill(sum(_has_value(row.get(name)) for row in rows), len(rows), sampled=True)
                    for name in self.fields
                }


def measurings(fields: Iterable[Field]) -> list[Measuring]:
    """The queries that measure all of ``fields``, the ones that tell most first."""
    objects: dict[str, list[Field]] = {}
    for field in fields:
        if field.name != "Id":
            objects.setdefault(field.object, []).append(field)
    queries = [measuring for name, some in objects.items() for measuring in _of_object(name, some)]
    singles = [measuring for measuring in queries if measuring.how is How.SINGLE]
    # A field that a person will decide about is asked first; what is over goes into the samples.
    custom = {field.full_name for some in objects.values() for field in some if field.custom}
    singles.sort(key=lambda measuring: f"{measuring.object}.{measuring.fields[0]}" not in custom)
    over = singles[MOST_SINGLES:]
    sampled = {
        name: [measuring.fields[0] for measuring in over if measuring.object == name] for name in objects
    }
    queries = [measuring for measuring in queries if measuring not in over]
    queries += [
        measuring for name, names in sampled.items() for measuring in _packed(name, How.SAMPLE, names)
    ]
    return sorted(queries, key=lambda measuring: list(How).index(measuring.how))


def _of_object(name: str, fields: Sequence[Field]) -> Iterator[Measuring]:
    counted = [field.name for field in fields if field.aggregatable]
    grouped = [field.name for field in fields if not field.aggregatable and field.groupable]
    others = [field for field in fields if not field.aggregatable and not field.groupable]
    packs = list(_packed(name, How.COUNT, counted)) or [Measuring(name, How.COUNT, ())]
    yield from packs
    if any(field.name == "CreatedDate" for field in fields):
        # Whether it was used lately is asked of custom fields alone: nobody hides the others.
        own = [field.name for field in fields if field.aggregatable and field.custom]
        yield from _packed(name, How.COUNT_RECENT, own)
    for place in range(0, len(grouped), GROUPED):
        yield Measuring(name, How.GROUP, tuple(grouped[place : place + GROUPED]))
    yield from (Measuring(name, How.SINGLE, (field.name,)) for field in others if field.filterable)
    yield from _packed(name, How.SAMPLE, [field.name for field in others if not field.filterable])


def _packed(name: str, how: How, fields: Sequence[str]) -> Iterator[Measuring]:
    """``fields`` in as few queries as fit into an address each."""
    pack: list[str] = []
    for field in fields:
        longer = Measuring(name, how, (*pack, field))
        # The recent count is a few words longer than the count it is made of.
        if pack and len(quote(longer.query + _LATELY, safe="")) > LONGEST:
            yield Measuring(name, how, tuple(pack))
            pack = []
        pack.append(field)
    if pack:
        yield Measuring(name, how, tuple(pack))


def _select(columns: Sequence[str], name: str, rest: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {name}{rest}"  # noqa: S608 - names of a describe


def _has_value(value: Any) -> bool:
    if isinstance(value, Mapping):  # an address is an object of its parts
        return any(part is not None for part in value.values())
    return value is not None and value is not False and value != ""
