"""Where the journal is stored: its tables, the database they stand in, and how far it was written.

How far stands outside the database, too: a chain of digests shows what was changed or taken out, but not that
its newest entries are missing. Whoever puts an older copy of the database back is told so.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.disk import write_whole
from runbook_lib.errors import WorkspaceFault
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select, Table

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
        head = json.loads((workspace.path / HEAD).read_text(encoding="utf-8"))
        return int(head["sequence"]), str(head["digest"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


class Store:
    """Where the entries of one workspace stand: in a database of its own (``key`` is ``None``), or among
    those of other connections, each under its key.

    A key belongs to the workspace that used it first, by a mark kept in both: what was done in another one
    never counts as done here.
    """

    def __init__(self, engine: Engine, key: str | None) -> None:
        from sqlalchemy import MetaData  # lazy: see Journal.open

        self.engine = engine
        self.key = key
        self._tables = MetaData()
        self.table = self._declare()

    def prepare(self) -> None:
        """Makes the tables where they are missing; several processes may do so at once."""
        if self.key is None:
            self._tables.create_all(self.engine)
            return
        with self.engine.begin() as connection:
            self.hold_writers(connection)
            self._tables.create_all(connection)

    def claim(self, workspace: Workspace) -> bool:
        """Whether the key is, or from now on is, that of this workspace; always, where there is no key."""
        if self.key is None:
            return True
        mark_file = workspace.path / ".journal-owner"
        if not mark_file.exists():
            mark_file.write_text(secrets.token_hex(16))
        mark, owners = mark_file.read_text(), self._tables.tables["journal_connections"]
        with self.engine.begin() as connection:
            self.hold_writers(connection)
            known = connection.execute(owners.select().filter_by(connection=self.key)).first()
            if known is None:
                connection.execute(owners.insert().values(connection=self.key, workspace=mark))
                self._take_over(connection, mark)
        return known is None or known.workspace == mark

    def select(self) -> Select[Any]:
        """The rows of this workspace."""
        return self.table.select() if self.key is None else self.table.select().filter_by(connection=self.key)

    def insert(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds these rows."""
        key = {} if self.key is None else {"connection": self.key}
        if keyed := [{**row, **key} for row in rows]:
            connection.execute(self.table.insert(), keyed)

    def hold_writers(self, connection: Connection) -> None:
        """One writer of this journal at a time, from reading the newest entry until the commit."""
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif connection.dialect.name == "postgresql":
            from sqlalchemy import func, select  # lazy: see Journal.open

            key = f"marketo-salesforce-runbook:{self.key}"
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def seal(self) -> None:
        """Lets nobody write here any more: a kernel that has this journal.db open would write past the new
        place."""
        trigger = "CREATE TRIGGER IF NOT EXISTS sealed BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, '"
        with self.engine.begin() as connection:
            self.hold_writers(connection)
            connection.exec_driver_sql(trigger + "this journal was moved; open the notebook anew'); END")

    def is_written(self, connection: Connection, sequence: int, digest: str) -> bool:
        """Whether that entry, with that digest, is in the database."""
        query = self.select().filter_by(sequence=sequence, digest=digest)
        return connection.execute(query).first() is not None

    def _declare(self) -> Table:
        from sqlalchemy import Column, Integer, String, Table, Text  # lazy: see Journal.open

        sequence = Column("sequence", Integer, primary_key=True, autoincrement=False)
        columns = (
            *(Column(name, String, nullable=False) for name in _WORDS),
            Column("payload", Text, nullable=False),
            Column("previous", String(64), nullable=False),
            Column("digest", String(64), nullable=False),
        )
        if self.key is None:
            return Table("journal", self._tables, sequence, *columns)
        owner = Column("workspace", String(32), nullable=False)
        Table("journal_connections", self._tables, Column("connection", String, primary_key=True), owner)
        key = Column("connection", String, primary_key=True)
        return Table("journal_entries", self._tables, key, sequence, *columns)

    def _take_over(self, connection: Connection, mark: str) -> None:
        """Entries of version 0.1.0, which had a whole database for one workspace."""
        from sqlalchemy import column as named  # lazy: as above
        from sqlalchemy import inspect, select, table  # lazy: see Journal.open

        if not inspect(connection).has_table("journal_owner"):
            return
        owner = connection.execute(select(named("workspace")).select_from(table("journal_owner"))).scalar()
        if owner != mark:
            return
        names = [column.name for column in self.table.columns if column.name != "connection"]
        query: Any = select(*map(named, names)).select_from(table("journal"))
        rows = connection.execute(query).all()
        self.insert(connection, (dict(zip(names, row, strict=True)) for row in rows))


_WORDS = ("at", "run", "step", "beat", "kind")


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
    reason = str(fault.orig).lower()
    if not any(words in reason for words in ("full", "readonly", "read-only", "disk i/o", "unable to open")):
        return None
    return WorkspaceFault(
        say("The journal cannot be written: {reason}.", reason=fault.orig),
        where=str(engine.url.database),
        why=say("Without a journal nothing may be changed; what was written before is intact."),
        fix=say("Free up disk space, or give yourself write access to this folder; then run again."),
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver must not begin transactions by itself: Store.hold_writers begins them with the write lock.
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def another_ones(workspace: Workspace, name: str) -> WorkspaceFault:
    """The name belongs to another workspace."""
    return WorkspaceFault(
        say("Another workspace keeps its journal there under the name “{name}”.", name=name),
        where=str(workspace.path),
        why=say("What was done there would count as done here."),
        fix=say("Give this connection another name in connection.toml, or another database."),
    )


def gone(workspace: Workspace) -> WorkspaceFault:
    """The journal is empty where runs have been."""
    return WorkspaceFault(
        say("The journal is gone: it is empty, yet the workspace contains what runs have left."),
        where=str(workspace.path),
        why=say("Nobody could tell any more what was done, and the report would say: nothing."),
        fix=say("Restore it from a copy, or correct `journal_url`; or begin in a new folder."),
    )
