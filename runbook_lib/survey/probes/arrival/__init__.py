"""What has arrived in Marketo: sampled people with their values, opportunities and users.

Calls of Salesforce: a sample of all four kinds one (see :mod:`runbook_lib.survey.probes.arrival.sample`), the
values of people who are in Marketo one. Of Marketo: one per kind of record. Values are compared and
forgotten; only Ids and numbers are kept. A sample that was drawn within the hour is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.arrival.look import COUNTED as COUNTED
from runbook_lib.survey.probes.arrival.look import DRAWN as DRAWN
from runbook_lib.survey.probes.arrival.look import LOSS as LOSS
from runbook_lib.survey.probes.arrival.look import POOLS, USERS
from runbook_lib.survey.probes.arrival.look import Look as Look
from runbook_lib.survey.probes.arrival.people import ID_FIELDS, drawn_before, look_for_people, samples_of
from runbook_lib.survey.probes.arrival.records import RECORDS
from runbook_lib.survey.probes.arrival.sample import Sample, draw
from runbook_lib.survey.probes.query import unknown
from runbook_lib.survey.snapshot import Part, PeopleSeen
from runbook_lib.systems.reach import CANNOT_TELL

_KINDS = {Part.PEOPLE_SEEN: tuple(ID_FIELDS), Part.RECORDS_SEEN: tuple(RECORDS)}


def look_for(look: Look, wanted: Iterable[Part]) -> dict[Part, Any]:
    """The parts of ``wanted`` that tell what arrived; each a value or ``Unknown``."""
    answers: dict[Part, Any] = {}
    asked = tuple(wanted)
    people = drawn_before(look) if Part.PEOPLE_SEEN in asked else None
    kept = {Part.PEOPLE_SEEN} if people is not None else set()
    fresh = [name for part in asked if part not in kept for name in _KINDS[part]]
    drawn = _draw(look, fresh) if fresh else {}
    if Part.PEOPLE_SEEN in asked:
        answers[Part.PEOPLE_SEEN] = _guarded(lambda: look_for_people(look, people or samples_of(look, drawn)))
    if Part.RECORDS_SEEN in asked:
        answers[Part.RECORDS_SEEN] = {
            name: _guarded(lambda name=name: RECORDS[name](look, drawn[name]))  # type: ignore[misc]
            for name in _KINDS[Part.RECORDS_SEEN]
        }
    return answers


def with_everybody(collected: Mapping[Part, Any], counts: Mapping[str, int]) -> dict[Part, Any]:
    """The same, with how many records of each object the admin sees."""

    def counted(seen: Any) -> Any:
        known = isinstance(seen, PeopleSeen) and seen.object in counts
        return replace(seen, everybody=counts[seen.object]) if known else seen

    parts = dict(collected)
    if isinstance(people := collected.get(Part.PEOPLE_SEEN), tuple):
        parts[Part.PEOPLE_SEEN] = tuple(counted(person) for person in people)
    if isinstance(records := collected.get(Part.RECORDS_SEEN), Mapping):
        parts[Part.RECORDS_SEEN] = {name: counted(sample) for name, sample in records.items()}
    return parts


def _draw(look: Look, objects: Iterable[str]) -> dict[str, Sample | SystemRefused]:
    pools = {POOLS[name]: USERS if name == "User" else DRAWN for name in objects}
    return draw(look.sync, pools, look.seed)


def _guarded(probe: Callable[[], Any]) -> Any:
    try:
        return probe()
    except CANNOT_TELL as fault:
        return unknown(fault)
