"""Everybody in Marketo by bulk extract: at the documented pace, on the rehearsal's clock, within the
promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import pytest

from runbook_lib.errors import MarketoRefused, TimedOut
from runbook_lib.rehearsal.instance.usage import UsageBook
from runbook_lib.rehearsal.marketo.export_queue import ExportQueue
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.people import marketo_bulk
from runbook_lib.survey.people.marketo_bulk import (
    CALLS_OF_A_JOB,
    BulkListener,
    BulkProgress,
    BulkRun,
    BulkState,
    state_of,
    windows_until,
)
from runbook_lib.survey.people.pages import PageWriter
from runbook_lib.systems.marketo import bulk_export
from tests.survey.conftest import Live, reach

WINDOWS = 4
PEOPLE = 3
ROUNDING = 0.001
"""Seconds: each move of the rehearsal's clock is rounded to a microsecond."""
FIELDS = {"id": "id", "email": "email", "first_name": "firstName"}


@pytest.fixture(scope="module")
def server() -> Iterator[RehearsalServer]:
    """A rehearsal with three people in Marketo, forty days apart."""
    with RehearsalServer("clean", people=0) as started:
        now = started.clock.now()
        started.org.database.sql("DELETE FROM marketo.person")
        for number in range(PEOPLE):
            started.org.database.sql(
                'INSERT INTO marketo.person ("id", "email", "firstName", "isLead", "isAnonymous",'
                ' "leadPartitionId", "createdAt", "updatedAt") VALUES (?, ?, ?, FALSE, FALSE, 1, ?, ?)',
                (number, f"p{number}@web.example", 'Ann, "A"\t', now - timedelta(days=40 * number), now),
            )
        yield started


@pytest.fixture
def live(server: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """That rehearsal with its calls of the day unused, and no job under way."""
    server.clock.forward(3 * 86_400)
    server.instance.usage = UsageBook(server.clock, "api", 10_000)
    server.log.clear()
    yield from reach(server, monkeypatch)


def begin(live: Live, folder: Path, most: int = WINDOWS * CALLS_OF_A_JOB, **more: Any) -> BulkRun:
    """A run in that folder: the one that was interrupted, or a new one."""
    now, fields = live.server.clock.now().astimezone(UTC), tuple(FIELDS.values())
    reader = live.systems.marketo()
    state = state_of(folder, reader.instance, fields, datetime.now(UTC))
    if state is None:
        state = BulkState(reader.instance, fields, datetime.now(UTC), windows_until(now, WINDOWS + 1))
    writer = PageWriter(folder, FIELDS, {"object": "'Marketo'", "sfdc_id": "NULL"}, bulk_export.NULL)
    return BulkRun(reader, writer, state, most, **more)


def paths(live: Live, end: str) -> list[str]:
    """Requests of the bulk API that end so."""
    return [entry.path for entry in live.server.log.entries() if entry.path.endswith(end)]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[float]]:
    """Job → the moments, in seconds, at which it was queued or looked at.

    The client waits on a clock that only goes forward; the rehearsal's is the wall's, which a machine may set
    at any time. So what the rehearsal was moved forward is added to a clock of the client's kind.
    """
    seen: dict[str, list[float]] = defaultdict(list)
    for name in ("enqueue", "find"):
        original = getattr(ExportQueue, name)

        def spy(queue: ExportQueue, job_id: str, original: Any = original) -> Any:
            seen[job_id].append(monotonic() + queue.clock._offset.total_seconds())
            return original(queue, job_id)

        monkeypatch.setattr(ExportQueue, name, spy)
    return seen


def test_everybody_is_read_at_the_documented_pace(
    live: Live, tmp_path: Path, looks: dict[str, list[float]]
) -> None:
    """No job is looked at twice within 60 seconds, two are under way, and the promised calls are kept."""
    told: list[BulkProgress] = []
    folder = tmp_path / "marketo"
    folder.mkdir()
    run = begin(live, folder, (WINDOWS + 1) * CALLS_OF_A_JOB, listener=BulkListener(window=told.append))
    before = run.reader.calls
    assert run.run() == PEOPLE
    assert run.reader.calls - before <= (WINDOWS + 1) * CALLS_OF_A_JOB
    for job, moments in looks.items():
        files = sum(f"/{job}/file" in path for path in paths(live, "file.json"))
        waited = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
        assert min(waited[: len(waited) - files]) >= bulk_export.RENEWED - ROUNDING
    assert [progress.done for progress in told] == [1, 2, 3, 4, 5]
    assert told[0].seconds >= 60 and told[0].seconds_left > 0 and told[-1].seconds_left == 0
    assert len(paths(live, "file.json")) == PEOPLE  # an empty export has no file worth a call
    with duckdb.connect() as engine:
        rows = engine.execute(f"SELECT id, first_name FROM read_parquet('{folder}/*.parquet') ORDER BY id")
        assert rows.fetchall() == [(str(number), 'Ann, "A"\t') for number in range(PEOPLE)]


