"""The rules that an administrator made for records: whoever writes one by the API has to keep them."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.declarations import SetupDeclaration
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.rows.store import Row
from runbook_lib.rehearsal.org.rows.tables import as_json, relation
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.writes.duplicates import DuplicateRules
from runbook_lib.rehearsal.org.writes.refusals import WriteRefusal
from runbook_lib.rehearsal.org.writes.validation import ValidationRules


class DataRules:
    """Validation rules, then duplicate rules, as Salesforce asks them.

    Source: Apex Developer Guide, "Triggers and Order of Execution".
    """

    def __init__(self, database: Database, catalog: Catalog, setup: Iterable[SetupDeclaration]) -> None:
        declared = tuple(setup)
        self._database = database
        self._validation = ValidationRules(database, catalog, declared)
        self._duplicates = DuplicateRules(database, catalog, declared)

    def declare(self, rule: SetupDeclaration) -> None:
        """Know what a rule says that somebody makes while the org runs; RuleFault as at the start."""
        self._validation.declare(rule)
        self._duplicates.declare(rule)

    def refusals(self, sobject: SObject, user_id: str) -> list[WriteRefusal]:
        """What the active rules refuse of that user's records."""
        if sobject.kind != "table" or sobject.read != "object":
            return []
        return [*self._validation.refusals(sobject, user_id), *self._duplicates.refusals(sobject)]

    def check(self, user_id: str, sobject: SObject, old: Row, new: Row) -> None:
        """OrgFault when a rule refuses the record; `old` is empty for a new one."""
        refusals = self.refusals(sobject, user_id)
        if not refusals:
            return
        cases = " ".join(f"WHEN {refusal.condition} THEN {place}" for place, refusal in enumerate(refusals))
        fields = sobject.stored_fields
        struck = self._database.sql(
            f"SELECT CASE {cases} END FROM {relation(fields, 'new')} AS n, {relation(fields, 'old')} AS o",
            {"new": as_json([{"Id": None} | new]), "old": as_json([{"Id": None} | old])},
        )[0][0]
        if struck is not None:
            refusal = refusals[struck]
            raise OrgFault(400, refusal.code, refusal.message, refusal.fields)
