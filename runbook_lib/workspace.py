"""The workspace: one folder per connection, readable without the program.

It names the paths and holds the lock (one run per workspace); it knows nothing of what the files mean.
"""

from __future__ import annotations

import getpass
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.disk import reason_of_system, write_whole
from runbook_lib.errors import WorkspaceFault, WorkspaceInUse
from runbook_lib.text import Message, say

LOCK_VARIABLE = "RUNBOOK_LOCK"
"""Environment variable by which the holder of the lock lets the processes it starts in."""


@dataclass(frozen=True)
class LockHolder:
    """Who holds a workspace: what they called themselves, which process, since when (UTC, ISO 8601)."""

    who: str
    pid: int
    since: str
    token: str


class Workspace:
    """The folder of one connection. Make one with :meth:`open` or :meth:`create`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection_file = path / "connection.toml"
        self.decisions = path / "decisions"
        self.approvals = path / "approvals"
        self.snapshots = path / "snapshots"
        self.plans = path / "plans"
        self.runs = path / "runs"
        self.imports = path / "imports"
        self.notebooks = path / "notebooks"
        self.extract = path / "extract"
        self.duplicates = path / "duplicates"
        self.journal_file = path / "journal.db"
        self.calls_file = path / "calls.json"
        self.report_html = path / "report.html"
        self.report_json = path / "report.json"

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    @classmethod
    def open(cls, path: Path | str) -> Workspace:
        """The workspace in the folder ``path``; its missing sub-folders are made.

        Raises :class:`WorkspaceFault` where there is no folder, or no connection.toml in it.
        """
        workspace = cls(Path(path).expanduser().absolute())
        try:
            return workspace._opened()
        except (OSError, ValueError) as fault:
            raise WorkspaceFault(
                say("The workspace folder cannot be used: {reason}.", reason=reason_of_system(fault)),
                where=str(workspace.path),
                fix=say("Choose a folder in which you may write."),
            ) from None

    def _opened(self) -> Workspace:
        workspace = self
        if not workspace.path.is_dir():
            raise WorkspaceFault(
                say("The workspace folder does not exist."), where=str(workspace.path), fix=_START
            )
        if not workspace.connection_file.is_file():
            raise WorkspaceFault(
                say("This folder is not a workspace: it has no connection.toml."),
                where=str(workspace.path),
                fix=_START,
            )
        workspace._make_folders()
        return workspace

    @classmethod
    def create(cls, path: Path | str) -> Workspace:
        """The workspace in the folder ``path``, made where it is missing; nothing in it is overwritten.

        Its connection.toml is written by :func:`runbook_lib.systems.connection.write_connection`.
        """
        workspace = cls(Path(path).expanduser().absolute())
        try:
            workspace.path.mkdir(parents=True, exist_ok=True)
            workspace._make_folders()
        except (OSError, ValueError) as fault:
            raise WorkspaceFault(
                say("The workspace folder cannot be made: {reason}.", reason=reason_of_system(fault)),
                where=str(workspace.path),
                fix=say("Choose a folder in which you may write."),
            ) from fault
        return workspace

    @contextmanager
    def lock(self, holder: str) -> Iterator[None]:
        """Holds the workspace for one run while the ``with`` block lasts.

        ``holder`` is what others are told, such as ``"runbook run"``. Processes that the holder starts,
        and further calls in the same process, are let in by the environment token :data:`LOCK_VARIABLE`.
        Raises :class:`WorkspaceInUse` at once, naming the holder, where another run holds it.
        """
        from filelock import (
            FileLock,
            Timeout,
        )  # lazy: it brings asyncio, which a question to a file need not load

        if self._is_held_for_us():
            yield
            return
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise self._in_use() from None
        mine = LockHolder(f"{holder} ({_user()})", os.getpid(), _now(), secrets.token_hex(16))
        before = os.environ.get(LOCK_VARIABLE)
        try:
            self._write_holder(mine)
            os.environ[LOCK_VARIABLE] = mine.token
            yield
        finally:
            _restore(before)
            self._holder_file.unlink(missing_ok=True)
            lock.release()

    def holder(self) -> LockHolder | None:
        """Who holds the workspace by its holder file; ``None`` where nobody does, or where it cannot be
        read.
        """
        with suppress(OSError, ValueError, TypeError, RecursionError):
            return LockHolder(**json.loads(self._holder_file.read_text(encoding="utf-8")))
        return None

    @property
    def _holder_file(self) -> Path:
        return self.path / ".lock.holder.json"

    def _make_folders(self) -> None:
        for folder in (
            self.decisions, self.approvals, self.snapshots, self.plans, self.runs, self.imports,
        ):  # fmt: skip
            folder.mkdir(exist_ok=True)

    def _is_held_for_us(self) -> bool:
        token, holder = os.environ.get(LOCK_VARIABLE), self.holder()
        return bool(token) and holder is not None and secrets.compare_digest(holder.token, token or "")

    def _write_holder(self, holder: LockHolder) -> None:
        # Only the owner may read the token; replaced in one go so that nobody reads half a file.
        write_whole(self._holder_file, json.dumps(holder.__dict__), 0o600)

    def _in_use(self) -> WorkspaceInUse:
        holder = self.holder()
        what: Message = say("Another run holds this workspace.")
        if holder is not None:
            what = say(
                "Another run holds this workspace: {who}, process {pid}, since {since}.",
                who=holder.who, pid=str(holder.pid), since=holder.since,
            )  # fmt: skip
        return WorkspaceInUse(
            what,
            where=str(self.path),
            why=say("Two runs at once could make the same change twice."),
            fix=say("Wait until it has ended, or end that process, then start again."),
        )


_START = say("Create one with `runbook init WORKSPACE`, or name the folder of an existing one.")


def _user() -> str:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user without a name
        name = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return f"{name}@{socket.gethostname()}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _restore(token: str | None) -> None:
    if token is None:
        os.environ.pop(LOCK_VARIABLE, None)
    else:
        os.environ[LOCK_VARIABLE] = token
