"""The sampled people: who of them is in Marketo, and whether both systems have the same values of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.arrival.compared_fields import FieldPair, compare, indispensable, pairings
from runbook_lib.survey.probes.arrival.look import SETTLED, Look, Matches, looked_up, sample_of
from runbook_lib.survey.probes.arrival.sample import Row, Sample, seed_of
from runbook_lib.survey.probes.query import chunks
from runbook_lib.survey.snapshot import FieldSeen, MarketoState, NewRecord, PeopleSeen
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.salesforce.client import SalesforceReader

DRAWN_FOR = timedelta(hours=1)
"""So long a sample is looked at again; then another one is drawn."""
_IDS_PER_QUERY = 150
"""So many Ids and the names of all compared fields fit into a URL."""
ID_FIELDS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}
_ALWAYS = ("Id", "SystemModstamp", "LastModifiedById", "LastModifiedDate")
_MOMENTS = ("createdAt", "updatedAt")
"""What Marketo tells of every person: when it made and when it changed them."""
Pairings = Mapping[str, tuple[FieldPair, ...]]


def drawn_before(look: Look) -> dict[str, PeopleSeen] | None:
    """The sample of people that was drawn within the hour, to be looked for again."""
    before = look.before
    if before is None or not isinstance(before.people_seen, tuple) or not before.people_seen:
        return None
    if before.people_seen[0].seed < seed_of(look.now - DRAWN_FOR):
        return None
    return {sample.object: sample for sample in before.people_seen}


def samples_of(look: Look, drawn: Mapping[str, Sample | SystemRefused]) -> dict[str, PeopleSeen]:
    """The people that were drawn just now; ``SystemRefused`` where Salesforce refused to tell whom."""
    samples = {}
    for name in ID_FIELDS:
        if isinstance(refusal := drawn[name], SystemRefused):
            raise refusal
        samples[name] = sample_of(name, refusal, look)
    return samples


def look_for_people(look: Look, samples: Mapping[str, PeopleSeen]) -> tuple[PeopleSeen, ...]:
    """The samples, looked up in Marketo, and compared with what Salesforce has of them now."""
    pairs = {name: _pairs(look, name, sample.seed) for name, sample in samples.items()}
    there = {name: _in_marketo(look.reader, sample, pairs[name]) for name, sample in samples.items()}
    rows = _values(look.sync, samples, there, pairs)
    return tuple(
        _compared(sample, there[name], rows[name], pairs[name], look) for name, sample in samples.items()
    )


def _pairs(look: Look, object_name: str, seed: int) -> tuple[FieldPair, ...]:
    if not isinstance(look.visible, Mapping) or not isinstance(look.marketo, MarketoState):
        return indispensable(object_name)
    return pairings(object_name, look.visible.get(object_name, ()), look.marketo.fields, seed)


def _in_marketo(reader: MarketoReader, sample: PeopleSeen, pairs: Iterable[FieldPair]) -> Matches:
    key, ids = ID_FIELDS[sample.object], looked_up(sample)
    fields = list(dict.fromkeys(["id", key, *_MOMENTS, *(pair.marketo for pair in pairs)]))
    rows = reader.leads(key, ids, fields) if ids else []
    return {str(row.get(key) or "")[:15]: row for row in rows}


def _values(
    sync: SalesforceReader, samples: Mapping[str, PeopleSeen], there: Mapping[str, Matches], pairs: Pairings
) -> dict[str, list[Row] | None]:
    """Object → what Salesforce has of the sampled people now; ``None`` where nobody is in Marketo yet."""
    asked = [
        (name, some)
        for name, sample in samples.items()
        if there[name]
        for some in chunks(looked_up(sample), _IDS_PER_QUERY)
    ]
    rows: dict[str, list[Row] | None] = dict.fromkeys(there)
    queries = [_value_query(name, ids, pairs[name]) for name, ids in asked]
    answers = sync.composite_queries(queries) if queries else []
    for (name, _), answer in zip(asked, answers, strict=True):
        if isinstance(answer, SystemRefused):
            raise answer
        rows[name] = [*(rows[name] or ()), *answer.records]
    return rows


def _value_query(object_name: str, ids: Sequence[str], pairs: Iterable[FieldPair]) -> str:
    names = dict.fromkeys((*_ALWAYS, *(pair.field.name for pair in pairs)))
    people = soql("WHERE Id IN {ids}", ids=list(ids))
    return " ".join(("SELECT", ", ".join(names), "FROM", object_name, people))


def _compared(
    sample: PeopleSeen, there: Matches, rows: Sequence[Row] | None, pairs: Sequence[FieldPair], look: Look
) -> PeopleSeen:
    """The sample, looked up: who was deleted in Salesforce since it was drawn is not looked for."""
    now = {str(row["Id"]): row for row in rows or ()}
    ids = sample.ids if rows is None else tuple(record for record in sample.ids if record in now)
    missing = tuple(record for record in ids if record[:15] not in there)
    settled = [
        now[record]
        for record in ids
        if record in now and look.now - _moment(now[record]["SystemModstamp"]) > SETTLED
    ]
    both = [
        (row, theirs)
        for row in settled
        if (theirs := there.get(row["Id"][:15])) is not None and not _is_on_its_way_back(theirs, look)
    ]
    fields = tuple(compare(pair, both) for pair in pairs)
    differing = {record for field in fields if _is_indispensable(field) for record in field.different}
    seen = replace(
        sample,
        sampled=len(ids),
        found=len(ids) - len(missing),
        missing=missing,
        compared=len(both),
        different=tuple(sorted(differing)),
        fields=fields,
        newest=tuple(
            NewRecord(record.id, record.created, record.id[:15] in there)
            for record in sample.newest
            if rows is None or record.id in now
        ),
    )
    return _with_writes(seen, now.values(), look.sync.session.user_id)


def _is_on_its_way_back(person: Row, look: Look) -> bool:
    """Whether Marketo changed them since they came, so lately that Salesforce may not know of it yet."""
    made, changed = (person.get(name) for name in _MOMENTS)
    return bool(changed) and changed != made and look.now - _moment(changed) <= SETTLED


def _with_writes(sample: PeopleSeen, rows: Iterable[Row], user_id: str) -> PeopleSeen:
    """The same, with how many of these the sync user was the last to change."""
    moments = [_moment(row["LastModifiedDate"]) for row in rows if row["LastModifiedById"] == user_id]
    return replace(sample, written=len(moments), written_at=max(moments, default=None))


def _is_indispensable(field: FieldSeen) -> bool:
    return field.marketo in ("email", "lastName", "unsubscribed")


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
