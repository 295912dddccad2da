"""Some of the generated accounts become person accounts: each is one contact, and shows what that one says.

A person account has exactly one contact; the other contacts of a chosen account move to a company.
Source: Salesforce Help, "Person Account Fields"; Object Reference, Account (PersonContactId).
"""

from __future__ import annotations

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.faults import not_imitated
from runbook_lib.rehearsal.org.rows.store import Row
from runbook_lib.rehearsal.org.schema.catalog import MIRROR_ENDING, Catalog, SObject
from runbook_lib.rehearsal.org.schema.person_accounts import mirror_name

OF_CONTACT = {
    "Name": "Name",
    "FirstName": "FirstName",
    "LastName": "LastName",
    "PersonContactId": "Id",
    "PersonEmail": "Email",
    "PersonMobilePhone": "MobilePhone",
    "PersonHasOptedOutOfEmail": "HasOptedOutOfEmail",
}
"""Field of a person account → the field of its contact that it shows."""
CHOSEN = """
CREATE TEMP TABLE person AS
SELECT c."AccountId" AS account, min(c."Id") AS contact FROM org."Contact" c JOIN
  (SELECT "Id", row_number() OVER (ORDER BY "Id") AS place FROM org."Account") a ON a."Id" = c."AccountId"
WHERE a.place % 10 = 5 GROUP BY 1
"""
"""Every tenth account, and the first of its contacts."""
MOVED = """
UPDATE org."Contact" SET "AccountId" = (SELECT min("Id") FROM org."Account")
WHERE "AccountId" IN (SELECT account FROM person) AND "Id" NOT IN (SELECT contact FROM person);
UPDATE org."Contact" SET "IsPersonAccount" = true WHERE "Id" IN (SELECT contact FROM person);
UPDATE org."Lead" SET "ConvertedAccountId" = c."AccountId"
FROM org."Contact" c WHERE c."Id" = "ConvertedContactId"
"""


def make_person_accounts(database: Database, catalog: Catalog) -> None:
    """Make every tenth account the account of a person."""
    sources = dict(OF_CONTACT)
    for field in catalog["Contact"].fields.values():
        if field["custom"]:
            sources[mirror_name(field["name"])] = field["name"]
    columns = [
        f"{quoted(name)} = c.{quoted(source)}"
        for name, source in sources.items()
        if catalog["Account"].find(name) and catalog["Contact"].find(source)
    ]
    database.sql(
        f'{CHOSEN};{MOVED};UPDATE org."Account" SET "IsPersonAccount" = true, {", ".join(columns)} '
        'FROM org."Contact" c JOIN person p ON p.contact = c."Id" WHERE org."Account"."Id" = p.account;'
        "DROP TABLE person"
    )


def refuse_person_account(sobject: SObject, row: Row) -> None:
    """501 for writing a person account or its contact: the other of the two would have to follow."""
    is_one = sobject.name in ("Account", "Contact") and row.get("IsPersonAccount")
    becomes_one = sobject.name == "Account" and any(
        value for name, value in row.items() if name.endswith(MIRROR_ENDING) or name == "LastName"
    )
    if is_one or becomes_one:
        raise not_imitated("writing person accounts")
