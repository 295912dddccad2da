"""What the admin's session counts of the records that will be copied; ten queries in two composite calls.

Sources: SOQL reference, COUNT(), "Semi-Joins with IN and Anti-Joins with NOT IN", LAST_N_DAYS; Salesforce
Help, "Manage Multiple Currencies" (CurrencyIsoCode is there only in an org with several).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.model.inventory import COUNTED, Count, Inventory
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.probes.query import calls_for, unknown

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import QueryAnswer, SalesforceReader

_ALL = [" ".join(("SELECT COUNT() FROM", name)) for name in COUNTED]
_IDLE_LEADS = "SELECT COUNT() FROM Lead WHERE IsConverted = false AND LastModifiedDate < LAST_N_DAYS:730"
_IDLE_CONTACTS = "SELECT COUNT() FROM Contact WHERE LastModifiedDate < LAST_N_DAYS:730"
_CONVERTED = "SELECT COUNT() FROM Lead WHERE IsConverted = true"
_WITHOUT_ROLE = (
    "SELECT COUNT() FROM Opportunity WHERE Id NOT IN (SELECT OpportunityId FROM OpportunityContactRole)"
)
_CURRENCIES = "SELECT CurrencyIsoCode, COUNT(Id) deals FROM Opportunity GROUP BY CurrencyIsoCode"
QUERIES = (*_ALL, _IDLE_LEADS, _IDLE_CONTACTS, _CONVERTED, _WITHOUT_ROLE, _CURRENCIES)
CALLS = calls_for(len(QUERIES))


def inventory(reader: SalesforceReader) -> Inventory:
    """How many records there are, as the user of ``reader`` counts them; each refusal is ``Unknown``."""
    answers = reader.composite_queries(list(QUERIES))
    everything, (idle_leads, idle_contacts, converted, without_role, currencies) = (
        answers[: len(COUNTED)],
        answers[len(COUNTED) :],
    )
    return Inventory(
        records={name: _count(answer) for name, answer in zip(COUNTED, everything, strict=True)},
        converted_leads=_count(converted),
        idle={"Lead": _count(idle_leads), "Contact": _count(idle_contacts)},
        without_role=_count(without_role),
        currencies=_currencies(currencies),
    )


def _count(answer: QueryAnswer | SystemRefused) -> Count:
    return unknown(answer) if isinstance(answer, SystemRefused) else answer.total


def _currencies(answer: QueryAnswer | SystemRefused) -> tuple[str, ...] | Unknown:
    """That there is no such field is an answer: the org has one currency."""
    if not isinstance(answer, SystemRefused):
        return tuple(sorted(str(row["CurrencyIsoCode"]) for row in answer.records if row["CurrencyIsoCode"]))
    return () if answer.code == "INVALID_FIELD" else unknown(answer)
