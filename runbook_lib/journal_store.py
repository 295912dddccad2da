"""Where the journal is stored: its tables, the database they stand in, and how far it was written.

How far stands outside the database, too: a chain of digests shows what was changed or taken out, but not that
its newest entries are missing. Whoever puts an older copy of the database back is told so.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.disk import write_whole
from runbook_lib.errors import WorkspaceFault
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

HEAD = ".journal-head"
"""File of the workspace: number and digest of the newest entry that was written."""


def write_head(workspace: Workspace, sequence: int, digest: str) -> None:
    """Writes down that the entry ``sequence`` is in the database, after it is: never before.

    Several writers may overtake each other; an older number guards less, and is never wrong. That the file
    cannot be written is no reason to doubt an entry that is on the disk.
    """
    with suppress(OSError):
        write_whole(workspace.path / HEAD, json.dumps({"sequence": sequence, "digest": digest}))


def read_head(workspace: Workspace) -> tuple[int, str] | None:
    """Number and digest of the newest entry that was written; ``None`` where nothing tells."""
    try:
        told = json.loads((workspace.path / HEAD).read_text(encoding="utf-8"))
        return int(told["sequence"]), str(told["digest"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def declare_table() -> Table:
    """The table of entries, beside that of the database's owner."""
    from sqlalchemy import Column, Integer, MetaData, String, Table, Text  # lazy: see Journal.open

    tables = MetaData()
    Table("journal_owner", tables, Column("workspace", String(32), primary_key=True))
    return Table(
        "journal",
        tables,
        Column("sequence", Integer, primary_key=True, autoincrement=False),
        *(Column(name, String, nullable=False) for name in ("at", "run", "step", "beat", "kind")),
        Column("payload", Text, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("digest", String(64), nullable=False),
    )


def claim(engine: Engine, journal: Table, workspace: Workspace) -> bool:
    """Whether the database is, or from now on is, that of this workspace, by a mark kept in both."""
    mark_file = workspace.path / ".journal-owner"
    if not mark_file.exists():
        mark_file.write_text(secrets.token_hex(16))
    mark, owners = mark_file.read_text(), journal.metadata.tables["journal_owner"]
    with engine.begin() as connection:
        hold_writers(connection)
        known = connection.execute(owners.select()).scalar()
        if known is None:
            connection.execute(owners.insert().values(workspace=mark))
    return known in (None, mark)


def open_engine(workspace: Workspace, url: str | None) -> Engine:
    """The database: ``journal.db`` of the workspace, or the one that ``url`` names."""
    from sqlalchemy import URL, create_engine, event  # lazy: see Journal.open

    target = url or URL.create("sqlite", database=str(workspace.journal_file))
    engine = create_engine(target, pool_pre_ping=url is not None)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


T = TypeVar("T")
RECONNECTS = (0.5, 1.0, 2.0)
"""Seconds before the journal's database is asked again: it may be starting anew."""


def reached(engine: Engine, call: Callable[[], T]) -> T:
    """What ``call`` gives, tried again within a bound while the database cannot be reached or written to.

    An append that met this may be written all the same, where only the answer to its commit was lost: a call
    that writes looks for what it tried before (:func:`is_written`). Raises ``WorkspaceFault`` that says which
    of the two it is: a server that is down, or a disk on which nothing can be written.
    """
    from sqlalchemy.exc import InterfaceError, OperationalError  # lazy: see Journal.open

    is_server = engine.dialect.name != "sqlite"
    for seconds in RECONNECTS if is_server else ():
        try:
            return call()
        except (OperationalError, InterfaceError) as fault:
            if not _is_lost(fault):
                raise
        engine.dispose()
        time.sleep(seconds)
    try:
        return call()
    except (OperationalError, InterfaceError) as fault:
        stop = (_down(engine) if _is_lost(fault) else None) if is_server else _unwritable(engine, fault)
        if stop is None:
            raise
    raise stop


def _is_lost(fault: Any) -> bool:
    """Whether the connection was lost or never made, and not that the server refused what was asked."""
    return bool(fault.connection_invalidated) or getattr(fault.orig, "sqlstate", None) in (None, *_STARTING)


_STARTING = ("57P01", "57P02", "57P03", "08000", "08001", "08003", "08006")
"""Source: PostgreSQL, appendix A: shutting down, starting up, and connection exceptions."""


def _down(engine: Engine) -> WorkspaceFault:
    return WorkspaceFault(
        say("The database of the journal cannot be reached."),
        where=engine.url.render_as_string(hide_password=True).split("?")[0],
        why=say("It holds what was reported done; without it nothing may be changed."),
        fix=say(
            "Start the database, or correct `journal_url`; run again: it continues where the evidence ends."
        ),
    )


def _unwritable(engine: Engine, fault: Any) -> WorkspaceFault | None:
    """The stop where the disk is full or the file cannot be written; ``None`` for another fault of SQLite."""
    told = str(fault.orig).lower()
    if not any(words in told for words in ("full", "readonly", "read-only", "disk i/o", "unable to open")):
        return None
    return WorkspaceFault(
        say("The journal cannot be written: {reason}.", reason=fault.orig),
        where=str(engine.url.database),
        why=say("Without a journal nothing may be changed; what was written before is intact."),
        fix=say("Free up disk space, or give yourself write access to this folder; then run again."),
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver must not begin transactions by itself: hold_writers begins them with the write lock.
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def hold_writers(connection: Connection) -> None:
    """One writer at a time, from reading the newest entry until the commit."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")


def is_written(connection: Connection, journal: Table, sequence: int, digest: str) -> bool:
    """Whether that entry, with that digest, is in the database."""
    query = journal.select().filter_by(sequence=sequence, digest=digest)
    return connection.execute(query).first() is not None


def another_ones(workspace: Workspace) -> WorkspaceFault:
    """The database belongs to another workspace."""
    return WorkspaceFault(
        say("The database of `journal_url` holds the journal of another workspace."),
        where=str(workspace.path),
        why=say("What was done there would count as done here."),
        fix=say("Give each workspace its own database or schema."),
    )


def gone(workspace: Workspace) -> WorkspaceFault:
    """The journal is empty where runs have been."""
    return WorkspaceFault(
        say("The journal is gone: it is empty, yet the workspace contains what runs have left."),
        where=str(workspace.path),
        why=say("Nobody could tell any more what was done, and the report would say: nothing."),
        fix=say("Restore it from a copy, or correct `journal_url`; or begin in a new folder."),
    )
