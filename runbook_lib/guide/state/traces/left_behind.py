"""What lies on this disk about people, and what of it nobody needs any more.

A run that ends in order, also by a fault that it tells, leaves what was read for the next try. A run that was
killed tells nobody that anything lies there: whatever opens the workspace next removes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.survey.people.pages import remove_folder
from runbook_lib.survey.people.state import LIFETIME, read_state
from runbook_lib.workspace import Workspace

_LOCK, _MARK = ".people.lock", ".people"


@dataclass(frozen=True)
class Lying:
    """A folder of the workspace in which people's data lie, and since when (UTC, ISO 8601)."""

    folder: str
    since: str


@contextmanager
def people_at_work(workspace: Workspace) -> Iterator[None]:
    """While people are read and compared: every file is its owner's alone, and a kill leaves a mark."""
    from filelock import FileLock  # lazy: it brings asyncio

    with FileLock(workspace.path / _LOCK):
        before = os.umask(0o077)
        mark = workspace.path / _MARK
        try:
            mark.touch()
            yield
        finally:  # not reached by a kill; after a fault the next try goes on where this one was
            os.umask(before)
            mark.unlink(missing_ok=True)


def sweep_people(workspace: Workspace) -> tuple[Path, ...]:
    """Removes what a killed run left of people, and what is too old to be gone on with; which folders."""
    from filelock import FileLock, Timeout  # lazy: it brings asyncio

    folders = [folder for folder in _folders(workspace) if folder.is_dir()]
    mark = workspace.path / _MARK
    if not folders and not mark.exists():
        return ()
    try:
        with FileLock(workspace.path / _LOCK, timeout=0):
            swept = tuple(folder for folder in folders if mark.exists() or _is_useless(folder))
            for folder in swept:
                remove_folder(folder)
            mark.unlink(missing_ok=True)
            return swept
    except (Timeout, OSError):  # somebody is at work; or nothing may be written here, which others tell
        return ()


def people_lying(workspace: Workspace) -> tuple[Lying, ...]:
    """The folders in which people's data lie now."""
    lying = []
    for folder in _folders(workspace):
        with suppress(OSError):
            since = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            lying.append(
                Lying(folder.relative_to(workspace.path).as_posix(), since.isoformat("T", "seconds"))
            )
    return tuple(lying)


def _folders(workspace: Workspace) -> tuple[Path, ...]:
    extract = workspace.extract
    waiting = extract.with_name(f"{extract.name}-marketo")
    return (extract, waiting, *sorted(workspace.duplicates.glob("*.work")))


def _is_useless(folder: Path) -> bool:
    """Whether it is a work folder of no run, or an unfinished extract that is too old to be gone on with."""
    if folder.suffix == ".work":
        return True
    state = read_state(folder)
    if state is not None and state.is_done:  # somebody asked to keep it
        return False
    return datetime.now(UTC) - datetime.fromtimestamp(folder.stat().st_mtime, UTC) > LIFETIME
