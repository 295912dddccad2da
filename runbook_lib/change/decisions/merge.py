"""Two people worked on copies of one file of decisions: what each changed, put together.

The copies are copies of the file in the workspace as it stands; a change is what differs from it. Where two
people changed a row to different decisions, that row is a conflict: it is named, and nothing is written. A
row that is missing in a copy is no change, so that a filtered spreadsheet loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from runbook_lib.change.decisions import decision_fault
from runbook_lib.change.decisions import files as files
from runbook_lib.change.decisions.rows import FieldDecision, MappingDecision, Row
from runbook_lib.errors import WaitsForPerson
from runbook_lib.text import Message, joined, say
from runbook_lib.workspace import Workspace

R = TypeVar("R", FieldDecision, MappingDecision)
Key = tuple[str, ...]
TABLES = ("fields.csv", "mappings.csv")
"""The files of decisions that several people fill in."""


@dataclass(frozen=True)
class Conflict:
    """A row that was decided differently: which, and who says what."""

    row: str
    says: Mapping[str, str]

    def message(self) -> Message:
        """The conflict as a sentence."""
        choices = "; ".join(f"{who}: {what}" for who, what in self.says.items())
        return say("{row}: {told}", row=self.row, told=choices)


def merged(base: Sequence[R], copies: Mapping[str, Sequence[R]]) -> tuple[list[R], list[Conflict]]:
    """The rows of ``base`` with the changes of every copy (its name → its rows), and the conflicts.

    The order of the copies does not matter for what is decided; of two equal decisions the later one's
    reason and name stay.
    """
    rows = {_key(row): row for row in base}
    changes: dict[Key, dict[str, R]] = {}
    for name, copy in copies.items():
        for row in copy:
            if _key(row) not in rows or _says(rows[_key(row)]) != _says(row):
                changes.setdefault(_key(row), {})[name] = row
    conflicts = []
    for key, by_name in changes.items():
        if len({_says(row) for row in by_name.values()}) > 1:
            choices = {_who(name, row): row.decision.value for name, row in by_name.items()}
            conflicts.append(Conflict(_name(next(iter(by_name.values()))), choices))
        else:
            rows[key] = max(by_name.values(), key=_moment)
    return list(rows.values()), conflicts


def merge_files(workspace: Workspace, table: str, paths: Sequence[Path]) -> tuple[Path, int]:
    """Merges copies of ``decisions/<table>`` into it; the file, and how many rows it has now.

    ``DecisionFileFault`` with every fault of every file, ``WaitsForPerson`` with every conflict; the file is
    then as it was.
    """
    file = workspace.decisions / table
    return (
        _merge(file, MappingDecision, paths)
        if table == "mappings.csv"
        else _merge(file, FieldDecision, paths)
    )


def _merge(file: Path, kind: type[R], paths: Sequence[Path]) -> tuple[Path, int]:
    faults: list[Message] = []
    base = files.read_table(file, kind, faults)
    copies = {str(path): files.read_table(path, kind, faults) for path in paths}
    if faults:
        raise decision_fault(file.parent, faults)
    rows, conflicts = merged(base, copies)
    if conflicts:
        raise WaitsForPerson(
            say("{count} rows were decided differently; nothing was written.", count=len(conflicts)),
            why=joined((conflict.message() for conflict in conflicts), "\n"),
            fix=say("Agree on each one, give all copies the same decision, and merge again."),
        )
    rows.sort(key=_key)
    return files.write_table(file, kind, rows), len(rows)


def _key(row: Row) -> Key:
    return tuple(str(getattr(row, column)) for column in row.KEY)


def _name(row: FieldDecision | MappingDecision) -> str:
    return (" ↔ " if isinstance(row, MappingDecision) else ".").join(filter(None, _key(row)))


def _says(row: FieldDecision | MappingDecision) -> tuple[object, ...]:
    """What counts of a row: the decision, and whether sets that others share may be touched."""
    return (row.decision, getattr(row, "shared", False))


def _who(name: str, row: Row) -> str:
    return f"{row.decided_by} ({Path(name).name})" if row.decided_by else Path(name).name


def _moment(row: Row) -> str:
    return row.decided_at.isoformat() if row.decided_at else ""
