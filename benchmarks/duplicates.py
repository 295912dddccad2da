"""Exact duplicates among millions of people: ours against pandas at the same job, each in its own process.

The people are made up with a planted truth: how many groups there are of which kind is known by construction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.children import Ran, run_child
from benchmarks.figure import Figure, Point, spread

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TARGET_RATIO = 3
TARGET_BYTES = 1_000_000_000
_PLANTED = """
COPY (
    SELECT CASE WHEN i % 5 < 3 THEN 'Lead' ELSE 'Contact' END AS object,
           '00Q' || lpad(i::VARCHAR, 15, '0') AS id,
           CASE WHEN i % 50 = 49 THEN NULL
                WHEN i % 100 = 8 THEN ' First.Last' || (i - 1) || '@Example.COM '
                WHEN i % 100 = 11 THEN 'first.last' || (i - 1) || '@example.com'
                WHEN i % 100 = 13 THEN 'FIRST.LAST' || (i - 1) || '@example.com'
                WHEN i % 100 = 19 THEN 'first.last' || (i - 1) || '@Example.com'
                WHEN i % 1000 = 21 THEN 'info@example.com'
                ELSE 'first.last' || i || '@example.com' END AS email,
           'First' AS first_name, 'Last' || (i % 5000) AS last_name, 'Company ' || (i % 90000) AS company,
           NULL::VARCHAR AS phone, 'DE' AS country, '005' || lpad((i % 40)::VARCHAR, 15, '0') AS owner_id,
           i % 25 = 0 OR i % 1000 = 8 AS opted_out, TIMESTAMP '2020-01-01' + to_seconds(i) AS created,
           CASE WHEN i % 3 = 0 THEN DATE '2025-01-01' + (i % 300)::INTEGER END AS last_activity,
           'Web' AS source, NULL::VARCHAR AS sfdc_id
    FROM range({people}) t(i)
) TO '{file}' (FORMAT parquet)
"""
_MADE = """
import sys
import duckdb
duckdb.sql(sys.argv[1])
print("{}")
"""
_OURS = """
import json, sys
from pathlib import Path
from runbook_lib.review.duplicates.email_rules import EmailRules
from runbook_lib.review.duplicates.exact import find_exact
found = find_exact(Path(sys.argv[1]), EmailRules(), Path(sys.argv[2]))
print(json.dumps({kind: found.groups[kind] for kind in ("lead", "contact", "across")}))
"""
_BARE = """
import sys
import duckdb
duckdb.sql("SET enable_progress_bar = false")
query = "SELECT lower(trim(email)) AS address, count(*) AS n, list(id) AS ids"
query += " FROM read_parquet('{}/**/*.parquet') WHERE email IS NOT NULL GROUP BY 1 HAVING n > 1"
duckdb.sql(f"COPY ({query.format(sys.argv[1])}) TO '{sys.argv[2]}' (FORMAT parquet)")
print("{}")
"""
_PANDAS = """
import json, sys
import duckdb
duckdb.sql("SET enable_progress_bar = false")
columns = "object, id, email, owner_id, opted_out, created, last_activity"
people = duckdb.sql(f"SELECT {columns} FROM read_parquet('{sys.argv[1]}/**/*.parquet')").df()
people["address"] = people["email"].str.strip().str.lower()
people = people.dropna(subset=["address"])
people = people[people["address"].duplicated(keep=False)]
order = ["address", "object", "last_activity", "created"]
people = people.sort_values(order, ascending=[True, True, False, True])
groups = people.groupby("address", sort=False)
found = groups.agg(
    size=("id", "size"), keep=("id", "first"), kinds=("object", "nunique"), object=("object", "first"),
    opted=("opted_out", "any"), all_opted=("opted_out", "all"), members=("id", list),
    owners=("owner_id", list),
)
found["kind"] = found["object"].str.lower().where(found["kinds"] == 1, "across")
found["conflict"] = found["opted"] & ~found["all_opted"]
counts = found["kind"].value_counts()
print(json.dumps({kind: int(counts.get(kind, 0)) for kind in ("lead", "contact", "across")}))
"""


def measure(sizes: Sequence[int] = SIZES, rounds: int = 3) -> Iterator[Figure]:
    """Seconds and peak memory of both, the ratios, and whether exactly the planted groups were found. The
    largest size runs so many rounds, in turn with the bare query; pandas, which is slow, once."""
    for people in sizes:
        yield from _measured(people, rounds if people == max(sizes) else 0)


def _measured(people: int, rounds: int) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "people" / "people.parquet"
        file.parent.mkdir()
        # Not in this process: what a child is told to have used at most begins with what its parent used.
        run_child(_MADE, _PLANTED.format(people=people, file=file))
        ours = [run_child(_OURS, file.parent, Path(folder) / "groups.parquet")]
        bare = []
        for number in range(rounds):
            bare.append(run_child(_BARE, file.parent, Path(folder) / "bare.parquet"))
            if number:
                ours.append(run_child(_OURS, file.parent, Path(folder) / "groups.parquet"))
        point = Point("people", "exact duplicates", people, median(ran.seconds for ran in ours))
        yield replace(_figure(people, "ours", ours[0]), points=(point,))
        if rounds:
            yield from _beside(people, ours, bare, run_child(_PANDAS, file.parent))


def _beside(people: int, ours: Sequence[Ran], bare: Sequence[Ran], pandas: Ran) -> Iterator[Figure]:
    yield _figure(people, "pandas", pandas)
    ratios = [mine.seconds / theirs.seconds for mine, theirs in zip(ours, bare, strict=True)]
    ratio, peak = median(ratios), max(ran.peak for ran in ours)
    seconds = [ran.seconds for ran in ours]
    yield Figure(
        f"exact duplicates, {people:,} people, ours against a bare GROUP BY",
        f"{ratio:.2f} × (from {min(ratios):.2f} to {max(ratios):.2f}; {spread(seconds)}, "
        f"{spread([ran.seconds for ran in bare])}); {peak / 1e9:.2f} GB; "
        f"{pandas.seconds / median(seconds):.1f} × faster than pandas",
        f"≤ {TARGET_RATIO} ×, ≤ {TARGET_BYTES / 1e9} GB",
        met=ratio <= TARGET_RATIO and peak <= TARGET_BYTES,
    )


def _figure(people: int, name: str, ran: Ran) -> Figure:
    groups = json.loads(ran.printed)
    right = "exactly the planted groups" if groups == planted(people) else f"WRONG: {groups}"
    cost = f"{ran.seconds:.1f} s, {ran.peak / 1e9:.2f} GB peak"
    return Figure(f"exact duplicates, {people:,} people, {name}", f"{cost}, {right}")


def planted(people: int) -> dict[str, int]:
    """Groups by kind, by construction: pairs of neighbors, and everybody who shares one ``info@``."""
    groups = {"lead": int(people > 1021), "contact": 0, "across": 0}
    for rest in (8, 11, 13, 19):
        pair = {"lead" if number % 5 < 3 else "contact" for number in (rest - 1, rest)}
        kind = pair.pop() if len(pair) == 1 else "across"
        groups[kind] += len(range(rest, people, 100))
    return groups