def test_two_jobs_at_a_time(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than Marketo works on: the others' places in the queue are left to them."""
    under_way: list[int] = []
    original = ExportQueue.enqueue

    def spy(queue: ExportQueue, job_id: str) -> Any:
        job = original(queue, job_id)
        under_way.append(sum(job.status in ("Queued", "Processing") for job in queue.all()))
        return job

    monkeypatch.setattr(ExportQueue, "enqueue", spy)
    begin(live, tmp_path, 99).run()
    assert max(under_way) == 2


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_after_a_kill_no_window_is_asked_for_twice(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    """The jobs under way are gone on with, and what is on disk stays."""
    run = begin(live, tmp_path, 99)
    transport, pauses = run.reader.transport, iter(range(1, 99))
    original = transport.pause

    def pause(seconds: float) -> None:
        if next(pauses) == killed_at:
            raise KeyboardInterrupt
        original(seconds)

    monkeypatch.setattr(transport, "pause", pause)
    with pytest.raises(KeyboardInterrupt):
        run.run()
    assert begin(live, tmp_path, 99).run() == PEOPLE
    assert len(paths(live, "create.json")) == len(paths(live, "enqueue.json")) == WINDOWS + 1


def test_not_one_call_more_than_was_promised(live: Live, tmp_path: Path) -> None:
    """It stops before, says so, and the next run goes on with what is left."""
    run = begin(live, tmp_path, 16)
    before = run.reader.calls
    with pytest.raises(TimedOut, match="more calls than forecast"):
        run.run()
    assert run.reader.calls - before <= 16
    assert 0 < sum(window.is_done for window in run.state.windows) < WINDOWS + 1
    assert begin(live, tmp_path, 99).run() == PEOPLE


@pytest.mark.parametrize("outcome", ["Failed", "Cancelled"])
def test_a_job_that_fails_is_made_again_once(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    """Marketo's guide says to; a job that fails again is told, with its state."""
    monkeypatch.setitem(live.server.world.marketo.settings, "export_outcomes", [outcome])
    assert begin(live, tmp_path / "once", 99).run() == PEOPLE
    assert len(paths(live, "create.json")) == WINDOWS + 2
    monkeypatch.setitem(live.server.world.marketo.settings, "export_outcomes", [outcome] * 9)
    with pytest.raises(MarketoRefused) as refused:
        begin(live, tmp_path / "twice", 99).run()
    assert refused.value.code == f"EXPORT_{outcome.upper()}"


def test_a_full_queue_is_waited_for(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten jobs of other integrations: ours is queued when there is room, and made only once."""
    monkeypatch.setattr("runbook_lib.rehearsal.marketo.export_queue.MOST_QUEUED", 0)
    run = begin(live, tmp_path, 99)
    transport, original = run.reader.transport, run.reader.transport.pause

    def pause(seconds: float) -> None:
        monkeypatch.setattr("runbook_lib.rehearsal.marketo.export_queue.MOST_QUEUED", 10)
        original(seconds)

    monkeypatch.setattr(transport, "pause", pause)
    assert run.run() == PEOPLE
    assert len(paths(live, "create.json")) == WINDOWS + 1 < len(paths(live, "enqueue.json"))


def test_tabs_part_the_columns_as_well(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the status says of the form is how the file is read."""
    monkeypatch.setattr(bulk_export, "FORMAT", "TSV")
    assert begin(live, tmp_path, 99).run() == PEOPLE


def test_a_file_that_is_another_is_refused(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checksum of the status is held against what arrived, twice; then it is told."""
    run = begin(live, tmp_path, 99)
    monkeypatch.setattr(run.reader, "export_bytes", lambda job, begin, size: b"id,email,firstName\n1,a,b\n")
    with pytest.raises(MarketoRefused) as refused:
        run.run()
    assert refused.value.code == "EXPORT_CHECKSUM"


def test_an_old_or_other_extract_is_begun_anew(tmp_path: Path) -> None:
    """People change within half a day; another instance or other fields are other people."""
    now = datetime.now(UTC)
    state = BulkState("123-ABC-456", ("id",), now, windows_until(now, 2))
    assert state.can_go_on("123-ABC-456", ["id"], now)
    assert not state.can_go_on("123-ABC-456", ["id"], now + timedelta(hours=13))
    assert not state.can_go_on("999-ABC-456", ["id"], now)
    assert not state.can_go_on("123-ABC-456", ["id", "email"], now)
    assert state_of(tmp_path / "none", "123-ABC-456", ["id"], now) is None


def test_windows_leave_nobody_out(tmp_path: Path) -> None:
    """They touch, do not overlap, and none is longer than Marketo takes."""
    windows = windows_until(datetime(2026, 11, 28, tzinfo=UTC), marketo_bulk.WINDOWS)
    assert (windows[0].end - windows[-1].start).days >= 365 * marketo_bulk.YEARS
    for newer, older in zip(windows, windows[1:], strict=False):
        assert newer.start - older.end == timedelta(seconds=1)
        assert newer.end - newer.start < timedelta(days=31)
