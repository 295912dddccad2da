"""The people of an org and what belongs to them, generated inside the database from the world's seed.

Of N people about 60 % are leads and the rest contacts; a tenth of the leads were converted, and share name and
e-mail address with their contact. A few people are in the org twice: within leads, within contacts, and as lead and
contact. Everything else hangs on them with valid ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import people_words as words
from .catalog import Catalog, SObject
from .database import Database, literal, quoted, table_of
from .ids import IdCounter
from .people_columns import Ground, RowNumbers, column
from .world import World

NEWEST = "TIMESTAMP '2025-01-15 08:00:00'"
"""No generated record is younger: whatever the machine's clock says, what a sync does comes later."""
DAYS = 1_500
"""Records were made over this many days."""
GENERATED = (
    "Account",
    "Contact",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "Campaign",
    "CampaignMemberStatus",
    "CampaignMember",
    "Task",
    "Event",
)


@dataclass(frozen=True)
class Counts:
    """How many rows there are of what."""

    people: int

    @property
    def rows(self) -> Mapping[str, int]:
        """Object → number of rows."""
        contacts = self.people - round(self.people * 0.6)
        campaigns = 3 + min(97, self.people // 200)
        return {
            "Lead": self.people - contacts,
            "Contact": contacts,
            "Account": max(1, contacts // 3),
            "Opportunity": contacts // 4,
            "OpportunityContactRole": contacts // 3,
            "Campaign": campaigns,
            "CampaignMemberStatus": 2 * campaigns,
            "CampaignMember": self.people // 3 if contacts else 0,
            "Task": self.people // 4 if contacts else 0,
            "Event": self.people // 10 if contacts else 0,
        }


def generate_people(database: Database, catalog: Catalog, world: World, ids: IdCounter, people: int) -> None:
    """Fill the tables of leads, contacts and what belongs to them; custom objects of the schema get a few rows."""
    if people <= 0:
        return
    rows = dict(Counts(people).rows)
    rows |= {
        sobject.name: 1 + people // 50
        for sobject in catalog
        if sobject.describe["custom"] and sobject.kind == "table"
    }
    numbers = {
        name: RowNumbers(catalog[name].key_prefix, ids.skip(catalog[name].key_prefix, count), count)
        for name, count in rows.items()
    }
    owners = [
        row[0]
        for row in database.sql(
            'SELECT u."Id" FROM org."User" u JOIN org."Profile" p ON p."Id" = u."ProfileId" '
            'WHERE u."IsActive" AND p."Name" <> \'System Administrator\' AND u."Username" <> $1 ORDER BY 1',
            [world.sync_username],
        )
    ]
    owners = owners or [row[0] for row in database.sql('SELECT "Id" FROM org."User" ORDER BY 1 LIMIT 1')]
    fills = {f"{one.object_name}.{one.name}": one.fill for one in world.custom_fields}
    for name, count in rows.items():
        ground = Ground(name, world.seed, numbers, owners, fills)
        database.sql(_insert(catalog[name], ground, count))


def _insert(sobject: SObject, ground: Ground, count: int) -> str:
    known = _usual(ground) | OVERRIDES.get(sobject.name, _nothing)(ground)
    columns = [(one["name"], column(ground, known, one)) for one in sobject.stored_fields]
    names = ", ".join(quoted(name) for name, _ in columns)
    values = ",\n ".join(sql for _, sql in columns)
    return f"INSERT INTO {table_of(sobject.name)} ({names}) SELECT {values} FROM ({_source(ground, count)})"


def _source(ground: Ground, count: int) -> str:
    """The rows with what several columns share: who it is (`person`), his names, his company, when it was made."""
    accounts = ground.numbers["Account"].count
    company = "i" if ground.object_name == "Account" else f"person % {accounts}"
    who = f"hash(person, '{ground.seed}:who')"
    return f"""
      SELECT *, lower(replace(first || '.' || last, '''', '')) || person AS mailbox,
             lower(replace(company_name, ' ', '-')) || '.example' AS domain FROM (
        SELECT *, {_name_of("company")} AS company_name,
               {_listed(words.FIRST_NAMES)}[1 + ({who} % {len(words.FIRST_NAMES)})::INTEGER] AS first,
               {_listed(words.LAST_NAMES)}[1 + (({who} // 64) % {len(words.LAST_NAMES)})::INTEGER] AS last,
               {NEWEST} - to_minutes(({ground.chance("created")} % {DAYS * 1440})::INTEGER) AS created
        FROM (SELECT *, {company} AS company FROM (SELECT i, {_person(ground)} AS person FROM range({count}) t(i))))
    """


def _listed(values: list[str] | tuple[str, ...]) -> str:
    return "([" + ", ".join(literal(value) for value in values) + "])"


def _name_of(company: str) -> str:
    """SQL of a company's name without its legal form; each has its own."""
    first, second = len(words.COMPANY_FIRST), len(words.COMPANY_SECOND)
    return (
        f"{_listed(words.COMPANY_FIRST)}[1 + ({company} % {first})::INTEGER] || ' ' || "
        f"{_listed(words.COMPANY_SECOND)}[1 + (({company} // {first}) % {second})::INTEGER] || "
        f"CASE WHEN {company} >= {first * second} THEN ' ' || ({company} // {first * second}) ELSE '' END"
    )


def _person(ground: Ground) -> str:
    """SQL of the number of the person a row is about: two rows of one number are duplicates."""
    leads, contacts = (ground.numbers[name].count for name in ("Lead", "Contact"))
    contact = (
        f"CASE WHEN {{0}} % 125 = 9 THEN {leads} + {{0}} - 4 "
        f"WHEN {{0}} % 100 = 50 AND {{0}} < {leads} THEN {{0}} ELSE {leads} + {{0}} END"
    )
    match ground.object_name:
        case "Lead":
            converted = f"WHEN i % 10 = 3 AND i // 10 < {contacts} THEN " + contact.format("(i // 10)")
            return f"CASE {converted} WHEN i % 125 = 7 THEN i - 3 ELSE i END"
        case "Contact":
            return contact.format("i")
    return "i"


def _usual(ground: Ground) -> dict[str, str]:
    """Columns that mean the same in every object."""
    modified = f"created + to_hours(({ground.chance('modified')} % 2000)::INTEGER)"
    return {
        "Id": ground.numbers[ground.object_name].id_of("i"),
        "IsDeleted": "false",
        "OwnerId": ground.owner("OwnerId"),
        "CreatedDate": "created",
        "CreatedById": ground.owner("OwnerId"),
        "LastModifiedDate": modified,
        "LastModifiedById": ground.owner("OwnerId"),
        "SystemModstamp": modified,
        "IsPersonAccount": "false",
        "CurrencyIsoCode": "'USD'",
    }


def _human(ground: Ground) -> dict[str, str]:
    """Columns of a lead or a contact that come from who it is."""
    is_second = (
        "person <> i" if ground.object_name == "Lead" else f"person <> i + {ground.numbers['Lead'].count}"
    )
    return {
        "FirstName": "first",
        "LastName": "last",
        "Name": "first || ' ' || last",
        "IsEmailBounced": "false",
        "Email": f"CASE WHEN hash(person, 'mail') % 100 < 94 OR {is_second} THEN mailbox || '@' || domain END",
        "HasOptedOutOfEmail": f"{ground.chance('HasOptedOutOfEmail')} % 25 = 0",
        "HasOptedOutOfFax": "false",
    }


def _lead(ground: Ground) -> dict[str, str]:
    contacts, accounts = ground.numbers["Contact"], ground.numbers["Account"]
    is_converted = f"i % 10 = 3 AND i // 10 < {contacts.count}"
    open_status = ground.pick(
        "Status", ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted")
    )
    return _human(ground) | {
        "Company": f"company_name || ' ' || {_listed(words.COMPANY_FORMS)}[1 + (company % 5)::INTEGER]",
        "IsConverted": is_converted,
        "Status": f"CASE WHEN {is_converted} THEN 'Closed - Converted' ELSE {open_status} END",
        "ConvertedDate": f"CASE WHEN {is_converted} THEN created::DATE END",
        "ConvertedContactId": f"CASE WHEN {is_converted} THEN {contacts.id_of('i // 10')} END",
        "ConvertedAccountId": f"CASE WHEN {is_converted} THEN {accounts.id_of('company')} END",
        "ConvertedOpportunityId": "NULL",
        "PartnerAccountId": "NULL",
        "Website": "'https://www.' || domain",
    }


def _contact(ground: Ground) -> dict[str, str]:
    return _human(ground) | {"AccountId": ground.numbers["Account"].id_of("company"), "ReportsToId": "NULL"}


def _account(ground: Ground) -> dict[str, str]:
    parent = ground.numbers["Account"].id_of("i // 2")
    return {
        "Name": f"company_name || ' ' || {_listed(words.COMPANY_FORMS)}[1 + (company % 5)::INTEGER]",
        "ParentId": f"CASE WHEN i % 20 = 19 THEN {parent} END",
        "Website": "'https://www.' || domain",
        "FirstName": "NULL",
        "LastName": "NULL",
        "Salutation": "NULL",
        "PersonContactId": "NULL",
    }


def _opportunity(ground: Ground) -> dict[str, str]:
    stage = ground.pick(
        "StageName", ("Prospecting", "Qualification", "Proposal/Price Quote", "Closed Won", "Closed Lost")
    )
    account = f"(hash(i, '{ground.seed}:deal') % {ground.numbers['Account'].count})"
    return {
        "Name": f"{ground.pick('Name', words.PRODUCTS)} || ' for ' || company_name",
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


def _contact_role(ground: Ground) -> dict[str, str]:
    deals, contacts = ground.numbers["Opportunity"], ground.numbers["Contact"]
    return {
        "OpportunityId": deals.id_of(f"i % {max(1, deals.count)}"),
        "IsPrimary": f"i < {deals.count}",
        "ContactId": contacts.id_of(f"({ground.chance('ContactId')} % {max(1, contacts.count)})"),
    }


def _campaign(ground: Ground) -> dict[str, str]:
    kinds = ("Webinar", "Trade Show", "Newsletter", "Road Show")
    return {
        "Name": f"{ground.pick('Name', kinds)} || ' ' || (2022 + i % 3) || ' No. ' || (i + 1)",
        "IsActive": "i % 4 <> 0",
        "ParentId": "NULL",
        "CampaignMemberRecordTypeId": "NULL",
    }


def _member_status(ground: Ground) -> dict[str, str]:
    return {
        "CampaignId": ground.numbers["Campaign"].id_of("i // 2"),
        "SortOrder": "i % 2 + 1",
        "Label": "CASE WHEN i % 2 = 0 THEN 'Sent' ELSE 'Responded' END",
        "IsDefault": "i % 2 = 0",
        "HasResponded": "i % 2 = 1",
    }


def _member(ground: Ground) -> dict[str, str]:
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


def _activity(ground: Ground) -> dict[str, str]:
    leads, contacts = ground.numbers["Lead"], ground.numbers["Contact"]
    who = (
        f"CASE WHEN i % 3 = 0 THEN {leads.id_of(f'i % {leads.count}')} "
        f"ELSE {contacts.id_of(f'i % {contacts.count}')} END"
    )
    done = f"{ground.chance('Status')} % 3 > 0"
    return {
        "WhoId": who,
        "WhatId": "NULL",
        "AccountId": "NULL",
        "Subject": ground.pick("Subject", words.SUBJECTS),
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
    } | dict.fromkeys(
        (
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
        ),
        "NULL",
    )


def _nothing(_ground: Ground) -> dict[str, str]:
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
