"""Kills a road at random instants and looks at what is left: the means of the suite's ten kills and of the
soak."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.state.standing import stands
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import step_named
from tests.guide.walking import people_of

STEPS = ("00", "01", "02", "03", "04", "07")
WALK = """
import os, sys
os.umask(0)
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.road import step_named
print("walking", flush=True)
with open_session(sys.argv[1]) as session:
    for name in sys.argv[2:]:
        step = STEPS[step_named(name).name](session, interactive=False)
        for beat in BEATS:
            getattr(step, beat)()
"""


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

    def _walk(self, wait: float | None) -> int:
        command = [sys.executable, "-c", WALK, str(self.folder), *STEPS]
        process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()  # the imports are no instant of the road
        deadline = monotonic() + (600 if wait is None else wait)
        while process.poll() is None and monotonic() < deadline:
            sleep(0.005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.stdout.close()
        return process.wait(timeout=60)

    def _fields(self) -> list[str]:
        """Marketo's fields that the org has."""
        catalog = self.server.org.catalog
        fields = [
            (name, field) for name in ("Lead", "Contact") for field in catalog[name].custom_fields.values()
        ]
        return [f"{name}.{field.name}" for name, field in fields if field.name.startswith("mkto71")]

    def _open_to_others(self) -> list[str]:
        people = {each.lower() for each in people_of(self.server) if b"@" in each}
        found = []
        for path in self.folder.rglob("*"):
            if not path.is_file() or path.suffix in (".db", ".db-wal") or self._is_private(path):
                continue
            content = path.read_bytes().lower()
            found += [str(path)] if any(each in content for each in people) else []
        return found

    def _is_private(self, path: Path) -> bool:
        within = [path, *(parent for parent in path.parents if self.folder in parent.parents)]
        return any(not stat.S_IMODE(each.stat().st_mode) & 0o077 for each in within)
