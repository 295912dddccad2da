"""What the rows of each object are about: the columns that follow from what an object is.

Each function gives column → SQL over the row's source (see generation.py); every other column is made from
its field's type (see columns.py).
"""

from __future__ import annotations

from runbook_lib.rehearsal.org.people import sample_words
from runbook_lib.rehearsal.org.people.columns import EMPTY, ColumnBasis, listed

RECURRENCE = (
    "RecurrenceActivityId",
    "RecurrenceType",
    "RecurrenceInstance",
    "RecurrenceMonthOfYear",
    "RecurrenceTimeZoneSidKey",
    "RecurrenceInterval",
    "RecurrenceDayOfWeekMask",
    "RecurrenceDayOfMonth",
    "RecurrenceStartDateTime",
    "RecurrenceEndDateOnly",
    "Recurrence2PatternText",
    "Recurrence2PatternVersion",
    "Recurrence2PatternStartDate",
    "Recurrence2PatternTimeZone",
)
"""Columns of an activity that repeats; none of the generated ones does."""


def usual_columns(ground: ColumnBasis) -> dict[str, str]:
    """Columns that mean the same in every object."""
    return {
        "Id": ground.numbers[ground.object_name].id_of("i"),
        "IsDeleted": "false",
        "OwnerId": "owner",
        "CreatedDate": "created",
        "CreatedById": "owner",
        "LastModifiedDate": "modified",
        "LastModifiedById": "owner",
        "SystemModstamp": "modified",
        "IsPersonAccount": "false",
    }


def _human(ground: ColumnBasis) -> dict[str, str]:
    """Columns of a lead or a contact that come from who it is."""
    is_second = (
        "person <> i" if ground.object_name == "Lead" else f"person <> i + {ground.numbers['Lead'].count}"
    )
    return {
        "FirstName": "first",
        "LastName": "last",
        "Name": "first || ' ' || last",
        "IsEmailBounced": "false",
        "Email": f"CASE WHEN hash(person, 'mail') % 100 < 94 OR {is_second} "
        "THEN mailbox || '@' || domain END",
        "HasOptedOutOfEmail": f"{ground.chance('HasOptedOutOfEmail')} % 25 = 0",
        "HasOptedOutOfFax": "false",
    }


def _lead(ground: ColumnBasis) -> dict[str, str]:
    contacts, accounts = ground.numbers["Contact"], ground.numbers["Account"]
    is_converted = f"i % 10 = 3 AND i // 10 < {contacts.count}"
    open_status = ground.pick(
        "Status", ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted")
    )
    return _human(ground) | {
        "Company": f"company_name || ' ' || {listed(sample_words.COMPANY_FORMS)}[1 + (company % 5)::INTEGER]",
        "IsConverted": is_converted,
        "Status": f"CASE WHEN {is_converted} THEN 'Closed - Converted' ELSE {open_status} END",
        "ConvertedDate": f"CASE WHEN {is_converted} THEN created::DATE END",
        "ConvertedContactId": f"CASE WHEN {is_converted} THEN {contacts.id_of('i // 10')} END",
        "ConvertedAccountId": f"CASE WHEN {is_converted} THEN {accounts.id_of('company')} END",
        "ConvertedOpportunityId": EMPTY,
        "PartnerAccountId": EMPTY,
        "Website": "'https://www.' || domain",
    }


def _contact(ground: ColumnBasis) -> dict[str, str]:
    return _human(ground) | {"AccountId": ground.numbers["Account"].id_of("company"), "ReportsToId": EMPTY}


def _account(ground: ColumnBasis) -> dict[str, str]:
    parent = ground.numbers["Account"].id_of("i // 2")
    return {
        "Name": f"company_name || ' ' || {listed(sample_words.COMPANY_FORMS)}[1 + (company % 5)::INTEGER]",
        "ParentId": f"CASE WHEN i % 20 = 19 THEN {parent} END",
        "Website": "'https://www.' || domain",
        "FirstName": EMPTY,
        "LastName": EMPTY,
        "Salutation": EMPTY,
        "PersonContactId": EMPTY,
    }


