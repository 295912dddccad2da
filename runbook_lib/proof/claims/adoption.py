"""What both systems show of clicks that nobody told: Sync Fields and Start Sync, made before anybody looked.

No API tells that Sync Fields was clicked. What it leaves are Marketo fields that are called like the org's
custom fields; what Start Sync leaves is the lock on opportunity roles, and people with this org's Ids.
Sources: :mod:`runbook_lib.review.fields.marketo_names`; Marketo developer guide (error 1018, filterType
sfdcLeadId).
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.proof.claims.arrival import lock_of
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.people import found_of
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.review.fields.made import SHOWN_BY_API
from runbook_lib.review.fields.marketo_names import MarketoNames, is_own
from runbook_lib.review.findings import Status
from runbook_lib.road import DUPLICATES, FIELD_MAPPINGS, START_SYNC, SYNC_FIELDS, StepSpec
from runbook_lib.survey.snapshot import Lock, MarketoState, Snapshot
from runbook_lib.text import say

ENOUGH = 0.5
"""Share of the custom fields that must be found by name: Sync Fields makes all of them at once, and somebody
may have made one or two by hand."""


def found_done(seen: Snapshot) -> tuple[StepSpec, ...]:
    """The steps whose clicks the systems show as made: none, 05 alone, or all up to 08."""
    if _runs(seen):
        return (SYNC_FIELDS, FIELD_MAPPINGS, DUPLICATES, START_SYNC)
    return (SYNC_FIELDS,) if _fields_made(seen) else ()


def is_tied_to_another(seen: Snapshot) -> bool:
    """Whether the instance is tied to a CRM, and nothing in it comes from this org."""
    return lock_of(seen) is Lock.TIED and not _runs(seen) and not _fields_made(seen)


def is_tied_to_nobody_yet(seen: Snapshot) -> bool:
    """Whether the instance is tied and has fields called like this org's, but none of its people.

    Whose it is cannot be told: the first sync of this org brings people only after minutes or hours, and
    another org may have fields of the same names.
    """
    return lock_of(seen) is Lock.TIED and not _runs(seen) and _fields_made(seen)


def claim_found_done(seen: Snapshot, step: StepSpec) -> Iterator[Claim]:
    """What speaks for it that ``step`` is done, and where what is there differs from the plan."""
    present, missing = _by_name(seen)
    yield Claim(
        "fields-there",
        Status.WARN if missing else Status.OK,
        say(
            "{found} of {planned} custom fields that Sync Fields creates are in Marketo.",
            found=len(present),
            planned=len(present) + len(missing),
        ),
        now=list(missing) or len(present),
    )
    if step is SYNC_FIELDS:
        return
    tied = lock_of(seen) is Lock.TIED
    what = say("Marketo is tied to a CRM.") if tied else say("Marketo is tied to no CRM.")
    yield Claim("tied", Status.OK if tied else Status.ERROR, what)
    people = found_of(seen)
    if people is not None:
        what = say("{count} people from a sample of this org are in Marketo.", count=people)
        yield Claim("people-there", Status.OK if people else Status.ERROR, what, now=people)


def _runs(seen: Snapshot) -> bool:
    """The instance is tied, and to this org: its people are there, or at least its fields."""
    if lock_of(seen) is not Lock.TIED:
        return False
    people = found_of(seen) if _has_people(seen) else None
    return people > 0 if people is not None else _fields_made(seen)


def _has_people(seen: Snapshot) -> bool:
    """Whether anybody of this org was looked for; an empty org has nobody whom Marketo could show."""
    return isinstance(seen.people_seen, tuple) and any(sample.sampled for sample in seen.people_seen)


def _fields_made(seen: Snapshot) -> bool:
    present, missing = _by_name(seen)
    return len(present) >= max(1, ENOUGH * (len(present) + len(missing)))


def _by_name(seen: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Custom fields that would be made: those that Marketo has by name, and those that it has not."""
    if not isinstance(seen.marketo, MarketoState):
        return (), ()
    names = MarketoNames.of(field.name for field in seen.marketo.fields)
    new = [field for field in forecast_fields(seen).new if field.object in SHOWN_BY_API]
    own = [field for field in new if is_own(field.name)]
    present = tuple(field.full_name for field in own if names.named(field.name))
    return present, tuple(field.full_name for field in own if not names.named(field.name))
