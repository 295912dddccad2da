"""The journal: an append-only record of what happened, and the only truth about it.

Every entry carries the digest of the one before it, so that an entry changed or taken out afterward shows
(:meth:`Journal.verify`); that the newest ones are missing shows by a mark beside the database. A change is
written before it is made and after; where the second entry is missing, the outcome is unknown and
:meth:`Journal.unfinished_changes` names it.

Stored through SQLAlchemy: SQLite in the workspace (write-ahead log, ``synchronous=FULL``: what was appended
survives a killed process and a power cut), or the database of ``journal_url``, such as PostgreSQL, which may
hold the journals of many connections.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from runbook_lib.errors import EvidenceMissing, WorkspaceFault
from runbook_lib.journal_entry import FIRST, Entry, Kind, canonical_json, read_row, row_of
from runbook_lib.journal_store import Store, another_ones, gone, open_engine, reached, read_head, write_head
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row, Select

__all__ = ["FIRST", "RUN", "Entry", "Journal", "Kind"]

RUN = "RUNBOOK_RUN"
"""Environment variable that carries the id of a run to the processes of that run."""


class Journal:
    """The journal of one workspace. Make one with :meth:`open`; close it, or use it in a ``with``."""

    def __init__(self, workspace: Workspace, store: Store, mask: Callable[[Any], Any], run: str) -> None:
        self._workspace = workspace
        self._engine: Engine = store.engine
        self._store = store
        self._mask = mask
        self.run = run
        self._listeners: list[Callable[[Entry], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        url: str | None = None,
        mask: Callable[[Any], Any] = lambda payload: payload,
        name: str = "",
    ) -> Journal:
        """The journal of ``workspace``: its ``journal.db``, or the database ``url`` (SQLAlchemy's form).

        ``mask`` takes secrets out of a payload before it is written (``Vault.mask``). One database may hold
        the journals of many connections, each under its ``name``; empty: that of the folder. The run's id
        comes from :data:`RUN`; without it this is a new run. Raises :class:`WorkspaceFault` as
        :meth:`open_or_create` does, and where the journal is empty although the workspace holds snapshots: it
        is gone.
        """
        journal = cls.open_or_create(workspace, url, mask, name)
        was_written = read_head(workspace) is not None or any(workspace.snapshots.glob("*.json"))
        if was_written and not journal._rows(journal._store.select().limit(1)):
            journal.close()
            raise gone(workspace)
        return journal

    @classmethod
    def open_or_create(
        cls, workspace: Workspace, url: str | None, mask: Callable[[Any], Any], name: str = ""
    ) -> Journal:
        """As :meth:`open`, also where it is still empty. Raises :class:`WorkspaceFault` where the database
        cannot be opened, or where that name is another workspace's."""
        from sqlalchemy.exc import SQLAlchemyError  # lazy: a command that reads no journal need not wait

        run = os.environ.get(RUN) or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        key = None if url is None else name or workspace.path.name
        try:
            store = Store(open_engine(workspace, url), key)
            reached(store.engine, store.prepare)
            is_ours = reached(store.engine, lambda: store.claim(workspace))
        except (SQLAlchemyError, ImportError, ValueError) as fault:  # no driver, or a port that is no number
            raise WorkspaceFault(
                say("The journal cannot be opened: {reason}.", reason=type(fault).__name__),
                where=str(workspace.journal_file) if url is None else url.split("@")[-1].split("?")[0],
                why=say("Without a journal nothing may be changed."),
                fix=say(
                    "Check that the file can be written, or that `journal_url` names a database you may use."
                ),
            ) from None
        if not is_ours:
            store.engine.dispose()
            raise another_ones(workspace, key or "")
        return cls(workspace, store, mask, run)

    @contextmanager
    def heard_by(self, listener: Callable[[Entry], None]) -> Iterator[None]:
        """``listener`` hears of every entry that is written here meanwhile."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def masked(self, value: Any) -> Any:
        """``value``, a text or JSON, with the secrets taken out of it, as out of a payload."""
        return self._mask(value)

    def append(self, step: str, beat: str, kind: Kind, payload: dict[str, Any]) -> Entry:
        """Writes one entry, masked; when this returns, it is on the disk. Safe from several processes."""
        return self.append_all(step, beat, kind, [payload])[0]

    def append_all(self, step: str, beat: str, kind: Kind, payloads: Sequence[dict[str, Any]]) -> list[Entry]:
        """Writes an entry for each payload, as :meth:`append` does: all of them or none, in one go, because
        the disk takes as long for two hundred as for one."""
        if not payloads:
            return []
        masked = [json.loads(canonical_json(self._mask(payload))) for payload in payloads]
        tried: list[list[Entry]] = []
        entries = reached(self._engine, lambda: self._append((step, beat, Kind(kind)), masked, tried))
        write_head(self._workspace, entries[-1].sequence, entries[-1].digest)
        for entry in entries:
            for listener in self._listeners:
                listener(entry)
        return entries

    def _append(
        self, what: tuple[str, str, Kind], payloads: list[dict[str, Any]], tried: list[list[Entry]]
    ) -> list[Entry]:
        with self._engine.begin() as connection:
            self._store.hold_writers(connection)
            for entries in tried:  # the commit may have arrived, and its answer not
                if self._store.is_written(connection, entries[-1].sequence, entries[-1].digest):
                    return entries
            entries = self._next_entries(connection, what, payloads)
            tried.append(entries)
            self._store.insert(connection, map(row_of, entries))
        return entries

    def take_over(self, entries: Sequence[Entry]) -> int:
        """Adds what ``entries`` has beyond this journal, as it was written: digests, moments, runs. All of it
        or nothing; how many were added. Raises :class:`EvidenceMissing` where the two have parted."""
        with self._engine.begin() as connection:
            self._store.hold_writers(connection)
            rows = connection.execute(self._store.select().order_by(self._store.table.c.sequence)).all()
            if [row.digest for row in rows] != [entry.digest for entry in entries[: len(rows)]]:
                raise EvidenceMissing(
                    say("There is another journal under that name already, and the two differ."),
                    where=str(self._engine.url.render_as_string(hide_password=True)).split("?")[0],
                    why=say("One of the two chains would break."),
                    fix=say("Name another database, or give this connection another name."),
                )
            self._store.insert(connection, map(row_of, entries[len(rows) :]))
        return len(entries) - len(rows)

    def seal(self) -> list[Entry]:
        """Closes the journal.db of the workspace for good; all that was written until then."""
        self._store.seal()
        return self.entries()

    def entries(
        self, step: str | None = None, run: str | None = None, kind: Kind | None = None
    ) -> list[Entry]:
        """The entries in order: all, or those of one step, run or kind."""
        wanted = {"step": step, "run": run, "kind": kind}
        given = {column: str(value) for column, value in wanted.items() if value is not None}
        query = self._store.select().filter_by(**given).order_by(self._store.table.c.sequence)
        return [read_row(row) for row in self._rows(query)]

    def last(self, step: str, kind: Kind) -> Entry | None:
        """The newest entry of that step and kind."""
        entries = self.entries(step=step, kind=kind)
        return entries[-1] if entries else None

    def unfinished_changes(self, step: str) -> list[Entry]:
        """Changes of a step that were started and have no end on record: their outcome is unknown.

        A ``change-started`` payload names its change in ``"change"``; the end names the same one.
        """
        open_changes: dict[str, Entry] = {}
        for entry in self.entries(step=step):
            name = canonical_json(entry.payload.get("change"))
            if entry.kind is Kind.change_started:
                open_changes[name] = entry
            elif entry.kind in (Kind.change_done, Kind.change_failed):
                open_changes.pop(name, None)
        return list(open_changes.values())

    def verify(self) -> int | None:
        """The sequence number of the first entry that was changed, that is missing or that follows a missing
        one; else ``None``. Missing at the end is told by what stands in the workspace beside the database.
        """
        previous, expected = FIRST, 1
        head = read_head(self._workspace)
        try:
            for row in self._rows(self._store.select().order_by(self._store.table.c.sequence)):
                entry = read_row(row)
                if (entry.sequence, entry.previous, entry.digest) != (expected, previous, row.digest):
                    return expected
                if head is not None and expected == head[0] and entry.digest != head[1]:
                    return expected  # what came after some entry was taken out, and something else written
                previous, expected = entry.digest, expected + 1
        except WorkspaceFault:
            return expected
        return expected if head is not None and head[0] >= expected else None

    def require_whole(self) -> None:
        """Raises :class:`EvidenceMissing` naming the first entry that is not as it was written."""
        altered = self.verify()
        if altered is None:
            return
        head, there = read_head(self._workspace), self._count()
        what = say("The journal was altered: entry {number} is not as it was written.", number=str(altered))
        if head is not None and there is not None and there < altered <= head[0]:
            what = say(
                "The journal was cut off: it ends before entry {number}, although {last} had been written.",
                number=str(altered),
                last=str(head[0]),
            )
        raise EvidenceMissing(
            what,
            where=f"{self._engine.url.render_as_string(hide_password=True).split('?')[0]}{self._around(altered)}",
            why=say("Nothing reported from it, such as which steps are proven, can be relied on."),
            fix=say(
                "Restore it from a copy that has all entries. `runbook report` still shows what it "
                "says now. If there is no copy, begin in a new folder: each step looks first, and does "
                "nothing twice."
            ),
        )

    def _around(self, altered: int) -> str:
        """Of which step and moment the altered entry says it is, as far as it can still be read."""
        rows = self._store.select().order_by(self._store.table.c.sequence)
        with suppress(WorkspaceFault):
            for row in self._rows(rows):
                if row.sequence >= altered:
                    return f"\n#{row.sequence} {row.at} {row.step}, {row.beat}, {row.kind}"
        return ""

    def _count(self) -> int | None:
        """How many entries can be read; ``None`` where the database is damaged."""
        try:
            return len(self._rows(self._store.select()))
        except WorkspaceFault:
            return None

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """The rows of a query. ``WorkspaceFault`` where the database is damaged."""
        from sqlalchemy.exc import DatabaseError  # lazy: see Journal.open

        def read() -> Sequence[Row[Any]]:
            with self._engine.connect() as connection:
                return connection.execute(query).all()

        try:
            return reached(self._engine, read)
        except DatabaseError as fault:
            raise WorkspaceFault(
                say("The journal cannot be read: {reason}.", reason=type(fault).__name__),
                where=str(self._engine.url.render_as_string(hide_password=True)).split("?")[0],
                why=say("Without a journal nothing may be changed."),
                fix=say("Restore the journal from a copy."),
            ) from None

    def close(self) -> None:
        """Lets the database go."""
        self._engine.dispose()

    def _next_entries(
        self, connection: Connection, what: tuple[str, str, Kind], payloads: Sequence[dict[str, Any]]
    ) -> list[Entry]:
        newest = self._store.select().order_by(self._store.table.c.sequence.desc()).limit(1)
        row = connection.execute(newest).first()
        sequence, previous = (row.sequence, row.digest) if row else (0, FIRST)
        entries = []
        for payload in payloads:
            at = datetime.now(UTC).isoformat(timespec="microseconds")
            entries.append(Entry(sequence := sequence + 1, at, self.run, *what, payload, previous))
            previous = entries[-1].digest
        return entries
