"""Keep or hide by rule, ``decisions/rules.csv``: what was decided at one client is suggested at the next.

A rule names fields by their object and API name, with ``*`` for any part of a name; the first that fits
counts. It only suggests: a person, or the run that takes suggestions over, decides field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from runbook_lib.change.decisions import Decisions, decision_fault, files
from runbook_lib.change.decisions.rows import Row, Visibility
from runbook_lib.text import Message
from runbook_lib.workspace import Workspace

FILE = "rules.csv"
_NOBODY = ("", "recommendation")
_Pattern = Annotated[
    str, BeforeValidator(lambda text: str(text).strip()), Field(pattern=r"^[A-Za-z0-9_*?]+$")
]


@dataclass(frozen=True)
class FieldRule(Row):
    """Keep or hide every field that fits: ``object`` and ``field`` may hold ``*`` and ``?``."""

    KEY: ClassVar[tuple[str, ...]] = ("object", "field")
    object: _Pattern
    field: _Pattern
    decision: Annotated[Visibility, BeforeValidator(lambda text: str(text).strip().lower())]

    def fits(self, full_name: str) -> bool:
        """Whether it is about ``Lead.Email``; capital letters or small ones."""
        return fnmatchcase(full_name.lower(), f"{self.object}.{self.field}".lower())


def read_rules(workspace: Workspace) -> tuple[FieldRule, ...]:
    """The rules on file, in their order. ``DecisionFileFault`` names every fault of the file at once."""
    faults: list[Message] = []
    rules = files.read_table(workspace.decisions / FILE, FieldRule, faults)
    if faults:
        raise decision_fault(workspace.decisions, faults)
    return tuple(rules)


def write_rules(workspace: Workspace, rules: Iterable[FieldRule]) -> Path:
    """``decisions/rules.csv``, written whole or not at all."""
    return files.write_table(workspace.decisions / FILE, FieldRule, [files.checked(rule) for rule in rules])


def rule_for(rules: Sequence[FieldRule], full_name: str) -> FieldRule | None:
    """The first rule that fits; ``None``: none does."""
    return next((rule for rule in rules if rule.fits(full_name)), None)


def rules_of(decisions: Decisions, before: Sequence[FieldRule]) -> tuple[FieldRule, ...]:
    """What the next client can take over: what people decided about custom fields, then the older rules."""
    decided = [
        FieldRule(row.object, row.field, row.decision, reason=row.reason, decided_by=row.decided_by,
                  decided_at=row.decided_at)
        for row in decisions.fields.values()
        if row.decided_by not in _NOBODY and row.field.lower().endswith("__c")
    ]  # fmt: skip
    there = {(rule.object.lower(), rule.field.lower()) for rule in decided}
    return (*decided, *(rule for rule in before if (rule.object.lower(), rule.field.lower()) not in there))
