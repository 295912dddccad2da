"""The journal holds what happened, in order, and shows when somebody changed it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from runbook_lib.errors import Defect, EvidenceMissing, WorkspaceFault
from runbook_lib.journal import FIRST, RUN, Entry, Journal, Kind
from runbook_lib.workspace import Workspace
from tests.postgres_server import PostgresServer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
PAYLOADS = st.lists(st.dictionaries(st.text("xyz", min_size=1), JSON, max_size=3), min_size=1, max_size=5)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path)


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[Journal]:
    """Its journal."""
    with Journal.open(workspace) as opened:
        yield opened


@given(PAYLOADS)
@settings(max_examples=25)
def test_what_was_written_is_read_and_verifies(payloads: list[dict[str, Any]]) -> None:
    """Any JSON comes back as it was, each entry carries the digest of the one before."""
    with TemporaryDirectory() as folder:
        workspace = Workspace.create(folder)
        with Journal.open(workspace) as journal:
            written = [journal.append("sync_user", "do", Kind.read, payload) for payload in payloads]
        with Journal.open(workspace) as journal:
            assert journal.entries() == written
            assert [entry.payload for entry in written] == payloads
            assert [entry.previous for entry in written] == [FIRST, *(entry.digest for entry in written[:-1])]
            assert journal.verify() is None


def test_many_entries_are_written_in_one_go(workspace: Workspace, journal: Journal) -> None:
    """Two hundred entries cost the disk one commit, follow each other as if written one by one, and each is
    heard of; where one of them is no JSON, none is written."""
    commits: list[object] = []
    heard: list[Entry] = []
    count = commits.append
    event.listen(Engine, "commit", count)
    try:
        with journal.heard_by(heard.append):
            written = journal.append_all("sync_user", "do", Kind.read, [{"n": n} for n in range(200)])
    finally:
        event.remove(Engine, "commit", count)
    assert len(commits) == 1 and heard == written == journal.entries()
    assert [entry.payload["n"] for entry in written] == list(range(200)) and journal.verify() is None
    with pytest.raises(Defect):
        journal.append_all("sync_user", "do", Kind.read, [{}, {"no": object()}])
    assert len(journal.entries()) == 200 and journal.append_all("sync_user", "do", Kind.read, []) == []


@given(PAYLOADS, st.data())
@settings(max_examples=25)
def test_a_change_afterwards_shows(payloads: list[dict[str, Any]], data: st.DataObject) -> None:
    """Whatever column of whatever entry is changed, or an entry taken out, verify names the first."""
    with TemporaryDirectory() as folder:
        workspace = Workspace.create(folder)
        with Journal.open(workspace) as journal:
            for payload in [*payloads, {}]:
                journal.append("sync_user", "do", Kind.read, payload)
        victim = data.draw(st.integers(1, len(payloads)))
        changes = [
            "UPDATE journal SET payload = '{\"other\":1}' WHERE sequence = ?",
            "UPDATE journal SET at = '2000-01-01T00:00:00+00:00' WHERE sequence = ?",
            "UPDATE journal SET step = 'other' WHERE sequence = ?",
            "UPDATE journal SET kind = 'ended' WHERE sequence = ?",
            "UPDATE journal SET digest = 'x' WHERE sequence = ?",
            "DELETE FROM journal WHERE sequence = ?",
        ]
        with closing(sqlite3.connect(workspace.journal_file, isolation_level=None)) as database:
            database.execute(data.draw(st.sampled_from(changes)), [victim])
        with Journal.open(workspace) as journal:
            assert journal.verify() == victim


def test_entries_are_chosen_by_step_run_and_kind(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choices combine, and the newest of a kind is at hand."""
    for run in ("one", "two"):
        monkeypatch.setenv(RUN, run)
        with Journal.open(workspace) as journal:
            assert journal.run == run
            for step in ("a", "b"):
                journal.append(step, "look", Kind.started, {"run": run})
                journal.append(step, "prove", Kind.evidence, {"run": run})
    with Journal.open(workspace) as journal:
        assert len(journal.entries()) == 8
        assert [entry.sequence for entry in journal.entries(step="a", run="two", kind=Kind.evidence)] == [6]
        last = journal.last("b", Kind.started)
        assert last is not None
        assert last.payload == {"run": "two"}
        assert journal.last("c", Kind.started) is None


