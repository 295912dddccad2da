"""Sampled opportunities and users, looked up in Marketo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.arrival.look import Look, looked_up, sample_of
from runbook_lib.survey.probes.arrival.sample import Sample
from runbook_lib.survey.probes.shared_emails import normalized_email
from runbook_lib.survey.snapshot import NewRecord, PeopleSeen


def look_for_opportunities(look: Look, drawn: Sample | SystemRefused) -> PeopleSeen:
    """By their Ids; ``SystemRefused`` where one of the systems refused."""
    sample = sample_of("Opportunity", _drawn(drawn), look)
    ids = looked_up(sample)
    rows = look.reader.opportunities(ids) if ids else []
    there = {str(row.get("externalOpportunityId") or "")[:15] for row in rows}
    return _counted(sample, lambda record: record[:15] in there)


def look_for_users(look: Look, drawn: Sample | SystemRefused) -> PeopleSeen:
    """By their e-mails; ``SystemRefused`` where one of the systems refused."""
    users = _drawn(drawn)
    emails = {str(row["Id"]): normalized_email(row["Email"]) for row in users.rows if row["Email"]}
    rows = look.reader.sales_persons(sorted(set(emails.values()))) if emails else []
    there = {normalized_email(row.get("email")) for row in rows}
    sample = replace(sample_of("User", users, look), ids=tuple(emails), newest=())
    return _counted(sample, lambda record: emails[record] in there)


RECORDS: Mapping[str, Callable[[Look, Sample | SystemRefused], PeopleSeen]] = {
    "Opportunity": look_for_opportunities,
    "User": look_for_users,
}


def _drawn(drawn: Sample | SystemRefused) -> Sample:
    if isinstance(drawn, SystemRefused):
        raise drawn
    return drawn


def _counted(sample: PeopleSeen, is_there: Callable[[str], bool]) -> PeopleSeen:
    missing = tuple(record for record in sample.ids if not is_there(record))
    return replace(
        sample,
        sampled=len(sample.ids),
        found=len(sample.ids) - len(missing),
        missing=missing,
        newest=tuple(NewRecord(record.id, record.created, is_there(record.id)) for record in sample.newest),
    )