def _opportunity(ground: ColumnBasis) -> dict[str, str]:
    stage = ground.pick(
        "StageName", ("Prospecting", "Qualification", "Proposal/Price Quote", "Closed Won", "Closed Lost")
    )
    account = f"(hash(i, '{ground.seed}:deal') % {ground.numbers['Account'].count})"
    return {
        "Name": f"{ground.pick('Name', sample_words.PRODUCTS)} || ' for ' || company_name",
        "StageName": stage,
        "IsClosed": f"{stage} LIKE 'Closed%'",
        "IsWon": f"{stage} = 'Closed Won'",
        "Probability": f"CASE {stage} WHEN 'Closed Won' THEN 100 WHEN 'Closed Lost' THEN 0 ELSE 40 END",
        "AccountId": ground.numbers["Account"].id_of(account),
        "IsPrivate": "false",
        "Amount": f"({ground.chance('Amount')} % 9000 + 100) * 10",
        "HasOpportunityLineItem": "false",
        "FiscalYear": "year(created)",
        "FiscalQuarter": "quarter(created)",
        "Fiscal": "year(created) || ' ' || quarter(created)",
    }


def _contact_role(ground: ColumnBasis) -> dict[str, str]:
    deals, contacts = ground.numbers["Opportunity"], ground.numbers["Contact"]
    return {
        "OpportunityId": deals.id_of(f"i % {max(1, deals.count)}"),
        "IsPrimary": f"i < {deals.count}",
        "ContactId": contacts.id_of(f"({ground.chance('ContactId')} % {max(1, contacts.count)})"),
    }


def _campaign(ground: ColumnBasis) -> dict[str, str]:
    kinds = ("Webinar", "Trade Show", "Newsletter", "Road Show")
    return {
        "Name": f"{ground.pick('Name', kinds)} || ' ' || (2022 + i % 3) || ' No. ' || (i + 1)",
        "IsActive": "i % 4 <> 0",
        "ParentId": EMPTY,
        "CampaignMemberRecordTypeId": EMPTY,
    }


def _member_status(ground: ColumnBasis) -> dict[str, str]:
    return {
        "CampaignId": ground.numbers["Campaign"].id_of("i // 2"),
        "SortOrder": "i % 2 + 1",
        "Label": "CASE WHEN i % 2 = 0 THEN 'Sent' ELSE 'Responded' END",
        "IsDefault": "i % 2 = 0",
        "HasResponded": "i % 2 = 1",
    }


def _member(ground: ColumnBasis) -> dict[str, str]:
    leads, contacts = ground.numbers["Lead"], ground.numbers["Contact"]
    lead = f"CASE WHEN i % 2 = 0 THEN {leads.id_of(f'i % {leads.count}')} END"
    contact = f"CASE WHEN i % 2 = 1 THEN {contacts.id_of(f'i % {contacts.count}')} END"
    return {
        "CampaignId": ground.numbers["Campaign"].id_of(
            f"{ground.chance('CampaignId')} % {ground.numbers['Campaign'].count}"
        ),
        "LeadId": lead,
        "ContactId": contact,
        "LeadOrContactId": f"coalesce({lead}, {contact})",
        "Status": "CASE WHEN i % 5 = 0 THEN 'Responded' ELSE 'Sent' END",
        "HasResponded": "i % 5 = 0",
    }


def _activity(ground: ColumnBasis) -> dict[str, str]:
    leads, contacts = ground.numbers["Lead"], ground.numbers["Contact"]
    who = (
        f"CASE WHEN i % 3 = 0 THEN {leads.id_of(f'i % {leads.count}')} "
        f"ELSE {contacts.id_of(f'i % {contacts.count}')} END"
    )
    done = f"{ground.chance('Status')} % 3 > 0"
    return {
        "WhoId": who,
        "WhatId": EMPTY,
        "AccountId": EMPTY,
        "Subject": ground.pick("Subject", sample_words.SUBJECTS),
        "Status": f"CASE WHEN {done} THEN 'Completed' ELSE 'Not Started' END",
        "IsClosed": done,
        "ActivityDate": "created::DATE",
        "ActivityDateTime": "created",
        "StartDateTime": "created",
        "EndDateTime": "created + INTERVAL 30 MINUTE",
        "EndDate": "created::DATE",
        "DurationInMinutes": "30",
        "Priority": "'Normal'",
        "ShowAs": "'Busy'",
        "TaskSubtype": "'Task'",
        "EventSubtype": "'Event'",
        "GroupEventType": "'0'",
    } | dict.fromkeys(RECURRENCE, EMPTY)


def no_columns(_ground: ColumnBasis) -> dict[str, str]:
    """For an object that nothing is known of."""
    return {}


OVERRIDES = {
    "Lead": _lead,
    "Contact": _contact,
    "Account": _account,
    "Opportunity": _opportunity,
    "OpportunityContactRole": _contact_role,
    "Campaign": _campaign,
    "CampaignMemberStatus": _member_status,
    "CampaignMember": _member,
    "Task": _activity,
    "Event": _activity,
}
"""Object → the columns that follow from what it is."""