def test_a_run_without_an_id_gets_one(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs never share an id by accident."""
    monkeypatch.delenv(RUN, raising=False)
    with Journal.open(workspace) as one, Journal.open(workspace) as two:
        assert one.run != two.run


def test_a_change_without_an_end_is_unfinished(journal: Journal) -> None:
    """Done and failed changes are finished; one that was started again after it failed is open again."""
    for kind, change in [
        (Kind.change_started, "field A"), (Kind.change_done, "field A"),
        (Kind.change_started, "field B"), (Kind.change_failed, "field B"),
        (Kind.change_started, "field C"), (Kind.change_started, "field B"),
    ]:  # fmt: skip
        journal.append("marketo_fields", "do", kind, {"change": change})
    assert [entry.payload["change"] for entry in journal.unfinished_changes("marketo_fields")] == [
        "field C",
        "field B",
    ]
    assert journal.unfinished_changes("sync_user") == []


def test_secrets_are_masked_before_they_are_written(workspace: Workspace) -> None:
    """What the mask takes out never reaches the file, and the entry that comes back is the masked one."""
    with Journal.open(workspace, mask=lambda payload: {**payload, "password": "•••"}) as journal:
        entry = journal.append("security_token", "do", Kind.read, {"password": "hunter22"})
        assert entry.payload == {"password": "•••"}
        assert journal.entries() == [entry]
    files = [path.read_bytes() for path in workspace.path.glob("journal.db*")]
    assert files and not any(b"hunter22" in content for content in files)


def test_what_is_no_json_is_a_defect(journal: Journal) -> None:
    """A payload that JSON cannot hold is refused, and nothing is written."""
    for payload in ({"x": object()}, {"x": float("nan")}):
        with pytest.raises(Defect):
            journal.append("a", "look", Kind.read, payload)
    assert journal.entries() == []


APPEND = """
import os, sys
from runbook_lib.journal import Journal, Kind
from runbook_lib.workspace import Workspace
journal = Journal.open(Workspace.create(sys.argv[1]))
for number in range(int(sys.argv[2])):
    journal.append('a', 'do', Kind.change_done, {'n': number})
os.kill(os.getpid(), 9)
"""


def _append_and_die(workspace: Workspace, times: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", APPEND, str(workspace.path), str(times)]
    return subprocess.Popen(command)  # noqa: S603 – our own interpreter


def test_several_writers_leave_one_unbroken_chain(workspace: Workspace) -> None:
    """Threads and processes that append at once neither lose an entry nor break the chain."""
    with Journal.open(workspace) as journal, ThreadPoolExecutor(4) as pool:
        child = _append_and_die(workspace, 15)
        list(pool.map(lambda n: journal.append("b", "do", Kind.read, {"n": n}), range(30)))
        child.wait(60)
        assert [entry.sequence for entry in journal.entries()] == list(range(1, 46))
        assert journal.verify() is None


def test_what_was_appended_survives_a_kill(workspace: Workspace) -> None:
    """An entry that was reported written is there after the process was killed."""
    assert _append_and_die(workspace, 1).wait(60) == -9
    with Journal.open(workspace) as journal:
        assert [entry.kind for entry in journal.entries()] == [Kind.change_done]


def test_the_file_is_written_through(workspace: Workspace) -> None:
    """SQLite runs with a write-ahead log and waits for the disk."""
    with Journal.open(workspace) as journal, journal._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_another_database_can_hold_it(workspace: Workspace, tmp_path: Path) -> None:
    """``journal_url`` moves the journal; the workspace then has no journal.db."""
    with Journal.open(workspace, url=f"sqlite:///{tmp_path / 'elsewhere.db'}") as journal:
        journal.append("a", "look", Kind.started, {})
    assert (tmp_path / "elsewhere.db").exists()
    assert not workspace.journal_file.exists()


def test_one_database_holds_each_name_once(workspace: Workspace, tmp_path: Path) -> None:
    """Another workspace of that name is refused, so that its steps cannot count as proven by this one's
    evidence; one of another name has a journal of its own."""
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    for _ in range(2):
        with Journal.open(workspace, url=url, name="acme") as journal:
            journal.append("a", "look", Kind.started, {})
    with pytest.raises(WorkspaceFault, match="acme"):
        Journal.open(Workspace.create(tmp_path / "other"), url=url, name="acme")
    with Journal.open(Workspace.create(tmp_path / "other"), url=url, name="globex") as journal:
        assert journal.entries() == []


def test_postgresql_holds_many_journals(tmp_path: Path, postgres: PostgresServer) -> None:
    """Several connections write into one database at once, each from several threads: each has its own
    unbroken chain, and one that is altered says nothing about the others."""
    names = ("acme", "globex", "initech")
    journals = [
        Journal.open(Workspace.create(tmp_path / name), postgres.url, name=f"many-{name}") for name in names
    ]
    with ThreadPoolExecutor(6) as pool:
        jobs = [(journal, n) for n in range(12) for journal in journals]
        list(pool.map(lambda job: job[0].append("a", "do", Kind.read, {"n": job[1], "ä": "\u2028"}), jobs))
    for journal in journals:
        assert [entry.sequence for entry in journal.entries()] == list(range(1, 13))
        assert journal.verify() is None
    postgres.sql("UPDATE journal_entries SET step = 'b' WHERE connection = 'many-acme' AND sequence = 3")
    assert [journal.verify() for journal in journals] == [3, None, None]
    for journal in journals:
        journal.close()


def test_a_name_belongs_to_one_workspace(tmp_path: Path, postgres: PostgresServer) -> None:
    """A second workspace of the same name is refused: its steps cannot count as proven by the first one's."""
    Journal.open(Workspace.create(tmp_path / "one"), postgres.url, name="twice").close()
    with pytest.raises(WorkspaceFault, match="twice"):
        Journal.open(Workspace.create(tmp_path / "two"), postgres.url, name="twice")
    Journal.open(Workspace.create(tmp_path / "one"), postgres.url, name="twice").close()


def test_a_server_that_starts_anew_is_waited_for(tmp_path: Path, postgres: PostgresServer) -> None:
    """The database goes down at once and comes back: what was reported done is there, and writing goes on."""
    with Journal.open(Workspace.create(tmp_path / "one"), postgres.url, name="again") as journal:
        journal.append("a", "do", Kind.read, {"n": 1})
        postgres.restart()
        journal.append("a", "do", Kind.read, {"n": 2})
        assert [entry.payload["n"] for entry in journal.entries()] == [1, 2] and journal.verify() is None


def test_a_database_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """Entries of a database that held one workspace alone count on, for that workspace and no other."""
    mine, url = Workspace.create(tmp_path / "mine"), f"sqlite:///{tmp_path / 'old.db'}"
    with Journal.open(mine) as journal:
        written = [journal.append("a", "do", Kind.read, {"n": n}) for n in range(3)]
    mine.journal_file.replace(tmp_path / "old.db")
    (mine.path / ".journal-owner").write_text("f" * 32)
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE journal_owner (workspace VARCHAR(32) PRIMARY KEY)")
        database.execute("INSERT INTO journal_owner VALUES (?)", ["f" * 32])
    with Journal.open(Workspace.create(tmp_path / "other"), url, name="other") as journal:
        assert journal.entries() == []
    with Journal.open(mine, url, name="acme") as journal:
        assert journal.entries() == written and journal.verify() is None


@pytest.mark.parametrize("url", ["postgresql+psycopg://user:hunter22@127.0.0.1:1/x", "nonsense"])
def test_a_journal_that_cannot_be_opened_is_told(workspace: Workspace, url: str) -> None:
    """The fault says so without the password of the URL."""
    with pytest.raises(WorkspaceFault, match="journal_url") as fault:
        Journal.open(workspace, url=url)
    assert "hunter22" not in str(fault.value)


@pytest.mark.parametrize("column", ["kind = 'nonsense'", "payload = '{'", "payload = '{\"other\":1}'"])
def test_an_altered_journal_is_refused(workspace: Workspace, journal: Journal, column: str) -> None:
    """Whatever was altered, also to something that cannot be read, is told with the entry's number."""
    for _ in range(3):
        journal.append("sync_user", "do", Kind.read, {})
    journal.require_whole()
    with closing(sqlite3.connect(workspace.journal_file, isolation_level=None)) as database:
        database.execute(f"UPDATE journal SET {column} WHERE sequence = 2")  # noqa: S608 - our own words
    assert journal.verify() == 2
    with pytest.raises(EvidenceMissing, match="entry 2"):
        journal.require_whole()


def test_an_entry_that_cannot_be_read_is_told(workspace: Workspace, journal: Journal) -> None:
    """Reading entries of an unknown kind is refused with a sentence, not with a traceback."""
    journal.append("sync_user", "do", Kind.read, {})
    with closing(sqlite3.connect(workspace.journal_file, isolation_level=None)) as database:
        database.execute("UPDATE journal SET kind = 'nonsense'")
    with pytest.raises(WorkspaceFault, match="Entry 1"):
        journal.entries()


def test_a_journal_that_is_gone_is_told(workspace: Workspace) -> None:
    """An empty journal beside the snapshots of earlier runs is not taken for a new workspace."""
    (workspace.snapshots / "20260101T000000Z-0a1b2c3d.json").write_text("{}")
    with pytest.raises(WorkspaceFault, match="gone"):
        Journal.open(workspace)


def _written(workspace: Workspace, entries: int) -> None:
    with Journal.open(workspace) as journal:
        for number in range(entries):
            journal.append("sync_user", "do", Kind.read, {"n": number})


def _sql(workspace: Workspace, statement: str) -> None:
    with closing(sqlite3.connect(workspace.journal_file, isolation_level=None)) as database:
        database.execute(statement)


def test_a_tail_that_was_cut_off_is_told(workspace: Workspace) -> None:
    """The chain of what is left is whole; that the newest entries are missing stands beside it."""
    _written(workspace, 5)
    _sql(workspace, "DELETE FROM journal WHERE sequence > 3")
    with Journal.open(workspace) as journal:
        assert journal.verify() == 4
        with pytest.raises(EvidenceMissing, match="ends before entry 4, although 5 had been written"):
            journal.require_whole()


def test_a_tail_that_was_written_anew_is_told(workspace: Workspace) -> None:
    """Entries put in the place of those that were cut off make no whole journal of it."""
    _written(workspace, 4)
    head = (workspace.path / ".journal-head").read_text()
    _sql(workspace, "DELETE FROM journal WHERE sequence = 4")
    _written(workspace, 2)
    with Journal.open(workspace) as journal:
        assert journal.verify() is None
        (workspace.path / ".journal-head").write_text(head)
        assert journal.verify() == 4


def test_an_older_copy_is_told(workspace: Workspace, tmp_path: Path) -> None:
    """A copy that was put back lacks what was written after it was taken."""
    _written(workspace, 2)
    _sql(workspace, "PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(workspace.journal_file, tmp_path / "copy.db")
    _written(workspace, 1)
    for file in workspace.path.glob("journal.db*"):
        file.unlink()
    shutil.copy(tmp_path / "copy.db", workspace.journal_file)
    with Journal.open(workspace) as journal:
        assert journal.verify() == 3


def test_a_journal_that_is_emptied_is_told(workspace: Workspace) -> None:
    """Also where no snapshot was left: something had been written."""
    _written(workspace, 1)
    _sql(workspace, "DELETE FROM journal")
    with pytest.raises(WorkspaceFault, match="gone"):
        Journal.open(workspace)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_told(workspace: Workspace, kept: float) -> None:
    """A database that lost its end is refused with a sentence, wherever it was cut."""
    _written(workspace, 200)
    _sql(workspace, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = workspace.journal_file.read_bytes()
    workspace.journal_file.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises((EvidenceMissing, WorkspaceFault)) as told:  # noqa: PT012 - either of the two
        with Journal.open(workspace) as journal:
            journal.require_whole()
    assert "copy" in str(told.value.fix) or "file" in str(told.value.fix)


def test_writers_who_overtake_each_other_guard_less_and_are_never_wrong(workspace: Workspace) -> None:
    """A mark that is behind, or that cannot be read, makes no journal an altered one."""
    _written(workspace, 3)
    mark = workspace.path / ".journal-head"
    with Journal.open(workspace) as journal:
        second = journal.entries()[1]
        mark.write_text(f'{{"sequence": 2, "digest": "{second.digest}"}}')
        assert journal.verify() is None
        mark.write_text("{")
        assert journal.verify() is None
        mark.unlink()
        assert journal.verify() is None
