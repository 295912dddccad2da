"""What is read about people: our columns, and the Salesforce fields that they come from.

Person accounts are read as the contacts that they also are, so that nobody is counted twice.
Source: Salesforce object reference, "Lead", "Contact" (IsPersonAccount).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runbook_lib.errors import SalesforceRefused
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

COLUMNS: dict[str, str] = {
    "object": "VARCHAR",
    "id": "VARCHAR",
    "email": "VARCHAR",
    "first_name": "VARCHAR",
    "last_name": "VARCHAR",
    "company": "VARCHAR",
    "phone": "VARCHAR",
    "country": "VARCHAR",
    "owner_id": "VARCHAR",
    "opted_out": "BOOLEAN",
    "created": "TIMESTAMP",
    "last_activity": "DATE",
    "source": "VARCHAR",
    "sfdc_id": "VARCHAR",
}
"""Our columns and their DuckDB types; ``created`` is UTC. ``sfdc_id``: of people in Marketo alone."""
RULE = "x_"
"""What the column of a custom rule's field begins with."""
OPT_OUT = "HasOptedOutOfEmail"
PERSON_ACCOUNT = "IsPersonAccount"

_SHARED = {
    "id": "Id",
    "email": "Email",
    "first_name": "FirstName",
    "last_name": "LastName",
    "phone": "Phone",
    "owner_id": "OwnerId",
    "opted_out": OPT_OUT,
    "created": "CreatedDate",
    "last_activity": "LastActivityDate",
    "source": "LeadSource",
}
_OWN = {
    "Lead": {"company": "Company", "country": "Country"},
    "Contact": {"company": "Account.Name", "country": "MailingCountry", "person_account": PERSON_ACCOUNT},
}
PEOPLE = tuple(_OWN)


@dataclass(frozen=True)
class PeopleQuery:
    """One object to read: the query, and our column → the Salesforce field whose texts it holds."""

    object: str
    soql: str
    fields: Mapping[str, str] = field(default_factory=dict)


def people_query(object_name: str, columns: Sequence[str]) -> str:
    """The query of these columns of all people of that kind; converted leads are none."""
    query = " ".join(("SELECT", ", ".join(columns), "FROM", object_name))
    if object_name == "Lead":
        query += soql(" WHERE IsConverted = {no}", no=False)
    return query


def refuse_unseen(more: Sequence[str], describes: Iterable[Mapping[str, Any]]) -> None:
    """``SalesforceRefused`` where a field of a custom rule is on none of the objects, or not visible."""
    visible = {str(field["name"]) for describe in describes for field in describe["fields"]}
    if unseen := [name for name in more if name not in visible]:
        raise SalesforceRefused(
            say("There is no field {names} on Lead or Contact that you may see.", names=", ".join(unseen)),
            why=say("decisions/setup.toml lists it under [duplicates] as one that identifies a person."),
            fix=say("Correct its API name in decisions/setup.toml, or remove it."),
            code="INVALID_FIELD",
        )


def source_of(describe: Mapping[str, Any], more: Sequence[str] = ()) -> PeopleQuery:
    """What is read of the object: the fields of its describe, which names only those the user may see.

    ``more``: fields of custom rules. ``SalesforceRefused`` where the e-mail is not among the visible ones:
    without it nobody can be compared.
    """
    name = str(describe["name"])
    visible = {str(field["name"]) for field in describe["fields"]}
    if "Email" not in visible:
        raise _email_is_hidden(name)
    wanted = {**_SHARED, **_OWN[name], **{RULE + extra.lower(): extra for extra in more}}
    fields = {
        column: field
        for column, field in wanted.items()
        if ("AccountId" if field == "Account.Name" else field) in visible
    }
    return PeopleQuery(name, people_query(name, list(fields.values())), fields)


def _email_is_hidden(name: str) -> SalesforceRefused:
    return SalesforceRefused(
        say("The field {object}.Email is not visible to the administrator who is logged in.", object=name),
        why=say("People are compared by their e-mail; without it, no duplicate can be found."),
        fix=say("Make it visible to this user under Setup, Object Manager, Field-Level Security."),
        code="INVALID_FIELD",
    )
