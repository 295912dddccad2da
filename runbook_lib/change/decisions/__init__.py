"""What a person chose, and the files it stands in: ``decisions/`` of the workspace.

Files, not the program, hold decisions: a spreadsheet may edit them, and a headless run reads the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.decisions import files as files
from runbook_lib.change.decisions import setup_file
from runbook_lib.change.decisions.rows import (
    ALL,
    DuplicateChoice,
    DuplicateDecision,
    FieldDecision,
    MappingDecision,
    Pairing,
    Visibility,
)
from runbook_lib.change.decisions.setup import ComparisonRules, SetupDecision
from runbook_lib.errors import DecisionFileFault
from runbook_lib.text import Message, joined, say

if TYPE_CHECKING:
    from runbook_lib.workspace import Workspace

__all__ = [
    "ComparisonRules", "DuplicateChoice", "DuplicateDecision", "FieldDecision", "MappingDecision", "Pairing",
    "SetupDecision", "Visibility",
]  # fmt: skip


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

    @property
    def hides(self) -> dict[str, bool]:
        """``Lead.Region__c`` → whether it is hidden, for every field that was decided about."""
        return {name: row.decision is Visibility.HIDE for name, row in self.fields.items()}


FILES = ("setup.toml", "fields.csv", "mappings.csv", "duplicates.csv")
_READ: dict[Path, tuple[tuple[bytes | None, ...], Decisions]] = {}
"""The last folder, what its files held, byte by byte, and what that says: a beat asks for it many times."""


def read_decisions(workspace: Workspace) -> Decisions:
    """All decisions on file. A file that is not there means that nobody has decided yet.

    ``DecisionFileFault`` names every fault of every file at once; nothing is taken then.
    """
    folder = workspace.decisions
    try:
        held = _contents(folder)
        if folder in _READ and _READ[folder][0] == held:
            return _READ[folder][1]
        decisions = _read(workspace)
        _READ.clear()
        if _contents(folder) == held:  # else somebody saved meanwhile, and it is read anew next time
            _READ[folder] = (held, decisions)
        return decisions
    except OSError:  # who reads the file tells what is wrong with it
        return _read(workspace)


def _contents(folder: Path) -> tuple[bytes | None, ...]:
    paths = (folder / name for name in FILES)
    return tuple(path.read_bytes() if path.exists() else None for path in paths)


def _read(workspace: Workspace) -> Decisions:
    faults: list[Message] = []
    notices: list[Message] = []
    setup = setup_file.read_setup(workspace.decisions / "setup.toml", faults)
    fields = files.read_table(workspace.decisions / "fields.csv", FieldDecision, faults, notices)
    mappings = files.read_table(workspace.decisions / "mappings.csv", MappingDecision, faults, notices)
    duplicates = files.read_table(workspace.decisions / "duplicates.csv", DuplicateDecision, faults, notices)
    if faults:
        raise decision_fault(workspace.decisions, faults)
    rules = {row.people: row for row in duplicates}
    return Decisions(
        setup=setup,
        fields={row.full_name: row for row in fields},
        mappings=tuple(mappings),
        duplicates=rules.pop(ALL, None),
        duplicate_rules=rules,
        notices=tuple(notices),
    )


def setup_as_it_stands(workspace: Workspace) -> SetupDecision:
    """The set-up on file; what is recommended where nobody decided, or the file cannot be read."""
    return setup_file.read_setup(workspace.decisions / "setup.toml", []) or SetupDecision()


def unreadable(workspace: Workspace) -> tuple[Path, ...]:
    """The files of decisions that have faults: nothing can be taken from any of them before they are
    mended."""
    readers: dict[str, Callable[[Path, list[Message]], object]] = {
        "setup.toml": setup_file.read_setup,
        "fields.csv": lambda path, faults: files.read_table(path, FieldDecision, faults),
        "mappings.csv": lambda path, faults: files.read_table(path, MappingDecision, faults),
        "duplicates.csv": lambda path, faults: files.read_table(path, DuplicateDecision, faults),
    }
    paths: list[Path] = []
    for name, read in readers.items():
        faults: list[Message] = []
        read(workspace.decisions / name, faults)
        paths += [workspace.decisions / name] if faults else []
    return tuple(paths)


def write_setup(workspace: Workspace, setup: SetupDecision) -> Path:
    """``decisions/setup.toml``, written whole or not at all; comments in it are kept."""
    return setup_file.write_setup(workspace.decisions / "setup.toml", files.checked(setup))


def write_fields(workspace: Workspace, rows: Iterable[FieldDecision]) -> Path:
    """``decisions/fields.csv``, written whole or not at all, in the order of object and field."""
    ordered = sorted(rows, key=lambda row: row.full_name)
    checked = [files.checked(row) for row in ordered]
    return files.write_table(workspace.decisions / "fields.csv", FieldDecision, checked)


def write_mappings(workspace: Workspace, rows: Iterable[MappingDecision]) -> Path:
    """``decisions/mappings.csv``, written whole or not at all."""
    checked = [files.checked(row) for row in rows]
    return files.write_table(workspace.decisions / "mappings.csv", MappingDecision, checked)


def write_duplicates(workspace: Workspace, *decisions: DuplicateDecision) -> Path:
    """``decisions/duplicates.csv``, written whole or not at all; a row for each whom a decision is for."""
    rows = [files.checked(decision) for decision in decisions]
    return files.write_table(workspace.decisions / "duplicates.csv", DuplicateDecision, rows)


def decision_fault(folder: Path, faults: Sequence[Message]) -> DecisionFileFault:
    """All that is wrong with files of decisions in ``folder``, as one fault."""
    return DecisionFileFault(
        joined(faults, "\n"),
        where=str(folder),
        why=say("Nothing was taken from these files, so that no decision is carried out halfway."),
        fix=say("Correct the rows listed above, or decide again in the notebook."),
    )
