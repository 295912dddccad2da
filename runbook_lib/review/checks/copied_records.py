"""Checks of the records that will be copied: which of them the sync user sees, and what they are like.

One of them shuts Start Sync: an object of which the sync user sees no record at all, or of which nobody could
tell. The others say what comes along, so that nobody learns it from the Marketo database afterward.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, listed, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.visible_records import record_sights
from runbook_lib.road import DUPLICATES, START_HERE, START_SYNC
from runbook_lib.survey.model.inventory import Count, Inventory
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.snapshot import ApiBudget, DuplicateCounts, Part, Snapshot
from runbook_lib.text import counted, joined, say

MANY = 0.1
"""From this share of all people on it is worth a word that nobody will write to them: our own measure."""


def judge_visible_records(snapshot: Snapshot) -> Answer:
    """The sync user sees every record that the administrator counts; none at all of an object is an error,
    a count that could not be had is “cannot tell”. An object that they may not read is told elsewhere."""
    if isinstance(snapshot.sync_login, Unknown):
        return cannot_tell(snapshot.sync_login)
    sights = record_sights(snapshot)
    partial = [sight for sight in sights if sight.is_partial]
    fix = say(
        "Salesforce Setup → Users → Permission Sets → {set} → Object Settings → the object → Edit, tick View "
        "All Records; or share the records with the sync user by a sharing rule. Then check again.",
        set=snapshot.expected.permission_set_label,
    )
    why = say("What the sync user does not see never reaches Marketo, and nobody is notified.")
    if any(sight.is_blind for sight in partial):
        blind = joined(sight.in_words() for sight in partial)
        what = say("The sync user sees no record of some objects: {objects}.", objects=blind)
        return Answer(Status.ERROR, what, why, fix, Who.SALESFORCE_ADMIN)
    if unknown := [sight for sight in sights if not sight.is_known]:
        what = say(
            "Cannot tell how many records the sync user sees: {objects}.",
            objects=joined(sight.in_words() for sight in unknown),
        )
        return Answer(Status.UNKNOWN, what, why, say("Fix the access to these objects, then check again."))
    if partial:
        what = say(
            "The sync user does not see every record: {objects}.",
            objects=joined(sight.in_words() for sight in partial),
        )
        return Answer(Status.WARN, what, why, fix, Who.SALESFORCE_ADMIN)
    return ok(say("The sync user sees every record that the administrator sees."))


def judge_people_copied(snapshot: Snapshot) -> Answer:
    """Most people are worth copying: they have an e-mail, are no converted leads, and were changed within two
    years."""
    there = cast(Inventory, snapshot.inventory)
    people = cast(DuplicateCounts, snapshot.duplicates)
    counts: tuple[Count, ...] = (there.converted_leads, there.idle["Lead"], there.idle["Contact"])
    if unknown := next((count for count in counts if isinstance(count, Unknown)), None):
        return cannot_tell(unknown)
    converted, idle_leads, idle_contacts = cast(tuple[int, ...], counts)
    what = say(
        "Of {people} leads and contacts, {without_email} have no e-mail, and {idle} were not changed "
        "for two years. {converted} converted leads are copied, too.",
        people=people.people,
        without_email=people.without_email,
        idle=idle_leads + idle_contacts,
        converted=converted,
    )
    if max(people.without_email, idle_leads + idle_contacts) < MANY * max(people.people, 1):
        return ok(what)
    return Answer(
        Status.WARN,
        what,
        say("The whole database is copied: it counts in the Marketo contract and slows the sync down."),
        say(
            "People nobody will e-mail can be kept from the sync user by sharing, or by a custom sync "
            "rule on an indexed field, which Marketo Support sets up. Do it before Start Sync."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_contact_roles(snapshot: Snapshot) -> Answer:
    """In every opportunity a contact has a role."""
    there = cast(Inventory, snapshot.inventory)
    without, deals = there.without_role, there.records["Opportunity"]
    for count in (without, deals):
        if isinstance(count, Unknown):
            return cannot_tell(count)
    if not without:
        return ok(say("Every opportunity has a contact with a role."))
    return Answer(
        Status.WARN,
        say("{without} of {all} opportunities have no contact with a role.", without=without, all=deals),
        say(
            "They are copied, but are linked to nobody in Marketo: no filter on opportunities finds "
            "their people."
        ),
        say(
            "Have contact roles required, or set by a flow, in Salesforce, and fill in those of open "
            "opportunities; this can also be done later."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_currencies(snapshot: Snapshot) -> Answer:
    """All opportunities are in one currency."""
    currencies = cast(Inventory, snapshot.inventory).currencies
    if isinstance(currencies, Unknown):
        return cannot_tell(currencies)
    if len(currencies) < 2:
        return ok(say("All opportunities are in one currency."))
    return Answer(
        Status.WARN,
        say("The opportunities are in {count} currencies: {currencies}.",
            count=len(currencies), currencies=", ".join(currencies)),
        say("Marketo knows one currency: it takes the bare number and treats it as its own currency."),
        say("Report revenue in Salesforce, or have a formula field there convert it to one currency."),
    )  # fmt: skip


def judge_opt_outs(snapshot: Snapshot) -> Answer:
    """Nobody who shares an e-mail with somebody else has another opt-out than they."""
    people = cast(DuplicateCounts, snapshot.duplicates)
    if people.opted_out is None or people.conflicts is None:
        return Answer(
            Status.WARN,
            say("The administrator cannot see who has opted out of e-mail."),
            say("Then nobody can tell beforehand whom Marketo may e-mail."),
            say(
                "Make the field Email Opt Out of Lead and Contact visible to the administrator; check again."
            ),
            Who.SALESFORCE_ADMIN,
        )
    opt_outs = say("{opted_out} of {people} people have opted out of e-mail.",
               opted_out=people.opted_out, people=people.people)  # fmt: skip
    if not people.conflicts:
        return ok(opt_outs)
    one = say("{told} In one group that shares an e-mail, one person has opted out and another has not.",
              told=opt_outs)  # fmt: skip
    many = say("{told} In {groups} groups that share an e-mail, one person has opted out and another has "
"not.",
               told=opt_outs, groups=people.conflicts)  # fmt: skip
    return Answer(
        Status.WARN,
        counted(people.conflicts, one, many),
        say(
            "Email Opt Out becomes Unsubscribed in Marketo. One unsubscribed record may unsubscribe "
"everyone with this e-mail, or the others may still receive e-mails."
        ),
        say("Merge these groups first, or make their opt-outs match; notebook 07 lists them."),
    )  # fmt: skip


def judge_data_storage(snapshot: Snapshot) -> Answer:
    """The data storage has room for what Marketo writes: leads, campaign members, a task per activity."""
    budget = cast(ApiBudget, snapshot.budget)
    if budget.storage_mb is None or budget.storage_left_mb is None:
        return Answer(
            Status.UNKNOWN,
            say("Cannot tell how much data storage is left: Salesforce does not name it."),
            fix=say("Check it in Salesforce Setup → Storage Usage."),
        )
    people = sum(snapshot.rows.get(name, 0) for name in PEOPLE) if isinstance(snapshot.rows, Mapping) else 0
    room = budget.storage_left_mb * 1024 // RECORD_KB
    what = say(
        "{left} of {all} MB of data storage are left: room for {records} records.",
        left=budget.storage_left_mb, all=budget.storage_mb, records=room,
    )  # fmt: skip
    if budget.storage_left_mb >= MANY * budget.storage_mb and room >= ACTIVITIES * people:
        return ok(what)
    return Answer(
        Status.WARN,
        what,
        say(
            "Marketo creates leads, campaign members and, with the activity sync, a task for each "
            "e-mail, visit and form, three months back at once. When the storage is full, nobody can "
            "save anything."
        ),
        say("Leave the activity sync off, or make room first: Salesforce Setup → Storage Usage."),
        Who.SALESFORCE_ADMIN,
    )


def judge_partitions(snapshot: Snapshot) -> Answer:
    """All people of the instance are in one partition."""
    partitions = cast(tuple[str, ...], snapshot.partitions)
    if len(partitions) < 2:
        return ok(say("The Marketo instance has one partition."))
    return Answer(
        Status.WARN,
        say("The Marketo instance has {count} partitions: {names}.",
            count=len(partitions), names=listed(list(partitions))),
        say(
            "People from Salesforce land in the default partition unless a rule assigns them "
"elsewhere, and people with the same e-mail in two partitions stay two."
        ),
        say(
            "Before Start Sync, decide who goes to which partition, and set it up in Marketo: Admin → "
"Workspaces & Partitions → Assignment Rules."
        ),
        Who.MARKETO_ADMIN,
    )  # fmt: skip


PEOPLE = ("Lead", "Contact")
RECORD_KB = 2
"""Source: Salesforce Help, "Data and File Storage Allocations": most records take 2 KB."""
ACTIVITIES = 10
"""Activities a person in three months: our own measure."""
SHARING = "Salesforce Help, Organization-Wide Sharing Defaults; Marketo documentation, Understanding the Sync"
COPIED_CHECKS: tuple[Check, ...] = (
    Check(
        "visible_records", START_SYNC.name, say("Records that the sync user sees"), SHARING,
        judge_visible_records, needs=(Part.INVENTORY,),
        reads=(Part.ROWS, Part.SYNC_LOGIN, Part.OBJECT_ACCESS), gates=(START_SYNC.name,),
    ),
    Check(
        "people_copied", START_SYNC.name, say("People nobody will e-mail"),
        "Marketo documentation, Salesforce Sync Backlog Metrics (hide or filter unnecessary records)",
        judge_people_copied, needs=(Part.INVENTORY, Part.DUPLICATES), gates=(),
    ),
    Check(
        "contact_roles", START_SYNC.name, say("Opportunities linked to nobody"),
        "Marketo documentation, SFDC Sync: Opportunity Sync", judge_contact_roles,
        needs=(Part.INVENTORY,), gates=(),
    ),
    Check(
        "currencies", START_SYNC.name, say("Currencies of opportunities"),
        "Marketo documentation, SFDC Sync: Opportunity Sync", judge_currencies,
        needs=(Part.INVENTORY,), gates=(),
    ),
    Check(
        "data_storage", START_HERE.name, say("Salesforce data storage"),
        "Salesforce Help, Data and File Storage Allocations; Marketo documentation, Customize Activities "
        "Sync",
        judge_data_storage, needs=(Part.BUDGET,), reads=(Part.ROWS,), gates=(),
    ),
    Check(
        "partitions", DUPLICATES.name, say("Partitions of the Marketo instance"),
        "Marketo documentation, Understanding Workspaces and Person Partitions",
        judge_partitions, needs=(Part.PARTITIONS,), gates=(),
    ),
    Check(
        "opt_outs", DUPLICATES.name, say("Opt-outs that contradict each other"),
        "Marketo documentation, Default Salesforce Field Mapping (Email Opt Out, Unsubscribed)",
        judge_opt_outs, needs=(Part.DUPLICATES,), gates=(),
    ),
)  # fmt: skip
