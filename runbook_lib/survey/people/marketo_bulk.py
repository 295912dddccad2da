"""Everybody in Marketo by bulk lead extract: a job for every 31 days, two at a time, resumed where it was.

A page is on disk whole before the state names it, and a job before it is queued: after a kill no span of time
is asked for again whose job is known. Calls of Marketo: for each job making, queueing, some looks, and its
file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.disk import write_whole
from runbook_lib.errors import MarketoRefused, TimedOut
from runbook_lib.survey.people.pages import PageWriter, remove_folder
from runbook_lib.survey.people.state import FILE, LIFETIME
from runbook_lib.systems.marketo import bulk_export
from runbook_lib.systems.marketo.errors import QUEUE_FULL, refusal
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader

YEARS = 10
"""How far back a bulk extract reads."""
WINDOWS = YEARS * 12
CALLS_OF_A_JOB = 9
"""Making, queueing, six looks in twelve minutes, one file. Measured by others: 7 to 11."""
_PAUSES = (60.0, 60.0, 120.0, 180.0, 300.0)
"""Seconds before each look at a job; the last is repeated. Never less than ``bulk_export.RENEWED``."""
_LONGEST = timedelta(hours=3).total_seconds()
"""Without anything getting done."""
_SPARE = 2
"""Calls that one call may cost more than one: a new token, and the same call again."""
_TRIES = 2


@dataclass(frozen=True)
class Window:
    """One span of time, and how far its job is."""

    number: int
    start: datetime
    end: datetime
    job: str = ""
    is_queued: bool = False
    is_done: bool = False
    rows: int = 0
    tries: int = 0


@dataclass(frozen=True)
class BulkState:
    """One extract: of which instance, which fields, up to when (UTC), and its windows."""

    instance: str
    fields: tuple[str, ...]
    until: datetime
    windows: tuple[Window, ...]

    def can_go_on(self, instance: str, fields: Sequence[str], now: datetime) -> bool:
        """Whether an extract that was interrupted is gone on with."""
        same = (self.instance, self.fields) == (instance, tuple(fields))
        return same and timedelta() <= now - self.until < LIFETIME

    def with_window(self, window: Window) -> BulkState:
        """The same with one window moved on."""
        return replace(
            self, windows=tuple(window if other.number == window.number else other for other in self.windows)
        )


@dataclass(frozen=True)
class BulkProgress:
    """How far it is: windows done ``of`` all, people read, seconds since this run began and left."""

    done: int
    of: int
    people: int
    seconds: float
    seconds_left: float


@dataclass(frozen=True)
class BulkListener:
    """Who is told: the jobs and the most calls before the first one, and each window after it."""

    forecast: Callable[[int, int], None] = lambda jobs, calls: None
    window: Callable[[BulkProgress], None] = lambda progress: None


def windows_until(until: datetime, count: int) -> tuple[Window, ...]:
    """So many spans of 31 days that end at ``until``, the newest first, none of which overlap."""
    windows, end = [], until
    for number in range(count):
        start = end - timedelta(days=bulk_export.LONGEST_DAYS) + timedelta(seconds=1)
        windows.append(Window(number, start, end))
        end = start - timedelta(seconds=1)
    return tuple(windows)


def state_of(folder: Path, instance: str, fields: Sequence[str], now: datetime) -> BulkState | None:
    """The interrupted extract in ``folder`` that can be gone on with; any other one is deleted."""
    state = _read(folder / FILE)
    if state is not None and state.can_go_on(instance, fields, now):
        return state
    remove_folder(folder)
    return None


@dataclass
class BulkRun:
    """One go at an extract, within ``most`` calls of Marketo. ``writer`` writes its pages."""

    reader: MarketoReader
    writer: PageWriter
    state: BulkState
    most: int
    listener: BulkListener = field(default_factory=BulkListener)
    _due: dict[int, tuple[float, int]] = field(default_factory=dict)
    """Window → when it is looked at next, and how many looks it had."""

    def run(self) -> int:
        """Reads what is missing; how many people there are in all.

        Raises ``MarketoRefused``, ``TimedOut`` or ``Unreachable``; what was read until then stays, and
        another run goes on with it.
        """
        self._first = self.reader.calls
        self._began = self._moved = self.reader.transport.moment()
        self._done_before = self._done()
        self._write()
        while waiting := [window for window in self.state.windows if not window.is_done]:
            self._begin(waiting)
            self._look_at_due()
        return sum(window.rows for window in self.state.windows)

    def _begin(self, waiting: Sequence[Window]) -> None:
        """Sees to it that as many jobs are under way as Marketo works on; those of an earlier run first."""
        for window in sorted(waiting, key=lambda window: (not window.job, window.number)):
            if len(self._due) == bulk_export.AT_A_TIME:
                return
            if window.number not in self._due:
                self._start(window)

    def _start(self, window: Window) -> None:
        if not window.job:
            self._may_call()
            span = (window.start, window.end)
            window = self._save(replace(window, job=bulk_export.create(self.reader, self.state.fields, span)))
        if not window.is_queued:
            self._queue(window, 0)
            return
        self._look_later(window, 0)

    def _queue(self, window: Window, looks: int) -> None:
        """Queues the job; where Marketo's queue is full, once more later."""
        self._may_call()
        try:
            bulk_export.enqueue(self.reader, window.job)
        except MarketoRefused as refused:
            if refused.code != QUEUE_FULL:
                raise
            self._look_later(window, looks + 1)
            return
        self._save(replace(window, is_queued=True))
        self._look_later(window, 0)

    def _look_later(self, window: Window, looks: int) -> None:
        pause = max(_PAUSES[min(looks, len(_PAUSES) - 1)], bulk_export.RENEWED)
        self._due[window.number] = (self.reader.transport.moment() + pause, looks)

    def _look_at_due(self) -> None:
        """Waits for the next job that may be looked at, and looks at all of which that is true."""
        moment = min(due for due, _ in self._due.values())
        self.reader.transport.pause(max(0.0, moment - self.reader.transport.moment()))
        for number, (due, looks) in list(self._due.items()):
            if due <= moment:
                self._look(self.state.windows[number], looks)
        if self.reader.transport.moment() - self._moved > _LONGEST:
            raise _stuck()

    def _look(self, window: Window, looks: int) -> None:
        if not window.is_queued:
            self._queue(window, looks)
            return
        self._may_call()
        export = bulk_export.look(self.reader, window.job)
        if export.is_working:
            self._look_later(window, looks + 1)
            return
        del self._due[window.number]
        self._moved = self.reader.transport.moment()
        try:
            if not export.is_complete:
                raise refusal(f"EXPORT_{export.status.upper()}", export.error, window.job, "")
            self._finish(window, export)
        except MarketoRefused:  # "If a job fails for some reason, you must recreate it"
            if window.tries + 1 >= _TRIES:
                raise
            self._save(replace(window, job="", is_queued=False, tries=window.tries + 1))

    def _finish(self, window: Window, export: bulk_export.ExportJob) -> None:
        with self.writer.draft(window.number) as file:
            if export.rows and export.size:
                self._may_call(-(-export.size // bulk_export.PIECE))
                bulk_export.download(self.reader, export, file)
            else:
                file.write(export.delimiter.join(self.state.fields).encode() + b"\n")
        rows = self.writer.finish(window.number, export.delimiter)
        if rows != export.rows:
            message = f"{export.rows} records were announced, {rows} sent"
            raise refusal("ROWS_DIFFER", message, window.job, "")
        self._save(replace(window, rows=rows, is_done=True))
        self._tell()

    def _tell(self) -> None:
        done, all_of_them = self._done(), len(self.state.windows)
        seconds = self.reader.transport.moment() - self._began
        left = seconds / max(1, done - self._done_before) * (all_of_them - done)
        people = sum(window.rows for window in self.state.windows)
        self.listener.window(BulkProgress(done, all_of_them, people, seconds, left))

    def _done(self) -> int:
        return sum(window.is_done for window in self.state.windows)

    def _may_call(self, calls: int = 1) -> None:
        """``TimedOut`` rather than one call more than was foretold."""
        if self.reader.calls - self._first + calls + _SPARE > self.most:
            raise TimedOut(
                say("Reading the people in Marketo would need more calls than forecast."),
                fix=say("Run again within twelve hours: it continues where it stopped."),
            )

    def _save(self, window: Window) -> Window:
        self.state = self.state.with_window(window)
        self._write()
        return window

    def _write(self) -> None:
        state = json.dumps(asdict(self.state), default=datetime.isoformat)
        write_whole(self.writer.folder / FILE, state, 0o600)


def _read(file: Path) -> BulkState | None:
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        windows = tuple(_window(window) for window in data["windows"])
        until = datetime.fromisoformat(data["until"])
        return BulkState(data["instance"], tuple(data["fields"]), until, windows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _window(entry: Mapping[str, Any]) -> Window:
    moments = {name: datetime.fromisoformat(entry[name]) for name in ("start", "end")}
    return Window(**{**entry, **moments})


def _stuck() -> TimedOut:
    return TimedOut(
        say("Marketo did not finish an export within {hours} hours.", hours=round(_LONGEST / 3600)),
        fix=say("Run again within twelve hours: it continues where it stopped. Marketo works on two "
"exports at a time, for all integrations together."),
    )  # fmt: skip
