"""What a person chose, and the files it stands in: ``decisions/`` of the workspace.

Files, not the program, hold decisions: a spreadsheet may edit them, and a headless run reads the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook_lib.workspace import Workspace

RECOMMENDED_FIELDS = (
    "mkto71_Lead_Score__c",
    "mkto71_Acquisition_Date__c",
    "mkto71_Acquisition_Program__c",
)


class Visibility(StrEnum):
    """Whether the sync user, and so Marketo, may see a field."""

    KEEP = "keep"
    HIDE = "hide"


class Pairing(StrEnum):
    """What becomes of a pair of custom Lead and Contact fields in Edit Mappings."""

    PAIR = "pair"
    BREAK = "break"
    LEAVE = "leave"


class DuplicateChoice(StrEnum):
    """Merge first, or start the sync with the duplicates that are there."""

    MERGE = "merge"
    ACCEPT = "accept"


@dataclass(frozen=True)
class FieldDecision:
    """Keep or hide one field, who said so and why."""

    object: str
    field: str
    decision: Visibility
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None

    @property
    def full_name(self) -> str:
        """``Lead.Email``."""
        return f"{self.object}.{self.field}"


@dataclass(frozen=True)
class MappingDecision:
    """Pair, break or leave one Lead field and one Contact field (bare API names; empty: no counterpart)."""

    lead_field: str
    contact_field: str
    decision: Pairing
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class DuplicateDecision:
    """What to do about people who share an e-mail."""

    decision: DuplicateChoice
    reason: str
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class SetupDecision:
    """Which fields to create (API names, on Lead and on Contact) and how the sync user gets his rights."""

    marketo_fields: tuple[str, ...] = RECOMMENDED_FIELDS
    permission_set: str = "Marketo_Sync"
    permission_set_label: str = "Marketo Sync"
    create_user: bool = False
    profile: str = "Minimum Access - Salesforce"
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Decisions:
    """Everything on file. A part is empty (or ``None``) where nobody has decided yet."""

    setup: SetupDecision | None = None
    fields: Mapping[str, FieldDecision] = field(default_factory=dict)
    mappings: tuple[MappingDecision, ...] = ()
    duplicates: DuplicateDecision | None = None


def read_decisions(workspace: Workspace) -> Decisions:
    """All decisions on file; ``DecisionFileFault`` naming every bad row of every file, nothing taken then."""
    raise NotImplementedError


def write_setup(workspace: Workspace, setup: SetupDecision) -> Path:
    """``decisions/setup.toml``, written whole or not at all."""
    raise NotImplementedError


def write_fields(workspace: Workspace, rows: Iterable[FieldDecision]) -> Path:
    """``decisions/fields.csv``, written whole or not at all."""
    raise NotImplementedError


def write_mappings(workspace: Workspace, rows: Iterable[MappingDecision]) -> Path:
    """``decisions/mappings.csv``, written whole or not at all."""
    raise NotImplementedError


def write_duplicates(workspace: Workspace, decision: DuplicateDecision) -> Path:
    """``decisions/duplicates.csv``, written whole or not at all."""
    raise NotImplementedError
