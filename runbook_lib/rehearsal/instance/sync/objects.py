"""The objects of the sync, in their order, and how each one is copied.

Source: Marketo, "Understanding the Salesforce Sync"; the fields that the sync cannot do without are those of
"Required fields missing" in Marketo's community knowledge base.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.instance.field_types import COMPANY, OPPORTUNITY, PERSON, CrmField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.sql import Copy, ValueFault, faults_of, value_of

_ALWAYS = "Id IsDeleted SystemModstamp CreatedDate"
REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(f"{_ALWAYS} {fields}".split())
    for name, fields in {
        "User": "Email ManagerId UserType",
        "Account": "OwnerId MasterRecordId ParentId Name",
        "Lead": "IsConverted ConvertedDate ConvertedAccountId ConvertedContactId ConvertedOpportunityId"
        " Status OwnerId MasterRecordId Name Email Company",
        "Contact": "AccountId OwnerId MasterRecordId Name Email",
        "Opportunity": "AccountId CampaignId IsClosed IsPrivate IsWon Name OwnerId Probability StageName",
        "OpportunityContactRole": "ContactId IsPrimary OpportunityId",
        "Campaign": "CampaignMemberRecordTypeId IsActive Name OwnerId ParentId Status Type",
        "CampaignMember": "",
        "Task": "",
        "Event": "",
    }.items()
}

LABELS = {
    "User": "User",
    "Account": "Account",
    "Lead": "Person (Lead)",
    "Contact": "Contact",
    "Opportunity": "Opportunity",
    "OpportunityContactRole": "Opportunity Contact Role",
    "Campaign": "Campaign",
    "CampaignMember": "Campaign Members",
    "Task": "Task",
    "Event": "Event",
}
"""What Sync Status calls them."""

INDISPENSABLE = ("User", "Account", "Lead", "Contact")
"""Objects without which the sync as a whole has failed."""


@dataclass(frozen=True)
class SyncedObject:
    """One object in one cycle: how the sync user sees it."""

    name: str
    columns: Collection[str]
    """All columns of the org's table."""
    visible: tuple[CrmField, ...]
    """The fields that the sync user may read."""

    @property
    def label(self) -> str:
        """What Sync Status calls it."""
        return LABELS[self.name]

    @property
    def has_deleted(self) -> bool:
        """Whether the org marks deleted rows of this object."""
        return "IsDeleted" in self.columns

    def missing_fields(self) -> tuple[str, ...]:
        """Fields the sync cannot do without that the org has but the sync user cannot see."""
        seen = {field.name for field in self.visible}
        return tuple(name for name in REQUIRED_FIELDS[self.name] if name in self.columns and name not in seen)

    def copy(self, book: FieldBook) -> Copy:
        """How its records get into Marketo."""
        ways = {
            "Lead": self._people,
            "Contact": self._people,
            "Account": self._company,
            "Opportunity": self._opportunity,
            "OpportunityContactRole": self._role,
            "User": self._sales_person,
        }
        return ways.get(self.name, self._linked)(book)

    def _alive(self) -> str:
        return 'NOT s."IsDeleted"' if self.has_deleted else "TRUE"

    def _people(self, book: FieldBook) -> Copy:
        """People keep Marketo's own id; a converted lead is not synced as a lead."""
        values, faults = self._mapped(book)
        values |= {
            "sfdcType": f"'{self.name}'",
            "sfdcId": 's."Id"',
            "sfdcIsDeleted": "FALSE",
            "updatedAt": _NOW,
        }
        condition = self._alive()
        if self.name == "Lead" and "IsConverted" in self.columns:
            condition += ' AND NOT s."IsConverted"'
        return Copy(self.name, PERSON, _PEOPLE[self.name], values, _NEW_PERSON, condition, faults)

    def _company(self, book: FieldBook) -> Copy:
        values, faults = self._mapped(book)
        return Copy(
            self.name,
            COMPANY,
            "externalCompanyId",
            values | {"updatedAt": _NOW},
            _new_with_id(COMPANY),
            self._alive(),
            faults,
        )

    def _opportunity(self, book: FieldBook) -> Copy:
        values, faults = self._mapped(book)
        only_new = {"marketoGUID": _GUID, "createdAt": _NOW}
        return Copy(
            self.name,
            OPPORTUNITY,
            "externalOpportunityId",
            values | {"updatedAt": _NOW},
            only_new,
            self._alive(),
            faults,
        )

    def _role(self, book: FieldBook) -> Copy:
        return Copy(
            self.name,
            "opportunity_role",
            "externalRoleId",
            self._seen(_ROLE) | {"leadId": _LEAD_OF_CONTACT},
            {"marketoGUID": _GUID},
            self._alive(),
        )

    def _sales_person(self, book: FieldBook) -> Copy:
        return Copy(
            self.name,
            "sales_person",
            "externalSalesPersonId",
            self._seen(_SALES_PERSON) | {"updatedAt": _NOW},
            _new_with_id("sales_person"),
            self._alive(),
        )

    def _linked(self, book: FieldBook) -> Copy:
        """Objects of which the rehearsal only remembers that they came."""
        return Copy(
            self.name,
            "linked",
            "sfdc_id",
            {"sfdc_id": 's."Id"'},
            {"object_name": f"'{self.name}'"},
            self._alive(),
        )

    def _mapped(self, book: FieldBook) -> tuple[dict[str, str], tuple[ValueFault, ...]]:
        """Marketo column → SQL value for all mapped fields, and the ways in which one may not fit."""
        targets = book.mapping_of(self.name)
        pairs = [
            (field, targets[field.name])
            for field in self.visible
            if field.name in targets and field.name in self.columns
        ]
        return {target.rest_name: value_of(field, target) for field, target in pairs}, faults_of(pairs)

    def _seen(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Marketo column → SQL value for those org fields of `wanted` that the sync user sees."""
        seen = {field.name for field in self.visible}
        return {column: f"s.{quoted(name)}" for column, name in wanted.items() if name in seen}


_PEOPLE = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}
_NOW = "$until"
_GUID = "CAST(uuid() AS VARCHAR)"


def _new_with_id(table: str) -> dict[str, str]:
    """A new record gets the next of Marketo's own numbers."""
    return {
        "id": f"(SELECT coalesce(max(id), 1000) FROM marketo.{table}) + row_number() OVER ()",
        "createdAt": _NOW,
    }


_NEW_PERSON = {**_new_with_id(PERSON), "isLead": "TRUE", "isAnonymous": "FALSE", "leadPartitionId": "1"}
_ROLE = {
    "externalRoleId": "Id",
    "externalOpportunityId": "OpportunityId",
    "role": "Role",
    "isPrimary": "IsPrimary",
    "externalCreatedDate": "CreatedDate",
}
_LEAD_OF_CONTACT = f'(SELECT min(p."id") FROM marketo.{PERSON} AS p WHERE p."sfdcContactId" = s."ContactId")'
_SALES_PERSON = {
    "externalSalesPersonId": "Id",
    "email": "Email",
    "firstName": "FirstName",
    "lastName": "LastName",
    "title": "Title",
    "phone": "Phone",
}
