"""What has arrived in Marketo: sampled people with their values, opportunities and users.

Calls of Salesforce: a sample of all four kinds one (see :mod:`runbook_lib.survey.probes.arrival.sample`), the
values of people who are in Marketo one. Of Marketo: one per kind of record. Values are compared and
forgotten; only Ids and numbers are kept. A sample that was drawn within the hour is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.arrival.compared_fields import Pairing, compare, indispensable, pairings
from runbook_lib.survey.probes.arrival.sample import Drawn, Pool, Row, draw, seed_of
from runbook_lib.survey.probes.query import chunks, unknown
from runbook_lib.survey.probes.shared_emails import normalized_email
from runbook_lib.survey.snapshot import FieldSeen, MarketoState, Part, PeopleSeen, Snapshot
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.salesforce.client import SalesforceReader

PEOPLE = 300
"""Leads and contacts that are looked up: 150 of each, more of one where there are few of the other. Of 150,
one at least is missing with a chance of 95 % where 2 % of all are missing: 1 - 0.98 ** 150.
"""
RECORDS = 100
"""Opportunities that are looked up, and users."""
SETTLED = timedelta(minutes=15)
"""What changed in Salesforce less than three cycles ago may still be on its way: its values do not count."""
DRAWN_FOR = timedelta(hours=1)
"""So long a sample is looked at again; then another one is drawn."""
_IDS_PER_QUERY = 150
"""So many Ids and the names of all compared fields fit into a URL."""
POOLS = {
    "Lead": Pool("Lead", "IsConverted = false"),
    "Contact": Pool("Contact"),
    "Opportunity": Pool("Opportunity"),
    "User": Pool("User", "IsActive = true AND UserType = 'Standard'", ("Id", "Email")),
}
COUNTED = (POOLS["Lead"], POOLS["Contact"], POOLS["Opportunity"])
"""What the admin counts beside the sync user: whoever sees no records cannot see that any are missing."""
_KINDS = {Part.PEOPLE_SEEN: ("Lead", "Contact"), Part.RECORDS_SEEN: ("Opportunity", "User")}
_ID_FIELDS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}
Pairings = Mapping[str, tuple[Pairing, ...]]
There = Mapping[str, Mapping[str, Row]]
"""Object → the first 15 characters of a Salesforce Id → the person in Marketo."""


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


def look_for(look: Look, wanted: Iterable[Part]) -> dict[Part, Any]:
    """The parts of ``wanted`` that tell what arrived; each a value or ``Unknown``."""
    found: dict[Part, Any] = {}
    asked = tuple(wanted)
    people = _drawn_before(look) if Part.PEOPLE_SEEN in asked else None
    kept = {Part.PEOPLE_SEEN} if people is not None else set()
    fresh = [name for part in asked if part not in kept for name in _KINDS[part]]
    drawn = _draw(look, fresh) if fresh else {}
    if Part.PEOPLE_SEEN in asked:
        found[Part.PEOPLE_SEEN] = _guarded(lambda: _people(look, people or _samples(look, drawn)))
    if Part.RECORDS_SEEN in asked:
        found[Part.RECORDS_SEEN] = {
            name: _guarded(lambda name=name: _RECORDS[name](look, drawn[name]))  # type: ignore[misc]
            for name in _KINDS[Part.RECORDS_SEEN]
        }
    return found


def with_everybody(found: Mapping[Part, Any], counts: Mapping[str, int]) -> dict[Part, Any]:
    """The same, with how many records of each object the admin sees."""

    def told(seen: Any) -> Any:
        known = isinstance(seen, PeopleSeen) and seen.object in counts
        return replace(seen, everybody=counts[seen.object]) if known else seen

    parts = dict(found)
    if isinstance(people := found.get(Part.PEOPLE_SEEN), tuple):
        parts[Part.PEOPLE_SEEN] = tuple(told(person) for person in people)
    if isinstance(records := found.get(Part.RECORDS_SEEN), Mapping):
        parts[Part.RECORDS_SEEN] = {name: told(sample) for name, sample in records.items()}
    return parts


def _draw(look: Look, objects: Iterable[str]) -> dict[str, Drawn | SystemRefused]:
    pools = {POOLS[name]: RECORDS if name in _KINDS[Part.RECORDS_SEEN] else PEOPLE for name in objects}
    return draw(look.sync, pools, look.seed)


def _drawn_before(look: Look) -> dict[str, PeopleSeen] | None:
    """The sample of people that was drawn within the hour, to be looked for again."""
    before = look.before
    if before is None or not isinstance(before.people_seen, tuple) or not before.people_seen:
        return None
    if before.people_seen[0].seed < seed_of(look.now - DRAWN_FOR):
        return None
    return {sample.object: sample for sample in before.people_seen}


def _samples(look: Look, drawn: Mapping[str, Drawn | SystemRefused]) -> dict[str, PeopleSeen]:
    return {name: _sample(name, drawn[name], look) for name in _KINDS[Part.PEOPLE_SEEN]}


def _sample(name: str, drawn: Drawn | SystemRefused, look: Look) -> PeopleSeen:
    if isinstance(drawn, SystemRefused):
        raise drawn
    ids = tuple(str(row["Id"]) for row in drawn.rows)
    return PeopleSeen(name, len(ids), 0, population=drawn.population, seed=look.seed, ids=ids)


# People ---------------------------------------------------------------------------------------------------


def _people(look: Look, samples: Mapping[str, PeopleSeen]) -> tuple[PeopleSeen, ...]:
    shared = _shared_out(list(samples.values()))
    pairs = {sample.object: _pairs(look, sample.object, sample.seed) for sample in shared}
    there = {sample.object: _in_marketo(look.reader, sample, pairs[sample.object]) for sample in shared}
    rows = _values(look.sync, shared, there, pairs)
    return tuple(
        _compared(sample, there[sample.object], rows[sample.object], pairs[sample.object], look.now)
        for sample in shared
    )


def _shared_out(samples: Sequence[PeopleSeen]) -> list[PeopleSeen]:
    """At most :data:`PEOPLE` of all kinds together, each kind as many as another or all it has."""
    left, shared = PEOPLE, []
    for place, sample in enumerate(sorted(samples, key=lambda sample: len(sample.ids))):
        ids = sample.ids[: left // (len(samples) - place)]
        left -= len(ids)
        shared.append(replace(sample, ids=ids, sampled=len(ids)))
    return sorted(shared, key=lambda sample: list(_ID_FIELDS).index(sample.object))


def _pairs(look: Look, object_name: str, seed: int) -> tuple[Pairing, ...]:
    if not isinstance(look.visible, Mapping) or not isinstance(look.marketo, MarketoState):
        return indispensable(object_name)
    return pairings(object_name, look.visible.get(object_name, ()), look.marketo.fields, seed)


def _in_marketo(reader: MarketoReader, sample: PeopleSeen, pairs: Iterable[Pairing]) -> dict[str, Row]:
    key = _ID_FIELDS[sample.object]
    fields = list(dict.fromkeys(["id", key, *(pair.marketo for pair in pairs)]))
    rows = reader.leads(key, sample.ids, fields) if sample.ids else []
    return {str(row.get(key) or "")[:15]: row for row in rows}


def _values(
    sync: SalesforceReader, samples: Iterable[PeopleSeen], there: There, pairs: Pairings
) -> dict[str, list[Row] | None]:
    """Object → what Salesforce has of the sampled people now; ``None`` where nobody is in Marketo yet."""
    asked = [
        (sample.object, some)
        for sample in samples
        if there[sample.object]
        for some in chunks(sample.ids, _IDS_PER_QUERY)
    ]
    rows: dict[str, list[Row] | None] = dict.fromkeys(there)
    queries = [_value_query(name, ids, pairs[name]) for name, ids in asked]
    answers = sync.composite_queries(queries) if queries else []
    for (name, _), answer in zip(asked, answers, strict=True):
        if isinstance(answer, SystemRefused):
            raise answer
        rows[name] = [*(rows[name] or ()), *answer.records]
    return rows


def _value_query(object_name: str, ids: Sequence[str], pairs: Iterable[Pairing]) -> str:
    names = dict.fromkeys(("Id", "SystemModstamp", *(pair.field.name for pair in pairs)))
    people = soql("WHERE Id IN {ids}", ids=list(ids))
    return " ".join(("SELECT", ", ".join(names), "FROM", object_name, people))


def _compared(
    sample: PeopleSeen,
    there: Mapping[str, Row],
    rows: Sequence[Row] | None,
    pairs: Sequence[Pairing],
    now: datetime,
) -> PeopleSeen:
    """The sample, looked up: who was deleted in Salesforce since it was drawn is not looked for."""
    ids = sample.ids if rows is None else tuple(str(row["Id"]) for row in rows)
    missing = tuple(record for record in ids if record[:15] not in there)
    settled = [row for row in rows or () if now - datetime.fromisoformat(row["SystemModstamp"]) > SETTLED]
    both = [(row, there[row["Id"][:15]]) for row in settled if row["Id"][:15] in there]
    fields = tuple(compare(pair, both) for pair in pairs)
    differing = {record for field in fields if _is_indispensable(field) for record in field.different}
    return replace(
        sample,
        sampled=len(ids),
        found=len(ids) - len(missing),
        missing=missing,
        compared=len(both),
        different=tuple(sorted(differing)),
        fields=fields,
    )


def _is_indispensable(field: FieldSeen) -> bool:
    return field.marketo in ("email", "lastName", "unsubscribed")


# Opportunities and users ----------------------------------------------------------------------------------


def _opportunities(look: Look, drawn: Drawn | SystemRefused) -> PeopleSeen:
    sample = _sample("Opportunity", drawn, look)
    rows = look.reader.opportunities(sample.ids) if sample.ids else []
    there = {str(row.get("externalOpportunityId") or "")[:15] for row in rows}
    return _counted(sample, lambda record: record[:15] in there)


def _users(look: Look, drawn: Drawn | SystemRefused) -> PeopleSeen:
    sample = _sample("User", drawn, look)
    assert isinstance(drawn, Drawn)
    emails = {str(row["Id"]): normalized_email(row["Email"]) for row in drawn.rows if row["Email"]}
    rows = look.reader.sales_persons(sorted(set(emails.values()))) if emails else []
    there = {normalized_email(row.get("email")) for row in rows}
    return _counted(replace(sample, ids=tuple(emails)), lambda record: emails[record] in there)


_RECORDS: Mapping[str, Callable[[Look, Drawn | SystemRefused], PeopleSeen]] = {
    "Opportunity": _opportunities,
    "User": _users,
}


def _counted(sample: PeopleSeen, is_there: Callable[[str], bool]) -> PeopleSeen:
    missing = tuple(record for record in sample.ids if not is_there(record))
    found = len(sample.ids) - len(missing)
    return replace(sample, sampled=len(sample.ids), found=found, missing=missing)


def _guarded(probe: Callable[[], Any]) -> Any:
    try:
        return probe()
    except CANNOT_TELL as fault:
        return unknown(fault)
