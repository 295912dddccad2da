"""What whoever lives with the sync has to know and to do: on the first day, by the fourth, within a month,
and whenever something is changed. Rows, read by the report and shown once the sync was started.

None of it can be measured here; each row says where it stands written.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.text import Message, Worded, say

_DOCS = "Marketo documentation, "


class When(Worded):
    """When a row is due. ``ALWAYS``: before one does what it speaks of."""

    DAY_1 = "day-1", say("on the first day")
    DAY_4 = "day-4", say("by the fourth day")
    DAY_30 = "day-30", say("within a month")
    ALWAYS = "always", say("from now on")


@dataclass(frozen=True)
class Advice:
    """One row: what to do or to know, why, and where that stands written. ``optional``: a next step that
    nobody has to take; the row tells its traps."""

    id: str
    when: When
    what: Message
    why: Message
    source: str
    optional: bool = False


HANDOVER: tuple[Advice, ...] = (
    Advice(
        "owner-mails",
        When.DAY_1,
        say(
            "Decide whether lead owners get an e-mail when Marketo assigns a lead: Marketo Admin → "
            "Salesforce → Edit Sync Options."
        ),
        say("With an active assignment rule, thousands of e-mails may go out in one day."),
        _DOCS + "Turn Off Email Notifications to Lead Owner",
        optional=True,
    ),
    Advice(
        "default-names",
        When.DAY_1,
        say(
            "Enter a default last name and a default company under Marketo Admin → Salesforce → Edit "
            "Sync Options, and test both against the validation rules of Lead and Contact."
        ),
        say("Salesforce accepts nobody without a last name and a company: incomplete people are not synced."),
        _DOCS + "Set Default Person Last Name and Company Name",
        optional=True,
    ),
    Advice(
        "activities-off",
        When.DAY_1,
        say("Leave Salesforce's activity sync off until the first sync is finished."),
        say(
            "When switched on, it pushes three months of history, which takes days and delays other "
            "updates; each activity becomes a task that fills the data storage."
        ),
        _DOCS + "Customize Activities Sync",
        optional=True,
    ),
    Advice(
        "unsubscribed",
        When.DAY_1,
        say(
            "Before the first mailing, compare the number of people who are Unsubscribed with the "
            "opt-outs counted here."
        ),
        say(
            "Email Opt Out becomes Unsubscribed, and one opt-out may apply to everyone with the same e-mail."
        ),
        _DOCS + "Default Salesforce Field Mapping",
    ),
    Advice(
        "notifications",
        When.DAY_1,
        say("Have somebody subscribe to Marketo's notifications about the Salesforce sync."),
        say(
            "If the sync stops, a password expires or the API calls run out, there is no other notification."
        ),
        _DOCS + "Notification Types",
    ),
    Advice(
        "sync-errors",
        When.DAY_4,
        say("Export Sync Status and Sync Errors, put both files into imports/ and run notebook 10."),
        say("Marketo keeps them for five days."),
        _DOCS + "Salesforce Sync Errors",
    ),
    Advice(
        "backlog",
        When.DAY_4,
        say(
            "Look at the backlog under Marketo Admin → Salesforce. If it grows, hide fields that "
            "change often."
        ),
        say(
            "Every change to a record that the sync user sees queues it again, even when a nightly job "
            "makes the change."
        ),
        _DOCS + "Salesforce Sync Backlog Metrics",
    ),
    Advice(
        "hide-in-marketo",
        When.DAY_30,
        say("Hide the fields that nobody uses in Marketo, too: Admin → Field Management → Hide Field."),
        say("A field hidden in Salesforce later stays in Marketo; it just stops receiving values."),
        _DOCS + "Hide a Salesforce Field From the Marketo Sync",
    ),
    Advice(
        "new-fields",
        When.ALWAYS,
        say(
            "Do not show the sync user a new field casually: Marketo creates it permanently. To fill "
            "it, change the records that have a value once."
        ),
        say("Values that already existed arrive only when their record is changed."),
        _DOCS + "Add an Existing Salesforce Field to the Marketo Sync",
    ),
    Advice(
        "type-changes",
        When.ALWAYS,
        say("Before changing the type or API name of a synced field, export its values from Marketo."),
        say(
            "Marketo deletes values that do not fit the new type, and a new API name creates a new "
            "field: forms, lists and campaigns still use the old one."
        ),
        _DOCS + "SFDC Sync: Field Sync",
    ),
    Advice(
        "deletions",
        When.ALWAYS,
        say(
            "Deleting a record in Salesforce can also delete the person in Marketo: a campaign on "
            "“SFDC Is Deleted” can do it."
        ),
        say("Marketo keeps the person, and “Sync Person to SFDC” creates a new lead from it."),
        _DOCS + "SFDC Sync: Deleting a Lead/Contact",
    ),
    Advice(
        "conversions",
        When.ALWAYS,
        say("Convert leads in Salesforce, not by Marketo's flow step “Convert Person”."),
        say("Each conversion from Marketo creates a new account and a new opportunity."),
        _DOCS + "SFDC Sync: Contact Sync",
    ),
    Advice(
        "queues",
        When.ALWAYS,
        say("Do not let a campaign send contacts to “Sync Person to SFDC” with a lead queue as the owner."),
        say("Salesforce does not assign contacts to a queue: Marketo then creates a second record, a lead."),
        _DOCS + "Sync Person to SFDC",
    ),
    Advice(
        "campaign-members",
        When.ALWAYS,
        say(
            "Before linking a program to a Salesforce campaign, count the members who are not in "
            "Salesforce yet, and make the statuses of both match."
        ),
        say("Marketo creates a lead for every member who is not there; different statuses cause errors."),
        _DOCS + "SFDC Sync: Campaign Sync",
        optional=True,
    ),
    Advice(
        "custom-objects",
        When.ALWAYS,
        say(
            "Before syncing a custom object: the sync user can read it, its name is unique, and it is "
            "linked to lead, contact or account at most two levels deep. Start the global sync again "
            "afterward."
        ),
        say("Others are not offered, and Marketo stops the whole sync while such an object is selected."),
        _DOCS + "SFDC Sync: Custom Object Sync",
        optional=True,
    ),
    Advice(
        "sales-insight",
        When.DAY_30,
        say(
            "If you bought it, install Marketo Sales Insight in Salesforce next: the package from "
            "AppExchange, access to its fields for the sync user, then its page in Marketo Admin → "
            "Sales Insight."
        ),
        say(
            "It shows sales teams in Salesforce what people did in Marketo. It is optional, and its "
            "fields also become Marketo fields permanently as soon as the sync user sees them."
        ),
        _DOCS + "Install Marketo Sales Insight Package in Salesforce AppExchange",
        optional=True,
    ),
    Advice(
        "conflicts",
        When.ALWAYS,
        say("Change Salesforce accounts, opportunities and campaigns only in Salesforce."),
        say(
            "They travel one way. If both systems change a person at the same time, Marketo wins for "
            "leads and Salesforce for contacts."
        ),
        _DOCS + "SFDC Sync: Lead Sync, Contact Sync, Account Sync",
    ),
    Advice(
        "reset-schema",
        When.ALWAYS,
        say("Stay away from “Reset Schema”, especially between Sync Fields and Start Sync."),
        say("It discards every change to the mappings and may add fields; it never removes one."),
        _DOCS + "Edit Initial Field Mappings",
    ),
    Advice(
        "disable-sync",
        When.ALWAYS,
        say("Clicking “Disable Sync” also stops the campaigns whose flow steps write to Salesforce."),
        say("Only the background sync stops; flow steps keep writing."),
        _DOCS + "Enable/Disable the Salesforce Sync",
    ),
    Advice(
        "password",
        When.ALWAYS,
        say("When the sync user gets a new password, enter it and the new security token in Marketo."),
        say("Salesforce creates a new token with every new password, and the old one stops working at once."),
        "Salesforce Help, Reset Your Security Token",
    ),
    Advice(
        "sandbox-refresh",
        When.ALWAYS,
        say(
            "After refreshing a Salesforce sandbox, start the road again at 02: apps, tokens and "
            "rights are new."
        ),
        say("A copy brings production's users with different logins, and loses what was set up for Marketo."),
        "Salesforce Help, Refresh Your Sandbox",
    ),
)


def due(*moments: When) -> tuple[Advice, ...]:
    """The rows of these moments, in their order."""
    return tuple(advice for advice in HANDOVER if advice.when in moments)
