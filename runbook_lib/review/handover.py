"""What whoever lives with the sync has to know and to do: on the first day, by the fourth, within a month,
and whenever something is changed. Rows, read by the report and shown once the sync was started.

None of it can be measured here; each row says where it stands written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.text import Message, say

_DOCS = "Marketo documentation, "


class When(StrEnum):
    """When a row is due. ``ALWAYS``: before one does what it speaks of."""

    DAY_1 = "day-1"
    DAY_4 = "day-4"
    DAY_30 = "day-30"
    ALWAYS = "always"


WORDS = {
    When.DAY_1: say("on the first day"),
    When.DAY_4: say("by the fourth day"),
    When.DAY_30: say("within a month"),
    When.ALWAYS: say("from now on"),
}


@dataclass(frozen=True)
class Advice:
    """One row: what to do or to know, why, and where that stands written."""

    id: str
    when: When
    what: Message
    why: Message
    source: str


HANDOVER: tuple[Advice, ...] = (
    Advice(
        "owner-mails",
        When.DAY_1,
        say(
            "Decide whether lead owners get an e-mail when Marketo assigns a lead: Marketo Admin → "
            "Salesforce → Edit Sync Options."
        ),
        say("With an active assignment rule, thousands of e-mails may go out on one day."),
        _DOCS + "Turn Off Email Notifications to Lead Owner",
    ),
    Advice(
        "default-names",
        When.DAY_1,
        say(
            "Enter a default last name and a default company under Marketo Admin → Salesforce → Edit Sync "
            "Options, and try both against the validation rules of Lead and Contact."
        ),
        say("Salesforce takes nobody without a last name and a company: incomplete people are not synced."),
        _DOCS + "Set Default Person Last Name and Company Name",
    ),
    Advice(
        "activities-off",
        When.DAY_1,
        say("Leave the sync of activities to Salesforce off until the first sync is through."),
        say(
            "Switched on, it pushes three months of history, which takes days and delays other updates; each "
            "activity becomes a task that fills the data storage."
        ),
        _DOCS + "Customize Activities Sync",
    ),
    Advice(
        "unsubscribed",
        When.DAY_1,
        say(
            "Before the first mailing compare how many people are Unsubscribed with the opt-outs counted "
            "here."
        ),
        say("Email Opt Out becomes Unsubscribed, and one opt-out may count for all with the same e-mail."),
        _DOCS + "Default Salesforce Field Mapping",
    ),
    Advice(
        "notifications",
        When.DAY_1,
        say("Have somebody subscribe to Marketo's notifications about the Salesforce sync."),
        say("A sync that stops, a password that expired and used-up API calls are told nowhere else."),
        _DOCS + "Notification Types",
    ),
    Advice(
        "sync-errors",
        When.DAY_4,
        say("Export Sync Status and Sync Errors, lay both files into imports/ and run 10_watch."),
        say("Marketo keeps them for five days."),
        _DOCS + "Salesforce Sync Errors",
    ),
    Advice(
        "backlog",
        When.DAY_4,
        say(
            "Look at the backlog under Marketo Admin → Salesforce. Where it grows, hide fields that "
            "change often."
        ),
        say(
            "Every change of a record that the sync user sees queues it anew, also when nightly jobs "
            "change it."
        ),
        _DOCS + "Salesforce Sync Backlog Metrics",
    ),
    Advice(
        "hide-in-marketo",
        When.DAY_30,
        say("Hide the fields that nobody uses also in Marketo: Admin → Field Management → Hide Field."),
        say("A field that is hidden in Salesforce later stays in Marketo; its values only stop coming."),
        _DOCS + "Hide a Salesforce Field From the Marketo Sync",
    ),
    Advice(
        "new-fields",
        When.ALWAYS,
        say(
            "Show the sync user no new field by the way: Marketo creates it permanently. To fill it, change "
            "the records once that have a value."
        ),
        say("Values that were there before arrive only when their record is changed."),
        _DOCS + "Add an Existing Salesforce Field to the Marketo Sync",
    ),
    Advice(
        "type-changes",
        When.ALWAYS,
        say("Before the type or the API name of a synced field is changed, export its values from Marketo."),
        say(
            "Marketo deletes values that do not fit the new type, and a new API name makes a new field: "
            "forms, "
            "lists and campaigns still name the old one."
        ),
        _DOCS + "SFDC Sync: Field Sync",
    ),
    Advice(
        "deletions",
        When.ALWAYS,
        say(
            "Whoever deletes a record in Salesforce deletes the person in Marketo, too: a campaign on "
            "“SFDC Is "
            "Deleted” can do it."
        ),
        say("Marketo keeps the person, and “Sync Person to SFDC” makes a new lead of them."),
        _DOCS + "SFDC Sync: Deleting a Lead/Contact",
    ),
    Advice(
        "conversions",
        When.ALWAYS,
        say("Convert leads in Salesforce, not by Marketo's flow step “Convert Person”."),
        say("Each conversion from Marketo makes a new account and a new opportunity."),
        _DOCS + "SFDC Sync: Contact Sync",
    ),
    Advice(
        "queues",
        When.ALWAYS,
        say("Let no campaign send contacts to “Sync Person to SFDC” with a lead queue as the owner."),
        say("Salesforce gives no contact to a queue: Marketo then makes a second record, a lead."),
        _DOCS + "Sync Person to SFDC",
    ),
    Advice(
        "campaign-members",
        When.ALWAYS,
        say(
            "Before a program is linked to a Salesforce campaign, count its members who are not in "
            "Salesforce "
            "yet, and make the statuses of both equal."
        ),
        say("Marketo makes a lead of every member who is not there; statuses that differ give errors."),
        _DOCS + "SFDC Sync: Campaign Sync",
    ),
    Advice(
        "custom-objects",
        When.ALWAYS,
        say(
            "Before a custom object is synced: the sync user reads it, its name is unique, and it is tied to "
            "lead, contact or account at most two levels deep. Start the global sync again afterward."
        ),
        say("Others are not offered, and Marketo stops the whole sync while the object is chosen."),
        _DOCS + "SFDC Sync: Custom Object Sync",
    ),
    Advice(
        "sales-insight",
        When.DAY_30,
        say(
            "If it was bought, install Marketo Sales Insight in Salesforce next: the package from "
            "AppExchange, its fields for the sync user, then its page in Marketo Admin → Sales Insight."
        ),
        say(
            "It shows sales in Salesforce what people did in Marketo. It is optional, and its fields, too, "
            "become fields of Marketo permanently as soon as the sync user sees them."
        ),
        _DOCS + "Install Marketo Sales Insight Package in Salesforce AppExchange",
    ),
    Advice(
        "conflicts",
        When.ALWAYS,
        say("Change accounts, opportunities and campaigns of Salesforce in Salesforce only."),
        say(
            "They travel one way. Where both systems change a person at once, Marketo wins for leads and "
            "Salesforce for contacts."
        ),
        _DOCS + "SFDC Sync: Lead Sync, Contact Sync, Account Sync",
    ),
    Advice(
        "reset-schema",
        When.ALWAYS,
        say("Keep away from “Reset Schema”, above all between Sync Fields and Start Sync."),
        say("It drops every change of the mappings and may add fields; it never takes one away."),
        _DOCS + "Edit Initial Field Mappings",
    ),
    Advice(
        "disable-sync",
        When.ALWAYS,
        say("Who clicks “Disable Sync” also stops the campaigns whose flow steps write to Salesforce."),
        say("Only the background sync stops; flow steps go on writing."),
        _DOCS + "Enable/Disable the Salesforce Sync",
    ),
    Advice(
        "password",
        When.ALWAYS,
        say(
            "After a new password of the sync user type the password and the new security token into Marketo."
        ),
        say("Salesforce makes a new token with every new password, and the old one stops working at once."),
        "Salesforce Help, Reset Your Security Token",
    ),
    Advice(
        "sandbox-refresh",
        When.ALWAYS,
        say(
            "After a refresh of a Salesforce sandbox walk the road again from 02: apps, tokens and rights "
            "are new."
        ),
        say(
            "The copy brings the users of production with other logins, and drops what was set up for "
            "Marketo."
        ),
        "Salesforce Help, Refresh Your Sandbox",
    ),
)


def due(*moments: When) -> tuple[Advice, ...]:
    """The rows of these moments, in their order."""
    return tuple(advice for advice in HANDOVER if advice.when in moments)
