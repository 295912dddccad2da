"""How this Marketo names the fields that it makes, and of which standard fields it makes none.

Adobe documents neither. The first value of each habit is what field lists of three synced instances in public
code show (forks and scripts around tap-marketo and marketorestpython, read 2026-11-28): names stand as in
Salesforce, ``rkpi2__rkCompanyId__c``, and nothing is there of what Adobe's knowledge base (ka-29492) calls
ignored. A world, or a test, can have it the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.rehearsal.instance.field_types import CrmField

SPELLINGS = ("as in Salesforce", "one underscore")
STANDARD_FIELDS = ("without the ignored", "all")
_IGNORED = {
    "Account": "Fax Ownership Rating ShippingCity ShippingCountry ShippingPostalCode ShippingState "
    "ShippingStreet TickerSymbol",
    "Contact": "AssistantName AssistantPhone HomePhone LastCURequestDate LastCUUpdateDate Name OtherCity "
    "OtherCountry OtherPhone OtherPostalCode OtherState OtherStreet ReportsToId",
}
_IGNORED_EVERYWHERE = (
    "CreatedById LastActivityDate LastModifiedById LastModifiedDate MasterRecordId SystemModstamp"
)


@dataclass(frozen=True)
class Habits:
    """``spelling``: of the names; ``standard_fields``: which of them become fields.

    ``ValueError`` for a habit that no Marketo has.
    """

    spelling: str = SPELLINGS[0]
    standard_fields: str = STANDARD_FIELDS[0]

    def __post_init__(self) -> None:
        if self.spelling not in SPELLINGS or self.standard_fields not in STANDARD_FIELDS:
            raise ValueError(f"no habit of Marketo: {self}")

    def name_of(self, field: CrmField) -> str:
        """The REST name, before anything is done about a clash."""
        return field.name if self.spelling == SPELLINGS[0] else field.name.replace("__", "_")

    def makes(self, field: CrmField) -> bool:
        """Whether a field that has no default mapping becomes one of Marketo's."""
        if field.custom or self.standard_fields != STANDARD_FIELDS[0]:
            return True
        ignored = f"{_IGNORED_EVERYWHERE} {_IGNORED.get(field.object_name, '')}"
        return field.name not in ignored.split()
