"""All people of an org, page by page, into Parquet files; what was interrupted goes on at its last page.

A page is written to disk whole, then the state names it: a page whose state was not written is read again
into the same file. So nothing is lost and nothing is there twice, whenever the process ends.
Calls of Salesforce: describes and counts one; the objects of few people one; per object of many a job, looks
at it, and its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from runbook_lib.errors import SalesforceRefused, SystemRefused, TimedOut
from runbook_lib.survey.people import few
from runbook_lib.survey.people.columns import (
    PEOPLE,
    PERSON_ACCOUNT,
    PeopleQuery,
    people_query,
    refuse_unseen,
    source_of,
)
from runbook_lib.survey.people.pages import PageWriter, remove_folder
from runbook_lib.survey.people.state import ExtractState, Task, read_state, write_state
from runbook_lib.survey.probes.query import asked_together, describe_each
from runbook_lib.systems.salesforce.client import describe_path, query_path
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

_FIRST_CALLS = 2
"""The describe and the count."""
_REPEATS = 2
"""Calls that the transport may add to one call that gets no answer."""
_GONE = frozenset({"NOT_FOUND", "INVALID_QUERY_LOCATOR", "JOB_FAILED", "JOB_ABORTED"})
"""The job of an earlier run is there no more: its object is read anew."""


@dataclass(frozen=True)
class ExtractProgress:
    """How far one object is. ``seconds``: since this run began to read it, ``read``: rows read since then."""

    object: str
    rows: int
    expected: int
    read: int
    seconds: float

    @property
    def rows_per_second(self) -> int:
        """The speed so far."""
        return round(self.read / max(self.seconds, 0.001))

    @property
    def seconds_left(self) -> int:
        """How long the rest takes at that speed."""
        return round(max(0, self.expected - self.rows) / max(self.rows_per_second, 1))


@dataclass(frozen=True)
class ExtractListener:
    """Who is told: how many calls it will cost at most before the first job, and each page after it."""

    forecast: Callable[[Mapping[str, int], int], None] = lambda people, calls: None
    page: Callable[[ExtractProgress], None] = lambda progress: None


def forecast_extract(people: Mapping[str, int]) -> int:
    """The most Salesforce calls that reading so many people costs: object → how many of them there are."""
    from runbook_lib.systems.salesforce.bulk import LOOKS, ROWS_PER_PAGE  # lazy: loaded with the reader

    jobs = [1 + LOOKS + 1 + -(-count // ROWS_PER_PAGE) for count in people.values() if count]
    return _FIRST_CALLS + sum(jobs) + _REPEATS


def extract_people(
    reader: SalesforceReader,
    folder: Path,
    now: datetime,
    more: Sequence[str] = (),
    listener: ExtractListener | None = None,
) -> ExtractState:
    """Reads all people into ``folder/<Object>/*.parquet``. ``more``: fields of custom rules.

    An interrupted extract of the same query goes on where it was; a finished one is read anew. Raises
    ``SalesforceRefused`` (also where no e-mail is visible), ``Unreachable`` or ``TimedOut``; what was read
    until then stays, and another call goes on with it.
    """
    before = reader.transport.calls["salesforce"]
    listener = listener or ExtractListener()
    reader.foresee([*map(describe_path, PEOPLE), *map(query_path, count_queries())])
    described = list(describe_each(reader, PEOPLE))
    refuse_unseen(more, described)
    sources = {describe["name"]: source_of(describe, more) for describe in described}
    counts = count_each(reader)
    calls = forecast_extract(counts)
    listener.forecast(counts, calls)
    state = _begin(folder, reader.session.org_id, sources, counts, now)
    run = _Run(reader, folder, listener, before + calls, state)
    small = [source.soql for source in sources.values() if run.are_few(source)]
    with asked_together(reader, map(query_path, small)):
        for source in sources.values():
            run.read(source)
    return run.state


def count_each(reader: SalesforceReader) -> dict[str, int]:
    """Object → how many people of that kind there are; one call."""
    answers = reader.composite_queries(count_queries())
    counts = {}
    for name, answer in zip(PEOPLE, answers, strict=True):
        if isinstance(answer, SystemRefused):
            raise answer
        counts[name] = answer.total
    return counts


def count_queries() -> list[str]:
    """The queries of :func:`count_each`."""
    return [people_query(name, ("COUNT()",)) for name in PEOPLE]


def _begin(
    folder: Path, org_id: str, sources: Mapping[str, PeopleQuery], counts: Mapping[str, int], now: datetime
) -> ExtractState:
    """The state to go on with; where there is none, an empty folder and a new one."""
    queries = {name: source.soql for name, source in sources.items()}
    state = read_state(folder)
    if state is not None and state.can_go_on(org_id, queries, now):
        return state
    remove_folder(folder)
    folder.mkdir(parents=True, mode=0o700)
    tasks = {name: Task(name, source.soql, counts[name]) for name, source in sources.items()}
    state = ExtractState(org_id, now, tasks)
    write_state(folder, state)
    return state


@dataclass
class _Run:
    """One go at an extract, within ``most`` calls of Salesforce."""

    reader: SalesforceReader
    folder: Path
    listener: ExtractListener
    most: int
    state: ExtractState

    def read(self, source: PeopleQuery) -> None:
        """Reads what is missing of one object; anew where Salesforce has forgotten an earlier run's job."""
        was_begun = bool(self.state.tasks[source.object].job)
        try:
            self._read(source)
        except SalesforceRefused as refusal:
            if not was_begun or refusal.code not in _GONE:
                raise
            task = self.state.tasks[source.object]
            self._save(Task(task.object, task.soql, task.expected))
            self._read(source)

    def are_few(self, source: PeopleQuery) -> bool:
        """Whether one answer to a query holds all of them, and no job was made for them."""
        task = self.state.tasks[source.object]
        return 0 < task.expected <= few.MOST and not task.job and not task.is_done

    def _read_few(self, source: PeopleQuery, writer: PageWriter) -> None:
        begun = monotonic()
        rows = writer.write(0, few.csv_of(self.reader, source))
        task = self._save(replace(self.state.tasks[source.object], pages=1, rows=rows, is_done=True))
        self.listener.page(ExtractProgress(source.object, rows, rows, task.rows, monotonic() - begun))

    def _read(self, source: PeopleQuery) -> None:
        from runbook_lib.systems.salesforce import bulk  # lazy: loaded with the reader

        task = self.state.tasks[source.object]
        writer = PageWriter(self.folder / source.object, source.fields, {"object": _kind(source)})
        writer.keep_only(task.pages)
        if not task.expected and not task.is_done:
            writer.write(0, ",".join(source.fields.values()).encode() + b"\n")
            self._save(replace(task, pages=1, is_done=True))
            return
        if task.is_done:
            return
        self._may_call()
        if self.are_few(source):
            self._read_few(source, writer)
            return
        if not task.job:
            task = self._save(replace(task, job=bulk.start(self.reader, source.soql)))
        if not task.pages:
            task = self._save(replace(task, expected=bulk.wait(self.reader, task.job)))
        begun, clock = task.rows, monotonic()
        while not task.is_done:
            self._may_call()
            page = bulk.read_page(self.reader, task.job, task.locator)
            rows = writer.write(task.pages, page.content)
            if rows != page.rows >= 0:
                raise _unequal(source.object, page.rows, rows)
            done = replace(task, pages=task.pages + 1, rows=task.rows + rows, locator=page.locator)
            task = self._save(replace(done, is_done=not page.locator))
            seconds = monotonic() - clock
            self.listener.page(
                ExtractProgress(source.object, task.rows, task.expected, task.rows - begun, seconds)
            )
        if task.rows != task.expected:
            raise _unequal(source.object, task.expected, task.rows)

    def _save(self, task: Task) -> Task:
        self.state = self.state.with_task(task)
        write_state(self.folder, self.state)
        return task

    def _may_call(self) -> None:
        """``TimedOut`` rather than one call more than was foretold."""
        if self.reader.transport.calls["salesforce"] + _REPEATS >= self.most + 1:
            raise TimedOut(
                say("Reading the people would need more Salesforce calls than forecast."),
                fix=say("Run again: it continues with the page it had reached."),
            )


def _kind(source: PeopleQuery) -> str:
    if source.fields.get("person_account") != PERSON_ACCOUNT:
        return "'" + source.object + "'"
    return f"CASE WHEN \"{PERSON_ACCOUNT}\" = 'true' THEN 'PersonAccount' ELSE 'Contact' END"


def _unequal(object_name: str, announced: int, read: int) -> SalesforceRefused:
    return SalesforceRefused(
        say(
            "Salesforce announced {told} records of {object}, but sent {read}.",
            told=announced,
            object=object_name,
            read=read,
        ),
        why=say("People would be missing from the comparison."),
        fix=say("Run again: the page is read again."),
        code="ROWS_DIFFER",
    )
