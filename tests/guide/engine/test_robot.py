"""A person's hands: the run waits, says exactly what to do, and goes on after it was done."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from runbook_lib.cli.app import call
from runbook_lib.errors import RunbookError
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from runbook_lib.systems.connection import read_connection
from runbook_lib.systems.rehearsal_console import RehearsalConsole
from runbook_lib.systems.transport import Transport
from tests.guide.conftest import Runbook
from tests.guide.walking import stopped, walk, walk_on

ORG = "Acme Corporation"


@dataclass
class Person:
    """Somebody at a terminal and, for the clicks, at Marketo's pages."""

    server: RehearsalServer
    workspace: Path
    runbook: Runbook
    said: str = field(default="", init=False)

    def runs(self) -> int:
        """Types ``runbook run``; its exit code."""
        done = self.runbook("run", self.workspace, variables=secret_variables(self.server))
        self.said = done.stdout + done.stderr
        return done.returncode

    def stops_at(self, first: str, name: str) -> RunbookError:
        """Walks on from ``first`` as a run does, without its kernels: what stops it at ``name``."""
        steps = [stop.name for stop in ROAD]
        with environment(secret_variables(self.server)), open_session(self.workspace) as session:
            for step in steps[steps.index(first) : steps.index(name)]:
                walk(session, step)
            return stopped(session, name)

    def types(self, *arguments: object) -> int:
        """Types a command that starts no kernel; its exit code."""
        with environment(secret_variables(self.server)):
            return call([str(argument) for argument in arguments])

    def clicks(self, *buttons: str) -> None:
        """Presses buttons in Marketo's pages, typing the credentials where a form asks for them."""
        connection = read_connection(self.workspace / "connection.toml")
        transport = Transport(connection)
        console = RehearsalConsole(transport, connection)
        console.open("/console/crm")
        for button in buttons:
            console.submit(button, self._typed() if button == "Sync Fields" else None)
        transport.close()

    def _typed(self) -> dict[str, str]:
        user = self.server.world.sync_user
        return {"username": user.username, "password": user.password, "token": user.security_token}


@pytest.fixture
def person(rehearsal_server: RehearsalServer, tmp_path: Path, runbook: Runbook) -> Iterator[Person]:
    """A person in front of a fresh rehearsal, with a workspace that waits for hands like a live one."""
    server = rehearsal_server
    yield Person(server, prepare_workspace(tmp_path / "acme", server, "person").path, runbook)


def test_a_person_walks_the_road(person: Person) -> None:
    """Waits with the next commands at 05, 07 and 08; a tick without a click is no proof; ends proven."""
    folder = person.workspace
    with environment(secret_variables(person.server)), open_session(folder) as session:
        walk_on(session, "00_start_here", "04_field_visibility")  # no hands are needed there
    assert person.runs() == 2
    assert f"runbook approve {folder} 05_sync_fields" in person.said
    assert f"--org '{ORG}'" in person.said and f"runbook attest {folder} 05_sync_fields" in person.said
    assert "Sync Fields" in person.said and "Confirm Credentials" in person.said

    assert person.types("approve", folder, "05", "--by", "Ada", "--reason", "go-live", "--org", "Acme") == 64
    assert person.types("approve", folder, "05", "--by", "Ada", "--reason", "go-live", "--org", ORG) == 0
    stop = person.stops_at("05_sync_fields", "05_sync_fields")  # agreed: the click list is what is next
    assert stop.exit_code == 2
    assert "runbook approve" not in str(stop) and "runbook attest" in str(stop)

    assert person.types("attest", folder, "05_sync_fields", "--by", "Ada") == 0
    stop = person.stops_at("05_sync_fields", "05_sync_fields")
    assert stop.exit_code == 7  # a tick is told, but is no proof: Marketo's fields are measured
    person.clicks("Sync with Salesforce.com", "Sync Fields", "Confirm Credentials")
    stop = person.stops_at("05_sync_fields", "07_duplicates")
    assert stop.exit_code == 2 and "decisions/duplicates.csv" in str(stop)

    (folder / "decisions" / "duplicates.csv").write_text(
        "decision;reason;decided_by;decided_at\r\naccept;merged later;Ada;\r\n", encoding="utf-8-sig"
    )
    assert person.stops_at("07_duplicates", "08_start_sync").exit_code == 2
    assert person.types("approve", folder, "08", "--by", "Ada", "--reason", "go-live", "--org", ORG) == 0
    person.clicks("Start Salesforce Sync", "Start Sync")
    assert person.types("attest", folder, "08_start_sync", "--status", "Sync in Progress") == 0
    with environment(secret_variables(person.server)), open_session(folder) as session:
        walk_on(session, "08_start_sync", "10_watch")  # a run by command to the end: test_road.py
        assert count_proven(session) == len(ROAD)


def test_clicks_are_attested_only_after_they_were_shown(person: Person) -> None:
    """Nobody can have made clicks that no run has told of yet."""
    assert person.types("attest", person.workspace, "05") == 64
    assert os.listdir(person.workspace / "runs") == []


@pytest.mark.parametrize("name", ["a b", "a$(touch x)b", "a;b", "a&b", "a'b", 'a"b', "a`b`", "a$HOME"])
def test_a_hint_can_be_pasted(name: str) -> None:
    """A shell takes the folder of a hint as one word, exactly as it is, and runs nothing in it."""
    assert shlex.split(shell_word(Path("/x") / name)) == [f"/x/{name}"]
    said = subprocess.run(  # noqa: S603 - what a person would paste
        ["/bin/sh", "-c", f"printf %s {shell_word(Path('/x') / name)}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == f"/x/{name}"
