"""Kills a road at random instants and looks at what is left: the means of the suite's kills and of the soak.

What is killed is a process of its own, forked from one that has imported everything: the imports are no
instant of the road.
"""

from __future__ import annotations

import os
import random
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from runbook_lib.guide.commands.rehearse import secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.state.standing import stands
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from tests.guide.walking import people_of, walk

STEPS = ("00", "01", "02", "03", "04", "07")
FORKING = get_context("forkserver")


def walk_alone(folder: Path, variables: Mapping[str, str], begun: Connection) -> None:
    """The steps, in a process that may be killed."""
    os.umask(0)
    begun.send("walking")
    with environment(variables), open_session(folder) as session:
        for name in STEPS:
            walk(session, step_named(name).name)


@dataclass
class Killing:
    """One road that is killed again and again, until it ends by itself or ``most`` kills were made."""

    folder: Path
    server: RehearsalServer
    seed: int
    most: int
    kills: int = 0
    waits: list[float] = field(default_factory=list)

    def run(self, longest: float) -> None:
        """Walks, kills after a random time up to ``longest`` seconds, looks, and walks on; then walks to the
        end."""
        chance = random.Random(self.seed)  # noqa: S311 - seeded, so that a failure can be seen again
        while self.kills < self.most:
            wait = chance.uniform(0.0, longest)
            if self._walk(wait) == 0:
                break
            self.kills += 1
            self.waits.append(wait)
            self.look()
        assert self._walk(None) == 0
        self.look()
        self.look_at_the_end()

    def look(self) -> None:
        """What holds at every instant: the journal is whole, nothing that was reported done is lost or
        doubled, no secret is anywhere, and nobody else can read what people's data are on the disk."""
        with open_session(self.folder) as session:
            assert session.journal.verify() is None
            claimed = [
                str(entry.payload["change"]) for entry in session.journal.entries(kind=Kind.change_done)
            ]
            assert [name for name, count in Counter(claimed).items() if count > 1] == []
            assert session.vault.find_leaks([self.folder]) == []
        there = set(self._fields())
        lost = [
            name for name in claimed if name.startswith("create-field:") and name.split(":")[1] not in there
        ]
        assert lost == []
        assert self._open_to_others() == []

    def look_at_the_end(self) -> None:
        """What holds when the road has come to its end: all proven, made once, and nothing unfinished
        left."""
        with open_session(self.folder) as session:
            assert [name for name in STEPS if not stands(session, step_named(name))] == []
            assert session.journal.unfinished_changes("01_marketo_fields") == []
            assert session.journal.unfinished_changes("02_sync_user") == []
        posts = [
            entry for entry in self.server.log.entries() if entry.method == "POST" and entry.status == 201
        ]
        made = Counter(entry.path.rstrip("/").rpartition("/")[2] for entry in posts)
        assert made["CustomField"] == len(self._fields()) and made["PermissionSet"] == 1
        sets = self.server.org.database.sql(
            """SELECT count(*) FROM org."PermissionSet" WHERE "Name" = 'Marketo_Sync'"""
        )
        assert sets[0][0] == 1
        left = [path for path in self.folder.rglob("*") if path.suffix in (".part", ".work")]
        assert left == [] and not (self.folder / "extract").exists()

    def _walk(self, wait: float | None) -> int | None:
        """Walks, for ``wait`` seconds or to the end; the exit code, negative where it was killed."""
        FORKING.set_forkserver_preload([__name__])
        began, begun = FORKING.Pipe(duplex=False)
        process = FORKING.Process(target=walk_alone, args=(self.folder, secret_variables(self.server), begun))
        process.start()
        began.recv()
        process.join(600 if wait is None else wait)
        process.kill()  # does nothing where it has ended
        process.join(60)
        return process.exitcode

    def _fields(self) -> list[str]:
        """Marketo's fields that the org has."""
        catalog = self.server.org.catalog
        fields = [
            (name, field) for name in ("Lead", "Contact") for field in catalog[name].custom_fields.values()
        ]
        return [f"{name}.{field.name}" for name, field in fields if field.name.startswith("mkto71")]

    def _open_to_others(self) -> list[str]:
        people = {person.lower() for person in people_of(self.server) if b"@" in person}
        found = []
        for path in self.folder.rglob("*"):
            if not path.is_file() or path.suffix in (".db", ".db-wal") or self._is_private(path):
                continue
            content = path.read_bytes().lower()
            found += [str(path)] if any(person in content for person in people) else []
        return found

    def _is_private(self, path: Path) -> bool:
        within = [path, *(parent for parent in path.parents if self.folder in parent.parents)]
        return any(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in within)
