"""Validation rules: a record for which the formula of an active rule is true is refused with the rule's text.

Source: Tooling API, ValidationRule; Metadata API, ValidationRule.errorConditionFormula; REST API Developer
Guide, FIELD_CUSTOM_VALIDATION_EXCEPTION.
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.declarations import SetupDeclaration
from runbook_lib.rehearsal.org.faults import not_imitated
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.writes.formula_meaning import FormulaContext
from runbook_lib.rehearsal.org.writes.formula_reading import FormulaFault, Node, read_formula
from runbook_lib.rehearsal.org.writes.refusals import RuleFault, WriteRefusal

KIND = "ValidationRule"
FORMULA = "errorConditionFormula"


class ValidationRules:
    """The rules that a world declares; whether one is active stands in its row. RuleFault for a rule whose
    formula the rehearsal cannot evaluate."""

    def __init__(self, database: Database, catalog: Catalog, setup: Iterable[SetupDeclaration]) -> None:
        self._database, self._catalog = database, catalog
        self._formulas: dict[tuple[str, str], Node] = {}
        for rule in setup:
            self.declare(rule)

    def declare(self, rule: SetupDeclaration) -> None:
        """Know what a rule says, if it is of this kind; RuleFault as above."""
        if rule.object_name == KIND:
            key = str(rule.values["EntityDefinitionId"]), str(rule.values["ValidationName"])
            self._formulas[key] = self._readable(rule, *key)

    def refusals(self, sobject: SObject, user_id: str) -> list[WriteRefusal]:
        """What the active rules of an object refuse of that user's writes."""
        active = self._database.sql(
            'SELECT "ValidationName", "ErrorMessage", "ErrorDisplayField" FROM org."ValidationRule" '
            'WHERE "Active" AND "EntityDefinitionId" = $1 ORDER BY 1',
            [sobject.name],
        )
        asking = FormulaContext(self._catalog, sobject, user_id)
        return [
            WriteRefusal(
                asking.condition(self._formula(sobject.name, name)),
                "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                message,
                (field,) if field else (),
            )
            for name, message, field in active
        ]

    def _formula(self, object_name: str, name: str) -> Node:
        known = self._formulas.get((object_name, name))
        if known is None:
            raise not_imitated(f"the validation rule {name}: nobody declared its formula")
        return known

    def _readable(self, rule: SetupDeclaration, object_name: str, name: str) -> Node:
        if unknown := set(rule.metadata) - {FORMULA}:
            raise RuleFault(KIND, name, f"unknown key {sorted(unknown)[0]}")
        try:
            formula = read_formula(str(rule.metadata.get(FORMULA, "")))
            FormulaContext(self._catalog, self._catalog[object_name], "").condition(formula)
        except (FormulaFault, KeyError) as wrong:
            raise RuleFault(KIND, name, str(wrong)) from wrong
        return formula
