"""A sample of records that can fail: drawn at random of all that a user sees; and the newest beside it.

How many are drawn follows from the loss that is to be found: of ``n`` drawn at random, one at least is among
the missing with a chance of ``1 - (1 - loss) ** n``. A record's place is the hash of the seed and its Id,
and the first places are taken. So every record is drawn with the same chance, whatever its Id looks like (Ids
of one org may come from several pods, with wide gaps), who is drawn can be told again from the seed, and a
million Ids pass through without being kept.
Calls of Salesforce: one for all objects; of an object with 2,000 records or more a Bulk API job, whose pages
hold Ids alone. ``OFFSET`` would reach 2,000 records at most, and pivots between the lowest and the
highest Id would favor whoever stands behind a gap. Sources: SOQL reference, "OFFSET"; Bulk API 2.0, "Query".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from heapq import nsmallest
from math import ceil, log
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.query import NOT_FOR_HIM, calls_for

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

WHOLE = 2_000
"""Of fewer records all Ids are one page of a query."""
KEPT = 200
"""Of a page: some of the newest may be too young to count."""
ROWS_PER_PAGE = 250_000
"""Of a Bulk API job: five megabytes of Ids."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Pool:
    """Which records of an object are drawn from: ``where`` is a SOQL condition, empty for all."""

    object: str
    where: str = ""
    columns: tuple[str, ...] = ("Id",)

    def query(self, items: str = "", end: str = "") -> str:
        """``items`` of all of them; its columns where none is named."""
        asked = items or ", ".join(self.columns)
        condition = f"WHERE {self.where}" if self.where else ""
        return " ".join(filter(None, ("SELECT", asked, "FROM", self.object, condition, end)))

    def newest_first(self) -> str:
        """A page of them, those first that were created last."""
        columns = ", ".join((*self.columns, "CreatedDate"))
        return self.query(columns, f"ORDER BY CreatedDate DESC LIMIT {WHOLE}")


@dataclass(frozen=True)
class Sample:
    """A sample: the pool's columns of each record. ``population``: how many there were to draw from.
    ``newest``: of those created last, the newest first, with their ``CreatedDate``."""

    rows: tuple[Row, ...]
    population: int
    newest: tuple[Row, ...] = ()


def size_for(loss: float, sure: float) -> int:
    """How many have to be drawn, to meet one of a missing share ``loss`` with the chance ``sure``."""
    return ceil(log(1 - sure) / log(1 - loss))


def chance_of(loss: float, size: int) -> float:
    """The chance that a sample of ``size`` holds one at least of a missing share ``loss``."""
    return float(1 - (1 - loss) ** size)


def seed_of(now: datetime) -> int:
    """The seed of a look at ``now``: another one each time, and on record with the snapshot."""
    return int(f"{now:%Y%m%d%H%M%S%f}")


def first_places(rows: Iterable[Row], size: int, seed: int) -> tuple[Row, ...]:
    """``size`` of the records, drawn at random by ``seed``; in whatever order they come, the same."""

    def place(row: Row) -> bytes:
        return blake2b(f"{seed}:{row['Id'][:15]}".encode(), digest_size=12).digest()

    return tuple(nsmallest(size, rows, key=place))


def draw(reader: SalesforceReader, pools: Mapping[Pool, int], seed: int) -> dict[str, Sample | SystemRefused]:
    """Object → that many of its records, drawn at random; an object that the user does not have is empty."""
    queries = [pool.newest_first() for pool in pools]
    drawn: dict[str, Sample | SystemRefused] = {}
    for (pool, size), page in zip(pools.items(), reader.composite_queries(queries), strict=True):
        if isinstance(page, SystemRefused):
            drawn[pool.object] = Sample((), 0) if page.code in NOT_FOR_HIM else page
        elif len(page.records) == WHOLE:  # there may be more
            drawn[pool.object] = _of_many(reader, pool, size, seed, page.records)
        else:
            rows = first_places(page.records, size, seed)
            drawn[pool.object] = Sample(rows, len(page.records), tuple(page.records[:KEPT]))
    return drawn


def forecast_draw(populations: Mapping[str, int]) -> int:
    """The most calls that drawing from so many records per object costs."""
    from runbook_lib.systems.salesforce.bulk import LOOKS  # lazy: loaded with the reader

    jobs = [1 + LOOKS + -(-count // ROWS_PER_PAGE) for count in populations.values() if count >= WHOLE]
    return calls_for(len(populations)) + sum(jobs)


def _of_many(
    reader: SalesforceReader, pool: Pool, size: int, seed: int, newest: Sequence[Row]
) -> Sample | SystemRefused:
    from runbook_lib.systems.salesforce import bulk  # lazy: loaded with the reader

    try:
        job = bulk.start(reader, pool.query())
        population = bulk.wait(reader, job)
        return Sample(first_places(_pages(reader, job), size, seed), population, tuple(newest[:KEPT]))
    except SystemRefused as refusal:
        return refusal


def _pages(reader: SalesforceReader, job: str) -> Iterator[Row]:
    """The records of a job, page by page."""
    from runbook_lib.systems.salesforce import bulk  # lazy: loaded with the reader

    locator, is_first = "", True
    while is_first or locator:
        page = bulk.read_page(reader, job, locator, ROWS_PER_PAGE)
        yield from csv.DictReader(io.StringIO(page.content.decode("utf-8"), newline=""))
        locator, is_first = page.locator, False
