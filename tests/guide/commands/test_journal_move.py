"""The journal moves into another database, entry by entry, and its chain can be verified there."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from runbook_lib.cli import call
from runbook_lib.errors import EvidenceMissing, UsageFault
from runbook_lib.guide.commands import journal_move
from runbook_lib.guide.commands.audit import audit_workspace
from runbook_lib.guide.commands.journal_move import IN_WORKSPACE, move_journal
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.journal import Kind
from tests.guide.walking import count_as_proven
from tests.postgres_server import PostgresServer

START = "00_start_here"


def test_it_moves_to_postgresql_and_back(rehearsed: Session, postgres: PostgresServer) -> None:
    """The same entries with the same digests, before, there and after; what is written goes on the chain."""
    folder = rehearsed.workspace.path
    count_as_proven(rehearsed, START)
    written = rehearsed.journal.entries()
    rehearsed.close()
    assert call(["journal", "move", str(folder), "--to", postgres.url]) == 0
    assert not rehearsed.workspace.journal_file.exists() and list(folder.glob("journal-*.moved.db"))
    with open_session(folder) as session:
        assert session.connection.journal_url == postgres.url
        assert session.journal.entries() == written
        session.journal.append(START, "look", Kind.started, {"there": True})
        longer = session.journal.entries()
    audit_workspace(folder)
    with pytest.raises(UsageFault):
        move_journal(folder, postgres.url)
    move_journal(folder, IN_WORKSPACE)
    with open_session(folder) as session:
        assert session.connection.journal_url is None
        assert session.journal.entries() == longer and session.journal.verify() is None


def test_killed_in_between_it_is_run_again(
    rehearsed: Session, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is there and connection.toml is not written: nobody writes past it, the next try ends it."""
    folder = rehearsed.workspace.path
    postgres.sql("DROP TABLE IF EXISTS journal_entries, journal_connections")
    count_as_proven(rehearsed, START)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal_move, "write_connection", killed)
        with pytest.raises(KeyboardInterrupt):
            move_journal(folder, postgres.url)
    with pytest.raises(IntegrityError, match="moved"):  # a notebook that was open all the while
        rehearsed.journal.append(START, "look", Kind.started, {})
    written = rehearsed.journal.entries()
    rehearsed.close()
    move_journal(folder, postgres.url)
    with open_session(folder) as session:
        assert session.journal.entries() == written and session.journal.verify() is None


def test_two_chains_are_not_mixed(rehearsed: Session, postgres: PostgresServer) -> None:
    """What stands there under that name is no beginning of this journal: refused, nothing is changed."""
    folder = rehearsed.workspace.path
    postgres.sql("DROP TABLE IF EXISTS journal_entries, journal_connections")
    count_as_proven(rehearsed, START)
    rehearsed.close()
    move_journal(folder, postgres.url)
    postgres.sql("UPDATE journal_entries SET digest = 'x'")
    text = rehearsed.workspace.connection_file.read_text("utf-8")
    rehearsed.workspace.connection_file.write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith("journal_url")),
        "utf-8",
    )
    next(folder.glob("journal-*.moved.db")).replace(rehearsed.workspace.journal_file)
    with pytest.raises(EvidenceMissing):
        move_journal(folder, postgres.url)
    assert "journal_url" not in rehearsed.workspace.connection_file.read_text("utf-8")


@pytest.mark.parametrize("url", ["postgresql://u:hunter22@db/x", "mysql://db/x"])
def test_an_address_that_may_not_stand_in_the_file_is_refused(rehearsed: Session, url: str) -> None:
    """With a password in it, or of a database that is not supported; the password is not told."""
    with pytest.raises(UsageFault) as refusal:
        move_journal(rehearsed.workspace.path, url)
    assert "hunter22" not in str(refusal.value)
