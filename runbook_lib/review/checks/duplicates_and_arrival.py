"""Checks of the people themselves: shared e-mails before the sync, and who arrived after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, ok
from runbook_lib.review.duplicates.probable.search import KIND as PROBABLE
from runbook_lib.review.findings import Status
from runbook_lib.road import DUPLICATES, VERIFY_SYNC
from runbook_lib.survey.model.marketo import Lock, MarketoState
from runbook_lib.survey.requirements import STEP_3
from runbook_lib.survey.snapshot import DuplicateCounts, Part, PeopleSeen, Snapshot
from runbook_lib.text import say

FIELD_SYNC = "Marketo REST API documentation, Leads by filter sfdcLeadId and sfdcContactId"


def judge_duplicates(snapshot: Snapshot) -> Answer:
    """Nobody shares an e-mail with somebody else."""
    counts = cast(DuplicateCounts, snapshot.duplicates)
    groups, members = (_sharing_an_email(counted) for counted in (counts.groups, counts.members))
    if not groups:
        return ok(say("{people} people, and no two of them share an e-mail.", people=counts.people))
    return Answer(
        Status.WARN,
        say(
            "{groups} e-mails belong to {members} people: {lead} only among leads, {contact} only among "
            "contacts, {across} across both, {marketo} with people in Marketo.",
            groups=groups,
            members=members,
            **counts.groups,
        )
        if counts.groups.get("marketo")
        else say(
            "{groups} e-mails belong to {members} people: {lead} only among leads, {contact} only among "
            "contacts, {across} across both.",
            groups=groups,
            members=members,
            **counts.groups,
        ),
        say(
            "Marketo does not de-duplicate what comes from Salesforce: each copy becomes a separate "
            "person, gets every e-mail again and has half of the history."
        ),
        say("Merge them in Salesforce before Start Sync, or accept them with a reason in notebook 07."),
    )


def judge_probable(snapshot: Snapshot) -> Answer:
    """Nobody is probably the same as somebody with another e-mail."""
    counts = cast(DuplicateCounts, snapshot.duplicates)
    groups = counts.groups.get(PROBABLE)
    if groups is None:
        return Answer(
            Status.SKIP,
            say("People without a shared e-mail were not compared."),
            fix=say("Set a likelihood in notebook 07, or in decisions/setup.toml under [duplicates]."),
        )
    if not groups:
        return ok(say("No two people with different e-mails are likely to be the same person."))
    return Answer(
        Status.WARN,
        say(
            "{members} people with different e-mails are probably only {groups}.",
            members=counts.members[PROBABLE], groups=groups,
        ),
        say("Marketo turns each of them into a separate person, permanently."),
        say("Look at them in notebook 07, the least likely first; merge them there, or accept them."),
    )  # fmt: skip


def _sharing_an_email(counts: Mapping[str, int]) -> int:
    return sum(count for kind, count in counts.items() if kind != PROBABLE)


def judge_people_seen(snapshot: Snapshot) -> Answer:
    """The sampled leads and contacts of Salesforce are found in Marketo."""
    samples = cast(tuple[PeopleSeen, ...], snapshot.people_seen)
    sampled = sum(sample.sampled for sample in samples)
    arrived = sum(sample.found for sample in samples)
    if not sampled:
        return Answer(
            Status.WARN,
            say("The sync user sees no lead and no contact, so there is nothing to look for in Marketo."),
            say("Either the org is empty, or sharing rules keep every record from the sync user."),
            say("Log in to Salesforce as the sync user and open the list of leads."),
        )
    if arrived == sampled:
        return ok(say("All {sampled} sampled leads and contacts are in Marketo.", sampled=sampled))
    marketo = snapshot.marketo
    if not arrived and isinstance(marketo, MarketoState) and marketo.lock is Lock.FREE:
        return Answer(
            Status.SKIP, say("The sync has not been started yet, so nobody has arrived in Marketo.")
        )
    return Answer(
        Status.WARN,
        say(
            "{found} of {sampled} sampled leads and contacts are in Marketo so far.",
            found=arrived,
            sampled=sampled,
        ),
        say("The first sync takes hours or days. If the number stops changing, records are being refused."),
        say(
            "Look again later; then read Marketo Admin → Salesforce → Sync Errors and export it into "
            "imports/."
        ),
    )


PEOPLE_CHECKS: tuple[Check, ...] = (
    Check(
        "duplicates",
        DUPLICATES.name,
        say("People who share an e-mail"),
        STEP_3,
        judge_duplicates,
        needs=(Part.DUPLICATES,),
        gates=(),
    ),
    Check(
        "probable_duplicates",
        DUPLICATES.name,
        say("People who are probably the same"),
        "Splink documentation, “The Fellegi-Sunter model”",
        judge_probable,
        needs=(Part.DUPLICATES,),
        gates=(),
    ),
    Check(
        "people_seen",
        VERIFY_SYNC.name,
        say("People arrive in Marketo"),
        FIELD_SYNC,
        judge_people_seen,
        needs=(Part.PEOPLE_SEEN,),
        gates=(),
    ),
)
