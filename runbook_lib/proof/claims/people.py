"""What is claimed of the sampled records: how many are in Marketo, who is missing, and whose values differ.

Every record that is missing without a known reason speaks against the proof: of 150 that are drawn at random,
one at least is missing with a chance of 95 % where 2 % of all are. A reason is known where Marketo's own Sync
Errors names the record. Nothing to look for, and what nobody could look at, is never a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil, floor
from typing import Any

from runbook_lib.proof.claims.claim import Claim, Measured, cannot_tell
from runbook_lib.proof.claims.interval import wilson
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import FieldSeen, PeopleSeen, Snapshot, Unknown
from runbook_lib.text import Message, Moment, say

NAMED = 12
"""Ids that are named in a sentence; all of them stand in the evidence."""
FEW = 3
"""Of fewer values nobody can tell whether a field arrives or not."""
OPT_OUT = "unsubscribed"
"""What Marketo calls the opt-out of e-mail."""


def claim_people(measured: Measured, loading: datetime | None) -> Iterator[Claim]:
    """The sampled leads and contacts are in Marketo. ``loading``: until when some may be missing."""
    seen = measured.now.people_seen
    if not isinstance(seen, tuple):
        yield cannot_tell("people", seen)
        return
    for sample in seen:
        yield from _claim_sample(f"people-{sample.object.lower()}", sample, measured, loading)
    if not any(sample.sampled for sample in seen):
        yield Claim(
            "people",
            Status.UNKNOWN,
            say(
                "Cannot tell whether people arrive: the sync user sees no lead and no contact. Give "
                "them access to one, or create one that they see, and look again."
            ),
        )


def claim_started(measured: Measured) -> Iterator[Claim]:
    """How many of the sampled people are there minutes after the start; told, for most are on their way."""
    seen = measured.now.people_seen
    for sample in seen if isinstance(seen, tuple) else ():
        if sample.sampled:
            status = Status.OK if sample.found == sample.sampled else Status.SKIP
            before = found_of(measured.before, sample.object)
            yield Claim(f"people-{sample.object.lower()}", status, _found_line(sample), before, sample.found)


def claim_records(measured: Measured, loading: datetime | None) -> Iterator[Claim]:
    """The sampled opportunities are in Marketo, and so are users."""
    seen = measured.now.records_seen
    if not isinstance(seen, Mapping):
        yield cannot_tell("records", seen)
        return
    for name, sample in seen.items():
        claim = f"records-{name.lower()}"
        if isinstance(sample, Unknown):
            yield _not_shown(claim, name, sample)
        elif name == "User":
            yield from _claim_users(claim, sample)
        else:
            yield from _claim_sample(claim, sample, measured, loading)


def claim_values(measured: Measured) -> Iterator[Claim]:
    """What the compared people have in both systems: one claim for each field that differs, and one for what
    Salesforce refused to take from Marketo."""
    seen = measured.now.people_seen
    if not isinstance(seen, tuple) or not any(sample.compared for sample in seen):
        return
    fields = [field for sample in seen for field in sample.fields]
    wrong = [claim for field in fields for claim in _claim_field(field, measured.refused)]
    yield from wrong
    compared = sum(sample.compared for sample in seen)
    with_values = sum(bool(field.compared) for field in fields)
    if not wrong and with_values:
        what = say(
            "{compared} people were compared in {fields} fields: both systems have the same values.",
            compared=compared,
            fields=with_values,
        )
        yield Claim("values", Status.OK, what, now=compared)
    yield from _claim_opt_outs([field for field in fields if field.marketo == OPT_OUT])


def found_of(snapshot: Snapshot | None, object_name: str = "") -> int | None:
    """How many of the sampled people (of one object) were found; ``None`` where nobody could look."""
    if snapshot is None or not isinstance(snapshot.people_seen, tuple):
        return None
    return sum(sample.found for sample in snapshot.people_seen if object_name in ("", sample.object))


def _claim_sample(
    claim: str, sample: PeopleSeen, measured: Measured, loading: datetime | None
) -> Iterator[Claim]:
    yield from _claim_seen(f"seen-{sample.object.lower()}", sample)
    if not sample.sampled:
        if not sample.everybody:
            nothing = say("There is no record of {object} to look for.", object=sample.object)
            yield Claim(claim, Status.SKIP, nothing)
        return
    before = found_of(measured.before, sample.object)
    known = tuple(record for record in sample.missing if record[:15] in measured.refused)
    missing = tuple(record for record in sample.missing if record not in known)
    short = sample.sampled - sample.found - len(known)
    now: Any = {"found": sample.found, "missing": list(missing)} if short else sample.found
    if known:
        yield _refused(f"{claim}-refused", sample, known)
    if short <= 0:
        yield Claim(claim, Status.OK, _found_line(sample), before, now)
    elif loading is not None:
        yield Claim(claim, Status.UNKNOWN, _still_loading(sample, loading), before, now)
    else:
        status = Status.ERROR if sample.found == 0 else Status.UNKNOWN
        yield Claim(claim, status, _missing_line(sample, missing), before, now)


def _claim_seen(claim: str, sample: PeopleSeen) -> Iterator[Claim]:
    """Whether the sync user sees what the admin sees: whoever sees nothing misses nothing."""
    seen, everybody = sample.population, sample.everybody
    if seen is None or everybody is None or seen >= everybody:
        return
    what = say(
        "The sync user sees {seen} of the {everybody} records of {object} that the admin sees; the others "
        "never reach Marketo. Tick View All Records in the permission set, or share them.",
        seen=seen,
        everybody=everybody,
        object=sample.object,
    )
    yield Claim(claim, Status.WARN if seen else Status.ERROR, what, everybody, seen)


def _refused(claim: str, sample: PeopleSeen, known: Sequence[str]) -> Claim:
    what = say(
        "{count} sampled records of {object} are not in Marketo, and Sync Errors gives the reason: {ids}.",
        count=len(known),
        object=sample.object,
        ids=listed(known),
    )
    return Claim(claim, Status.WARN, what, now=list(known))


def _claim_users(claim: str, sample: PeopleSeen) -> Iterator[Claim]:
    """Users become sales persons by our reading alone, so that a few who are not there prove nothing."""
    if not sample.sampled:
        return
    status = Status.OK if sample.found == sample.sampled else Status.WARN
    if not sample.found:
        status = Status.UNKNOWN
    now: Any = {"found": sample.found, "missing": list(sample.missing)} if sample.missing else sample.found
    yield Claim(claim, status, _found_line(sample), now=now)


def _not_shown(claim: str, name: str, reason: Unknown) -> Claim:
    what = say(
        "Cannot tell whether records of {object} are in Marketo: {reason} {fix}",
        object=name,
        reason=reason.words,
        fix=reason.message("fix") or "",
    )
    return Claim(claim, Status.UNKNOWN, what)


def _claim_field(field: FieldSeen, refused: frozenset[str]) -> Iterator[Claim]:
    """What speaks against a field; what Sync Errors gives the reason for is no mystery."""
    known = tuple(record for record in field.different if record[:15] in refused)
    if known:
        what = say(
            "{field} differs from Marketo's {marketo} for {count} people, and Sync Errors gives the reason: "
            "{ids}.",
            field=field.field,
            marketo=field.marketo,
            count=len(known),
            ids=listed(known),
        )
        yield Claim(f"values-{field.field}-refused", Status.WARN, what, now=list(known))
    left = tuple(record for record in field.different if record not in known)
    if (claim := _claim_difference(replace(field, different=left))) is not None:
        yield claim


def _claim_difference(field: FieldSeen) -> Claim | None:
    """What speaks against a field; ``None`` where nothing does."""
    if not field.different or (field.marketo == OPT_OUT and _is_all_lost(field)):
        return None
    values = {"field": field.field, "marketo": field.marketo, "count": len(field.different)}
    if field.empty == field.compared:
        what = say("No value of {field} has arrived: Marketo's {marketo} is empty.", **values)
    elif len(field.different) == field.compared >= FEW:
        what = say(
            "Marketo's {marketo} never has the value of {field}; check whether they are mapped to each "
            "other.",
            **values,
        )
    else:
        what = say(
            "{field} differs from Marketo's {marketo} for {count} of {compared} compared people: {ids}. What "
            "Salesforce refused to take from Marketo stands in Sync Errors: export that page, too.",
            **values,
            compared=field.compared,
            ids=listed(field.different),
        )
    status = Status.UNKNOWN if len(field.different) == field.compared < FEW else Status.ERROR
    return Claim(f"values-{field.field}", status, what, now=list(field.different))


def _claim_opt_outs(fields: Sequence[FieldSeen]) -> Iterator[Claim]:
    opted_out, lost = sum(field.true or 0 for field in fields), sum(field.lost for field in fields)
    if not fields:
        what = say(
            "Opt-outs were not compared: the sync user does not see “Email Opt Out”. Marketo may "
            "e-mail people who do not want it."
        )
        yield Claim("opt-out", Status.WARN, what)
    elif not opted_out:
        what = say("Nobody in the sample has opted out of e-mail, so no opt-out could be seen arriving.")
        yield Claim("opt-out", Status.SKIP, what)
    elif any(map(_is_all_lost, fields)):
        what = say(
            "None of the {count} sampled people who opted out of e-mail is opted out in Marketo: it "
            "would e-mail all of them.",
            count=opted_out,
        )
        yield Claim("opt-out", Status.ERROR, what, opted_out, 0)
    elif not lost:
        what = say("All {count} sampled people who opted out of e-mail are opted out in Marketo, too.",
                   count=opted_out)  # fmt: skip
        yield Claim("opt-out", Status.OK, what, now=opted_out)


def _is_all_lost(field: FieldSeen) -> bool:
    return bool(field.true) and field.lost == field.true


def _found_line(sample: PeopleSeen) -> Message:
    if sample.population is None:
        return say(
            "{found} of {sampled} sampled records of {object} are in Marketo.",
            found=sample.found, sampled=sample.sampled, object=sample.object,
        )  # fmt: skip
    if sample.population == sample.sampled:
        return say(
            "{found} of all {sampled} records of {object} that the sync user sees are in Marketo.",
            found=sample.found, sampled=sample.sampled, object=sample.object,
        )  # fmt: skip
    low, high = wilson(sample.found, sample.sampled)
    return say(
        "{found} of {sampled} records of {object} are in Marketo, drawn at random (seed {seed}) from "
        "{population}: {low} to {high} % of all (95 % confidence). Marketo's own number was not "
        "counted.",
        found=sample.found,
        sampled=sample.sampled,
        object=sample.object,
        seed=str(sample.seed),
        population=sample.population,
        low=floor(low * 1000) / 10,
        high=ceil(high * 1000) / 10,
    )


def _missing_line(sample: PeopleSeen, missing: Sequence[str]) -> Message:
    return say(
        "{line} Missing: {ids}. Export Sync Errors into the folder “imports”: each record named there "
        "is shown with its reason.",
        line=_found_line(sample),
        ids=listed(missing),
    )


def _still_loading(sample: PeopleSeen, until: datetime) -> Message:
    return say(
        "{line} The first sync is still loading; by all that is known, that is normal until {until}.",
        line=_found_line(sample),
        until=Moment(until),
    )


def listed(ids: Iterable[str]) -> str:
    """Ids in one line, with the number of those left out."""
    names = list(ids)
    more = f" (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
