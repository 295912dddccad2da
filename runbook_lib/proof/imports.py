"""What lies in the workspace's folder ``imports/``: exports of Marketo's Admin pages.

A file is known by its columns, not by its name; of several of one kind the newest counts. A file that cannot
be read is told with its name and what is wrong, and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbook_lib.change.decisions.imports import are_decisions
from runbook_lib.errors import UsageFault
from runbook_lib.proof.marketo_exports import (
    Export,
    FieldName,
    SyncJob,
    kind_of_export,
    read_field_names,
    read_labels,
    read_sync_errors,
    read_sync_status,
)
from runbook_lib.proof.sync_errors import ErrorGroup, group_errors
from runbook_lib.spreadsheets import may_be_spreadsheet

_READ: Mapping[Export, Callable[[Path], Any]] = {
    Export.SYNC_STATUS: read_sync_status,
    Export.SYNC_ERRORS: read_sync_errors,
    Export.FIELD_NAMES: read_field_names,
    Export.ALL_OBJECTS: read_labels,
}
_OF_THE_SYNC = (Export.SYNC_STATUS, Export.SYNC_ERRORS)


@dataclass(frozen=True)
class Imported:
    """What the files say. ``jobs``, ``groups``, ``names``, ``labels``: ``None`` where there is no such file.
    ``laid``: when each was written."""

    jobs: tuple[SyncJob, ...] | None = None
    groups: tuple[ErrorGroup, ...] | None = None
    names: tuple[FieldName, ...] | None = None
    labels: tuple[str, ...] | None = None
    """Of all objects, where their export has no API names."""
    laid: Mapping[Export, datetime] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    """Records that Sync Errors names, by the first 15 characters of their Ids."""
    faults: tuple[tuple[str, UsageFault], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody laid a file there that tells of the sync."""
        return self.jobs is None and self.groups is None and not self.faults

    @property
    def oldest(self) -> datetime | None:
        """When the older of Sync Status and Sync Errors was written."""
        of_sync = [at for kind, at in self.laid.items() if kind in _OF_THE_SYNC]
        return min(of_sync, default=None)


def read_imports(folder: Path) -> Imported:
    """The newest file of each kind in ``folder``; nothing is raised for a bad one."""
    newest: dict[Export, Path] = {}
    faults: list[tuple[str, UsageFault]] = []
    for path in sorted(filter(may_be_spreadsheet, folder.glob("*")), key=lambda file: file.stat().st_mtime):
        if are_decisions(path):
            continue
        try:
            newest[kind_of_export(path)] = path
        except UsageFault as fault:
            faults.append((path.name, fault))
    contents: dict[Export, Any] = {}
    for kind, path in newest.items():
        try:
            contents[kind] = _READ[kind](path)
        except UsageFault as fault:
            faults.append((path.name, fault))
    errors = contents.get(Export.SYNC_ERRORS)
    return Imported(
        jobs=contents.get(Export.SYNC_STATUS),
        groups=None if errors is None else group_errors(errors),
        names=contents.get(Export.FIELD_NAMES),
        labels=contents.get(Export.ALL_OBJECTS),
        laid={kind: datetime.fromtimestamp(newest[kind].stat().st_mtime, UTC) for kind in contents},
        refused=frozenset(error.record[:15] for error in errors or () if error.record),
        faults=tuple(faults),
    )
