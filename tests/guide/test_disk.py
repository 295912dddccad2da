"""A disk that is full, a folder that is read-only, a database that is down: told as that, and nothing is
broken."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc

from runbook_lib import journal_store
from runbook_lib.cli.exit import exit_code_of
from runbook_lib.disk import cannot_write
from runbook_lib.errors import WorkspaceFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.journal import Journal, Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.workspace import Workspace

WALK = """
import sys
from runbook_lib.errors import RunbookError
from runbook_lib.guide.state.session import open_session
from tests.guide.walking import walk_on
try:
    with open_session(sys.argv[1]) as session:
        walk_on(session, "00", "01")
except RunbookError as stop:
    print(stop)
    sys.exit(stop.exit_code)
"""
SIZES = [150] if not os.environ.get("RUNBOOK_SOAK_MINUTES") else [*range(120, 440, 40)]


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Callable[[], object]]:
    """A disk of its own at ``folder``; what is given makes it large enough for everything."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root on Linux can mount a small disk")
    try:
        yield lambda: subprocess.check_call(["mount", "-o", "remount,size=200m", str(folder)])  # noqa: S607 - the system's own
    finally:
        subprocess.check_call(["umount", str(folder)])  # noqa: S607 - as above


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path / "acme")


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO, errno.EMFILE]
)
def test_what_the_system_refuses_is_no_defect(number: int, tmp_path: Path) -> None:
    """Which file, why, and what to do; for a full disk how much room there is. Never 70, never a
    traceback."""
    fault = OSError(number, os.strerror(number), str(tmp_path / "report.html"))
    stop = cannot_write(fault)
    assert stop.exit_code == 64 and "report.html" in str(stop) and os.strerror(number) in str(stop)
    assert ("MB are free" in str(stop)) == (number in (errno.ENOSPC, errno.EDQUOT))

    def command() -> None:
        raise fault

    assert exit_code_of(command, []) == 64


def test_a_beat_that_cannot_write_ends_truthfully(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the middle of a look: the step ends as that, the journal is whole, and goes on
    after."""

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "snapshots/x.json")

    with monkeypatch.context() as patched:
        patched.setattr("runbook_lib.guide.engine.step.history.save_snapshot", full)
        with pytest.raises(WorkspaceFault, match="No space left"):
            StartHere(rehearsed, interactive=False).look()
    ended = rehearsed.journal.entries(kind=Kind.ended)[-1].payload
    assert (ended["exit_code"], rehearsed.journal.verify()) == (64, None)
    assert not [path for path in rehearsed.workspace.path.rglob("*") if path.is_file() and
    path.stat().st_size == 0
                and path.suffix in (".json", ".html", ".toml", ".csv")]  # fmt: skip
    assert StartHere(rehearsed, interactive=False).look()


@pytest.mark.parametrize("kilobytes", SIZES)
def test_a_disk_that_fills_up_on_the_road(
    kilobytes: int, rehearsal_server: RehearsalServer, tmp_path: Path
) -> None:
    """A real small disk: the road stops with what is missing and how much room there is, the journal is
    whole, no empty file is left; with room it goes on from there. Many sizes in `make soak`."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, kilobytes) as enlarge, environment(secret_variables(rehearsal_server)):
        place = prepare_workspace(disk / "acme", rehearsal_server, "robot")
        walk = [sys.executable, "-c", WALK, str(place.path)]
        first = subprocess.run(walk, capture_output=True, text=True, check=False)
        assert first.returncode == 64, first.stderr
        assert "No space left" in first.stdout or "disk is full" in first.stdout
        empty = [path for path in place.path.rglob("*") if path.is_file() and not path.stat().st_size]
        assert {path.name for path in empty} <= {".lock", "journal.db-wal", "journal.db-shm"}
        enlarge()
        with open_session(place.path) as session:
            assert session.journal.verify() is None
        again = subprocess.run(walk, capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stdout + again.stderr


class Lost(Exception):
    """What a driver raises where the server is gone."""

    sqlstate = None


def flaky(times: int) -> Callable[[], str]:
    """A call that meets a lost connection so often."""
    left = [times]

    def call() -> str:
        if left[0]:
            left[0] -= 1
            raise sqlalchemy.exc.OperationalError("SELECT", {}, Lost("server closed the connection"))
        return "there"

    return call


def once_more(_: Any, call: Callable[[], Any]) -> Any:
    """What ``call`` gives, asked a second time where the connection was lost."""
    engine: Any = sqlalchemy.create_engine("sqlite://")
    engine.dialect.name = "postgresql"
    return journal_store.reached(engine, call)


def test_a_database_that_comes_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a bound the connection is made anew; beyond it is told as the database being down, with its
    fix."""
    waited: list[float] = []
    monkeypatch.setattr("runbook_lib.journal_store.time.sleep", waited.append)
    engine: Any = sqlalchemy.create_engine("sqlite://")
    engine.dialect.name = "postgresql"
    assert journal_store.reached(engine, flaky(2)) == "there" and waited == list(journal_store.RECONNECTS[:2])
    with pytest.raises(WorkspaceFault, match="cannot be reached") as stop:
        journal_store.reached(engine, flaky(99))
    assert "Start the database" in str(stop.value.fix) and "copy" not in str(stop.value)


@pytest.mark.parametrize("others", [0, 1])
def test_a_commit_whose_answer_was_lost_is_not_written_twice(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """The repeat finds the entry in the database, also where another process has written after it."""
    monkeypatch.setattr(journal_store, "RECONNECTS", (0.0,))
    with Journal.open(workspace) as journal, Journal.open(workspace) as other:
        append, lost = journal._append, [1]

        def answer_lost(*given: Any) -> Any:
            entry = append(*given)
            if lost.pop() if lost else 0:
                for _ in range(others):
                    other.append("00_start_here", "look", Kind.read, {})
                raise sqlalchemy.exc.OperationalError("COMMIT", {}, Lost("server closed the connection"))
            return entry

        monkeypatch.setattr(journal, "_append", answer_lost)
        # SQLite has no connection to lose: told as the dialect of a server around the call alone
        monkeypatch.setattr("runbook_lib.journal.reached", once_more)
        written = journal.append("00_start_here", "do", Kind.change_started, {"change": "a"})
        assert journal.entries(kind=Kind.change_started) == [written] and written.sequence == 1
        assert len(journal.entries()) == 1 + others and journal.verify() is None


def test_a_full_disk_under_the_journal(workspace: Workspace) -> None:
    """SQLite's own word for a full disk is told with the file, and what was written before is whole."""
    with Journal.open(workspace) as journal:
        journal.append("00_start_here", "look", Kind.started, {})

        def full() -> None:
            raise sqlalchemy.exc.OperationalError("INSERT", {}, Lost("database or disk is full"))

        with pytest.raises(WorkspaceFault, match="disk is full") as stop:
            journal_store.reached(journal._engine, full)
        assert "journal.db" in str(stop.value) and "Free up disk space" in str(stop.value.fix)
        assert journal.verify() is None and len(journal.entries()) == 1


def test_another_fault_of_the_database_stays_what_it_is(workspace: Workspace) -> None:
    """A constraint or a lock is not told as an outage."""
    with Journal.open(workspace) as journal:

        def locked() -> None:
            raise sqlalchemy.exc.OperationalError("INSERT", {}, Lost("database is locked"))

        with pytest.raises(sqlalchemy.exc.OperationalError):
            journal_store.reached(journal._engine, locked)
