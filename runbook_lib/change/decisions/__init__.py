"""What a person chose, and the files it stands in: ``decisions/`` of the workspace.

Files, not the program, hold decisions: a spreadsheet may edit them, and a headless run reads the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as kept
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.decisions import files as files
from runbook_lib.change.decisions.rows import (
    ALL,
    ComparisonRules,
    DuplicateChoice,
    DuplicateRow,
    FieldRow,
    MappingRow,
    Pairing,
    SetupFile,
    Visibility,
)
from runbook_lib.errors import DecisionFileFault
from runbook_lib.survey.requirements import PERMISSION_SET_LABEL, PERMISSION_SET_NAME, RECOMMENDED_FIELDS
from runbook_lib.text import Message, joined, say

if TYPE_CHECKING:
    from runbook_lib.workspace import Workspace

__all__ = ["ComparisonRules", "DuplicateChoice", "Pairing", "Visibility"]


@dataclass(frozen=True)
class FieldDecision:
    """Keep or hide one field, who said so and why.

    ``shared``: hide it also where a profile or permission set that grants it belongs to other users as well.
    """

    object: str
    field: str
    decision: Visibility
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    shared: bool = False
    line: int = kept(default=0, compare=False)
    """Where it stands in its file; 0: not read from one."""

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
    line: int = kept(default=0, compare=False)
    """Where it stands in its file; 0: not read from one."""


@dataclass(frozen=True)
class DuplicateDecision:
    """What to do about people who share an e-mail. ``groups``: how many were counted when it was decided.

    ``people``: whom it is for; see :class:`~runbook_lib.change.decisions.rows.DuplicateRow`.
    """

    decision: DuplicateChoice
    reason: str
    decided_by: str = ""
    decided_at: datetime | None = None
    groups: int | None = None
    people: str = ALL


@dataclass(frozen=True)
class SetupDecision:
    """Which fields to create (API names, on Lead and on Contact) and how the sync user gets their rights.

    ``create_user``: create the sync user where there is none, with the profile called ``profile``, the
    mailbox ``user_email`` (Salesforce sends the first password there), ``last_name`` and ``alias``.
    ``username``: whom that was decided about; who it is says connection.toml. Empty: nobody was asked.
    ``read_only_profiles``: profiles whose users may read Marketo's fields, and not edit them.
    ``sync_campaigns``: Marketo's programs are synced with campaigns, which takes a “Marketing User”.
    ``custom_objects``: custom objects whose fields are reviewed, too. ``marketo_environment``:
    ``production`` or ``sandbox``, which no API of Marketo tells; empty: nobody said."""

    marketo_fields: tuple[str, ...] = RECOMMENDED_FIELDS
    read_only_profiles: tuple[str, ...] = ()
    permission_set: str = PERMISSION_SET_NAME
    permission_set_label: str = PERMISSION_SET_LABEL
    create_user: bool = False
    profile: str = "Minimum Access - Salesforce"
    user_email: str = ""
    username: str = ""
    last_name: str = "Marketo Sync"
    alias: str = "mktosync"
    sync_campaigns: bool = True
    custom_objects: tuple[str, ...] = ()
    marketo_environment: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    duplicates: ComparisonRules = ComparisonRules()


@dataclass(frozen=True)
class Decisions:
    """Everything on file. A part is empty (or ``None``) where nobody has decided yet."""

    setup: SetupDecision | None = None
    fields: Mapping[str, FieldDecision] = kept(default_factory=dict)
    mappings: tuple[MappingDecision, ...] = ()
    duplicates: DuplicateDecision | None = None
    """For all groups that no rule names."""
    duplicate_rules: Mapping[str, DuplicateDecision] = kept(default_factory=dict)
    notices: tuple[Message, ...] = kept(default=(), compare=False)
    """What was odd about the files and changes nothing about the decisions."""


def read_decisions(workspace: Workspace) -> Decisions:
    """All decisions on file. A file that is not there means that nobody has decided yet.

    ``DecisionFileFault`` names every fault of every file at once; nothing is taken then.
    """
    faults: list[Message] = []
    notices: list[Message] = []
    setup = files.read_setup(workspace.decisions / "setup.toml", faults)
    fields = files.read_table(workspace.decisions / "fields.csv", FieldRow, faults, notices)
    mappings = files.read_table(workspace.decisions / "mappings.csv", MappingRow, faults, notices)
    duplicates = files.read_table(workspace.decisions / "duplicates.csv", DuplicateRow, faults, notices)
    if faults:
        raise decision_fault(workspace.decisions, faults)
    decided = [FieldDecision(**row.model_dump(), line=row.line) for row in fields]
    rules = {row.people: DuplicateDecision(**row.model_dump()) for row in duplicates}
    return Decisions(
        setup=SetupDecision(**dict(setup)) if setup else None,
        fields={each.full_name: each for each in decided},
        mappings=tuple(MappingDecision(**row.model_dump(), line=row.line) for row in mappings),
        duplicates=rules.pop(ALL, None),
        duplicate_rules=rules,
        notices=tuple(notices),
    )


def setup_as_it_stands(workspace: Workspace) -> SetupDecision:
    """The set-up on file; what is recommended where nobody decided, or the file cannot be read."""
    setup = files.read_setup(workspace.decisions / "setup.toml", [])
    return SetupDecision(**dict(setup)) if setup else SetupDecision()


def unreadable(workspace: Workspace) -> tuple[Path, ...]:
    """The files of decisions that have faults: nothing can be taken from any of them before they are
    mended."""
    readers: dict[str, Callable[[Path, list[Message]], object]] = {
        "setup.toml": files.read_setup,
        "fields.csv": lambda path, faults: files.read_table(path, FieldRow, faults),
        "mappings.csv": lambda path, faults: files.read_table(path, MappingRow, faults),
        "duplicates.csv": lambda path, faults: files.read_table(path, DuplicateRow, faults),
    }
    found: list[Path] = []
    for name, read in readers.items():
        faults: list[Message] = []
        read(workspace.decisions / name, faults)
        found += [workspace.decisions / name] if faults else []
    return tuple(found)


def write_setup(workspace: Workspace, setup: SetupDecision) -> Path:
    """``decisions/setup.toml``, written whole or not at all; comments in it are kept."""
    return files.write_setup(workspace.decisions / "setup.toml", files.checked(SetupFile, asdict(setup)))


def write_fields(workspace: Workspace, rows: Iterable[FieldDecision]) -> Path:
    """``decisions/fields.csv``, written whole or not at all, in the order of object and field."""
    ordered = sorted(rows, key=lambda each: each.full_name)
    checked = [files.checked(FieldRow, asdict(row)) for row in ordered]
    return files.write_table(workspace.decisions / "fields.csv", FieldRow, checked)


def write_mappings(workspace: Workspace, rows: Iterable[MappingDecision]) -> Path:
    """``decisions/mappings.csv``, written whole or not at all."""
    checked = [files.checked(MappingRow, asdict(row)) for row in rows]
    return files.write_table(workspace.decisions / "mappings.csv", MappingRow, checked)


def write_duplicates(workspace: Workspace, *decisions: DuplicateDecision) -> Path:
    """``decisions/duplicates.csv``, written whole or not at all; a row for each whom a decision is for."""
    rows = [files.checked(DuplicateRow, asdict(each)) for each in decisions]
    return files.write_table(workspace.decisions / "duplicates.csv", DuplicateRow, rows)


def decision_fault(folder: Path, faults: Sequence[Message]) -> DecisionFileFault:
    """All that is wrong with files of decisions in ``folder``, as one fault."""
    return DecisionFileFault(
        joined(faults, "\n"),
        where=str(folder),
        why=say("Nothing was taken from these files, so that no decision is carried out halfway."),
        fix=say("Correct the rows listed above, or decide again in the notebook."),
    )
