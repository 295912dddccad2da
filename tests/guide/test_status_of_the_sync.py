"""The state of the sync by evidence alone, over real HTTPS: while the first sync runs on the rehearsal's
clock, after it, after a failure, and where Marketo does not let us look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
import requests

from runbook_lib.guide.commands.overview import status_view
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.status_word import looks_so_far, status_json, sync_status
from runbook_lib.guide.steps.patterns.arrival_step import ARRIVAL
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.proof.claims.arrival import AT_LEAST, loading_until
from runbook_lib.proof.claims.claim import Measured
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED
from runbook_lib.proof.evidence import prove_measured
from runbook_lib.proof.progress import Glance, measure_progress
from runbook_lib.proof.sync_conclusion import conclude
from runbook_lib.proof.sync_status import CANNOT_TELL, Strength, SyncStatus
from runbook_lib.rehearsal.org.controls import turn_user
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world
from runbook_lib.road import START_SYNC
from runbook_lib.survey.snapshot import Part, Snapshot
from tests.guide.walking import walk_on

PER_HOUR = 600
"""Records that this Marketo copies in an hour of the clock."""


@dataclass
class Road:
    """Walked by a person's hands up to Start Sync; the first sync waits for the clock."""

    server: RehearsalServer
    session: Session
    looks: list[Glance] = field(default_factory=list)
    seen: Snapshot | None = None

    @property
    def before(self) -> Snapshot:
        """The look of 08 before its clicks, on the rehearsal's clock."""
        found = history.newest_snapshot(self.session.workspace, self.session.journal, START_SYNC.name)
        assert found is not None
        return found

    def forward(self, minutes: float) -> None:
        """Moves the clock by the control, as anybody may."""
        answer = requests.post(
            f"{self.server.url}/_rehearsal/clock",
            json={"forward_seconds": minutes * 60},
            verify=str(self.server.ca_file),
            timeout=60,
        )
        answer.raise_for_status()
        self.session.marketo.forget()

    def look(self, *parts: Part) -> SyncStatus:
        """What 09 would conclude now, by the rehearsal's clock."""
        seen = self.session.collect([*ARRIVAL, Part.VISIBLE, *parts], self.seen or self.before)
        self.seen = seen = replace(seen, taken_at=self.server.clock.now())
        self.looks.append(Glance.of(seen))
        progress = measure_progress(self.looks)
        measured = Measured(self.before, seen, None, ends=progress.ends if progress else None)
        claims = prove_measured("09", measured).claims
        return conclude(measured, claims, loading_until(self.before, seen, (), measured.ends), progress)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """One for all tests of this file, which go on from one another's end."""
    world = load_world("clean")
    settings = {**world.marketo.settings, "first_sync_per_hour": PER_HOUR}
    paced = replace(world, marketo=replace(world.marketo, settings=settings))
    with RehearsalServer(paced, people=200) as server:
        workspace = prepare_workspace(tmp_path_factory.mktemp("status") / "acme", server, "robot")
        with environment(secret_variables(server)), open_session(workspace.path) as session:
            walk_on(session, "00_start_here", START_SYNC.name)
            yield Road(server, session)


def test_progress_shows_while_the_first_sync_runs(road: Road) -> None:
    """Nothing yet is derived, a part is measured; two looks tell how fast it goes and how much longer, and
    the true rate and rest lie within what is told."""
    first = road.look()
    assert first.word == IN_PROGRESS and first.strength in (Strength.DERIVED, Strength.MEASURED)
    road.forward(20)
    second = road.look()
    assert (second.word, second.strength) == (IN_PROGRESS, Strength.MEASURED), second
    assert second.normal_until is not None and second.progress is not None
    progress = second.progress
    assert progress.per_hour is not None and progress.hours_left is not None
    assert 0 < progress.there[0] <= progress.there[1] < progress.records
    came = road.server.instance.person_count()
    low, high = progress.per_hour
    hours = (road.looks[-1].at - road.looks[0].at).total_seconds() / 3600
    assert progress.ends is not None and second.normal_until >= road.before.taken_at + AT_LEAST
    assert low * 0.8 <= came / hours <= high * 1.6, (came / hours, progress)


def test_last_synced_after_it(road: Road) -> None:
    """All is there, the newest among it: measured, with the moment until which that holds."""
    road.forward(50)
    status = road.look()
    assert (status.word, status.strength) == (LAST_SYNCED, Strength.MEASURED), status
    assert status.at is not None and status.progress is None
    step = VerifySync(road.session, interactive=False)
    step.look()
    assert step.measure().proven
    assert sync_status(road.session.journal).word == LAST_SYNCED and looks_so_far(road.session.journal)
    told = json.loads(json.dumps(status_json(road.session.journal)))
    assert told["word"] == "last_synced" and datetime.fromisoformat(told["at"])
    assert {line["strength"] for line in told["evidence"]} == {"measured", "derived", "attested"}
    shown = status_view(road.session).plain
    assert "Status of the sync: Last Synced" in shown and "measured" in shown


def test_603_is_cannot_tell(road: Road) -> None:
    """Nobody may look for people: cannot tell, with the reason, and never a failure; without the permission
    for opportunities alone only that line cannot be told."""
    instance = road.server.instance
    had = instance.api_permissions
    try:
        instance.api_permissions = had - {"Read-Only Opportunity"}
        assert road.look().word == LAST_SYNCED
        instance.api_permissions = frozenset()
        status = road.look()
    finally:
        instance.api_permissions = had
    assert (status.word, status.strength) == (CANNOT_TELL, None)
    assert "permission" in str(status.why)


def test_failed_after_a_failure(road: Road) -> None:
    """Marketo's password is no longer right: after two cycles the refused logins say that it has failed, with
    their reason, though everybody who came before is there."""
    user = road.server.world.sync_username
    turn_user(road.server.org, {"username": user, "password": "another-1"})
    for _ in range(2):
        road.forward(6)
    status = road.look()
    assert (status.word, status.strength) == (FAILED, Strength.DERIVED), status
    assert "Invalid Password" in str(status.why) or "refused" in str(status.why)
