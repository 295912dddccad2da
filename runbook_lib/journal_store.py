"""Where the journal is stored: its tables, the database they stand in, and how far it was written.

How far stands outside the database, too: a chain of digests shows what was changed or taken out, but not that
its newest entries are missing. Whoever puts an older copy of the database back is told so.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

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
    file = workspace.path / HEAD
    draft = file.with_name(f"{HEAD}.{os.getpid()}.{secrets.token_hex(3)}")
    with suppress(OSError):
        draft.write_text(json.dumps({"sequence": sequence, "digest": digest}), encoding="utf-8")
        draft.replace(file)


def read_head(workspace: Workspace) -> tuple[int, str] | None:
    """Number and digest of the newest entry that was written; ``None`` where nothing tells."""
    try:
        told = json.loads((workspace.path / HEAD).read_text(encoding="utf-8"))
        return int(told["sequence"]), str(told["digest"])
    except (OSError, ValueError, TypeError, KeyError):
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
