"""How far an extract is: one small file, written whole after every page, by which it can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from runbook_lib.disk import write_whole

LIFETIME = timedelta(hours=12)
"""An unfinished extract that is older is begun anew: people change."""
FILE = "state.json"


@dataclass(frozen=True)
class Task:
    """One object of an extract: its query, its job, and the pages that are safe on disk."""

    object: str
    soql: str
    expected: int
    job: str = ""
    locator: str = ""
    pages: int = 0
    rows: int = 0
    is_done: bool = False


@dataclass(frozen=True)
class ExtractState:
    """One extract: of which org, since when (UTC), and its objects."""

    org_id: str
    began: datetime
    tasks: Mapping[str, Task] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether every object is wholly there."""
        return bool(self.tasks) and all(task.is_done for task in self.tasks.values())

    def with_task(self, task: Task) -> ExtractState:
        """The same with one task moved on."""
        return replace(self, tasks={**self.tasks, task.object: task})

    def can_go_on(self, org_id: str, queries: Mapping[str, str], now: datetime) -> bool:
        """Whether an extract that was interrupted is gone on with: same org, same queries, not too old."""
        same = {name: task.soql for name, task in self.tasks.items()} == dict(queries)
        return self.org_id == org_id and same and not self.is_done and now - self.began < LIFETIME


def read_state(folder: Path) -> ExtractState | None:
    """The state on file; ``None`` where there is none, or one that cannot be read."""
    try:
        data: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        tasks = {name: Task(**task) for name, task in data["tasks"].items()}
        return ExtractState(data["org_id"], datetime.fromisoformat(data["began"]), tasks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_state(folder: Path, state: ExtractState) -> None:
    """Puts the state on file in one go: a reader sees the one before, or this one."""
    data = asdict(state) | {"began": state.began.isoformat()}
    write_whole(folder / FILE, json.dumps(data), 0o600)
