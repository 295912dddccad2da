"""``runbook journal move``: the journal into another database, entry by entry as it was written.

The chain of digests is the same there, so that it can be verified there as it was here. connection.toml names
the new place only once everything is in it; killed in between, the command is simply run again. A journal.db
is sealed before, so that a notebook that has it open writes nothing past the new place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.errors import EvidenceMissing, UsageFault
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.views.view import Card, Tone, View
from runbook_lib.journal import Journal
from runbook_lib.systems.connection import Connection, faults_of, write_connection
from runbook_lib.text import Message, say
from runbook_lib.workspace import Workspace

IN_WORKSPACE = "workspace"
"""What is typed for a journal.db in the workspace itself."""


def move_journal(folder: Path, target: str) -> View:
    """Moves the journal to the database ``target`` (SQLAlchemy's form), or back into the workspace.

    Raises ``UsageFault`` where it is there already, ``EvidenceMissing`` where it is not whole or does not fit
    to what is there, ``WorkspaceFault`` where the database cannot be used.
    """
    url = None if target == IN_WORKSPACE else target
    with open_session(folder) as session, session.workspace.lock("runbook journal move"):
        workspace, before, language = session.workspace, session.connection.journal_url, session.language
        connection = _pointed(session.connection, url)
        if url == before:
            raise UsageFault(say("The journal is there already."), where=_place(url))
        if url is None and workspace.journal_file.exists():
            raise UsageFault(
                say("There is a journal.db in the workspace already."),
                where=str(workspace.journal_file),
                fix=say("It was left by an earlier move: put it elsewhere, then move again."),
            )
        with Journal.open_or_create(workspace, url, lambda payload: payload, connection.name) as journal:
            journal.take_over(session.journal.entries())
            entries = session.journal.seal() if before is None else session.journal.entries()
            journal.take_over(entries)
            if journal.entries() != entries or journal.verify() is not None:
                raise EvidenceMissing(say("The journal did not arrive as it was written."), where=_place(url))
        write_connection(workspace.connection_file, connection)
    sentences: list[Message] = [say("The chain was verified there; connection.toml names the new place.")]
    if before is None:  # only now: nobody reads it any more
        sentences.append(say("The old file was put aside: {name}.", name=_put_aside(workspace).name))
    count = say("{count} entries were moved to {place}.", count=len(entries), place=_place(url))
    return View(language, "", (Card(Tone.OK, count, tuple(sentences)),))


def _pointed(known: Connection, url: str | None) -> Connection:
    """The connection as it will be; its own rules refuse an address with a password in it."""
    data = {**known.model_dump(), "journal_url": url}
    if (reason := faults_of(data).get("journal_url")) is not None:
        raise UsageFault(say("{key}: {reason}.", key="journal_url", reason=reason))
    return Connection.model_validate(data)


def _put_aside(workspace: Workspace) -> Path:
    """Renames journal.db, so that nobody takes it for the journal, and a mistake can be mended."""
    moved = workspace.path / f"journal-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.moved.db"
    for suffix in (
        "-wal",
        "-shm",
    ):  # empty after the last reader has gone; else SQLite needs them by its name
        side = workspace.journal_file.with_name(workspace.journal_file.name + suffix)
        if side.exists():
            side.replace(moved.with_name(moved.name + suffix))
    return workspace.journal_file.replace(moved)


def _place(url: str | None) -> str:
    """An address as it may be told: without user and options."""
    return "journal.db" if url is None else url.split("@")[-1].split("?")[0]
