"""Duplicate rules: a record that matches another is refused, where the rule blocks and where it only warns.

Whoever writes by the API sees no warning to pass over: without `allowSave` a rule that allows with an alert
refuses, too. Matching is exact here, field by field; Salesforce's fuzzy matching is not imitated. An update
is looked at only when it changes what is matched.
Source: Metadata API, DuplicateRule; SOAP API Developer Guide, DuplicateRuleHeader, DUPLICATES_DETECTED.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.declarations import SetupDeclaration
from runbook_lib.rehearsal.org.faults import not_imitated
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.writes.refusals import RuleFault, WriteRefusal

KIND = "DuplicateRule"
ACTIONS, OPERATIONS = ("Allow", "Block"), ("Alert", "Report")


@dataclass(frozen=True)
class DuplicateRule:
    """What a rule does, in the words of the Metadata API, and what it matches."""

    matches: Mapping[str, Sequence[str]]
    """Object → fields of the rule's own object that have to be equal there."""
    actionOnInsert: str = "Allow"  # noqa: N815 - the Metadata API's name
    actionOnUpdate: str = "Allow"  # noqa: N815 - the Metadata API's name
    operationsOnInsert: Sequence[str] = OPERATIONS  # noqa: N815 - the Metadata API's name
    operationsOnUpdate: Sequence[str] = OPERATIONS  # noqa: N815 - the Metadata API's name
    alertText: str = field(default="Use one of these records?")  # noqa: N815 - the Metadata API's name

    def check(self, catalog: Catalog, object_name: str) -> None:
        """ValueError when it holds what is not imitated."""
        for action in (self.actionOnInsert, self.actionOnUpdate):
            if action not in ACTIONS:
                raise ValueError(f"no action {action!r}")
        for operation in (*self.operationsOnInsert, *self.operationsOnUpdate):
            if operation not in OPERATIONS:
                raise ValueError(f"no operation {operation!r}")
        for there, names in self.matches.items():
            for name in names:
                if not (catalog[there].find(name) and catalog[object_name].find(name)):
                    raise ValueError(f"{there} and {object_name} do not both have {name}")

    def condition(self) -> str:
        """SQL: the record is refused."""
        same = " OR ".join(_like(there, names) for there, names in self.matches.items())
        names = dict.fromkeys(name for fields in self.matches.values() for name in fields)
        changed = " OR ".join(
            f"lower(n.{quoted(name)}) IS DISTINCT FROM lower(o.{quoted(name)})" for name in names
        )
        on_insert = _refuses(self.actionOnInsert, self.operationsOnInsert)
        on_update = _refuses(self.actionOnUpdate, self.operationsOnUpdate)
        return (
            f'(CASE WHEN o."Id" IS NULL THEN {on_insert} ELSE {on_update} AND ({changed}) END AND ({same}))'
        )


class DuplicateRules:
    """The rules that a world declares; whether one is active stands in its row. RuleFault for a rule that the
    rehearsal cannot enforce."""

    def __init__(self, database: Database, catalog: Catalog, setup: Iterable[SetupDeclaration]) -> None:
        self._database, self._catalog = database, catalog
        self._rules: dict[tuple[str, str], DuplicateRule] = {}
        for rule in setup:
            self.declare(rule)

    def declare(self, rule: SetupDeclaration) -> None:
        """Know what a rule says, if it is of this kind; RuleFault as above."""
        if rule.object_name == KIND:
            key = str(rule.values["SobjectType"]), str(rule.values["DeveloperName"])
            self._rules[key] = self._readable(rule)

    def refusals(self, sobject: SObject) -> list[WriteRefusal]:
        """What the active rules of an object refuse."""
        active = self._database.sql(
            'SELECT "DeveloperName" FROM org."DuplicateRule" '
            'WHERE "IsActive" AND "SobjectType" = $1 ORDER BY 1',
            [sobject.name],
        )
        rules = [self._rule(sobject.name, name) for (name,) in active]
        return [WriteRefusal(rule.condition(), "DUPLICATES_DETECTED", rule.alertText) for rule in rules]

    def _rule(self, object_name: str, name: str) -> DuplicateRule:
        known = self._rules.get((object_name, name))
        if known is None:
            raise not_imitated(f"the duplicate rule {name}: nobody declared what it matches")
        return known

    def _readable(self, declared: SetupDeclaration) -> DuplicateRule:
        try:
            rule = DuplicateRule(**declared.metadata)
            rule.check(self._catalog, str(declared.values["SobjectType"]))
        except (TypeError, ValueError, KeyError) as wrong:
            raise RuleFault(KIND, str(declared.values["DeveloperName"]), str(wrong)) from wrong
        return rule


def _like(object_name: str, names: Sequence[str]) -> str:
    """A record of that object is the same; a record that changes in what is matched is not its own match."""
    same = " AND ".join(f"lower(m.{quoted(name)}) = lower(n.{quoted(name)})" for name in names)
    return f'EXISTS (SELECT 1 FROM {table_of(object_name)} AS m WHERE NOT m."IsDeleted" AND {same})'


def _refuses(action: str, operations: Sequence[str]) -> str:
    return str(action == "Block" or "Alert" in operations).upper()
