"""Probable duplicates: ours among a million people, and against recordlinkage and dedupe at a size they bear.

Precision and recall are of pairs of records, against the planted truth. The exact duplicates that the truth
holds are found by :mod:`runbook_lib.review.duplicates.exact`, whose groups count together with the probable
ones; precision is told of the probable groups alone, too, which is the harder question.

recordlinkage and dedupe are no packages of this project: ``make baselines`` installs them into an environment
of their own. Without it ours is measured alone, and this is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.children import Ran, run_child
from benchmarks.figure import Figure, Point, spread

PEOPLE = 1_000_000
BORNE = {"recordlinkage": 20_000, "dedupe": 2_000}
"""How many people the others bear. dedupe asks for labeled pairs, too; it gets them from the truth."""
SEED = 20261128
TARGET_SECONDS, TARGET_BYTES = 30, 2_000_000_000
TARGET_PRECISION, TARGET_RECALL = 0.95, 0.85
BASELINES = Path(".venv-baselines/bin/python")
_MADE = """
import sys
from benchmarks.people import make_people
make_people({people}, {seed}).to_parquet(sys.argv[1])
print("{{}}")
"""
_OURS = """
import json, sys
from pathlib import Path
from runbook_lib.review.duplicates.email_rules import EmailRules
from runbook_lib.review.duplicates.exact import find_exact
from runbook_lib.review.duplicates.probable.search import find_probable
folder, exact, probable = map(Path, sys.argv[1:])
find_exact(folder, EmailRules(), exact)
find_probable(folder, probable)
print("{}")
"""
PROGRAMS = Path(__file__).with_name("baselines")


def measure(people: int = PEOPLE, borne: Mapping[str, int] = BORNE, rounds: int = 3) -> Iterator[Figure]:
    """Seconds, peak memory, precision and recall, in the middle of so many rounds; then the same beside the
    two others."""
    with TemporaryDirectory() as folder:
        file = _people(Path(folder), people)
        yield _judged(people, sorted((_ours(file) for _ in range(rounds)), key=lambda ran: ran.seconds))
    for fewer in (people // 100, people // 10):
        with TemporaryDirectory() as folder:
            ran = _ours(_people(Path(folder), fewer))
        yield replace(_line("ours", fewer, ran), points=(_point(fewer, ran),))
    for name, few in borne.items():
        yield from _beside(name, few)


def _point(people: int, ran: Ran) -> Point:
    return Point("people", "probable duplicates", people, ran.seconds)


def _beside(name: str, people: int) -> Iterator[Figure]:
    """Ours and another, with the same people."""
    if not BASELINES.exists():
        yield Figure(f"probable, {name}", "not installed (make baselines), so it was not measured")
        return
    with TemporaryDirectory() as folder:
        file = _people(Path(folder), people)
        ours = _ours(file)
        yield _line("ours", people, ours)
        program = (PROGRAMS / f"{name}_pairs.py").read_text(encoding="utf-8")
        theirs = run_child(program, file, python=str(BASELINES))
    yield _line(name, people, theirs)
    shares = f"{ours.seconds / theirs.seconds:.2f} of the time, {ours.peak / theirs.peak:.2f} of the memory"
    yield Figure(f"probable, {people:,} people, ours against {name}", shares)


def _people(folder: Path, people: int) -> Path:
    """The file of so many people."""
    file = folder / "people" / "people.parquet"
    file.parent.mkdir()
    # Not in this process: what a child is told to have used at most begins with what its parent used.
    run_child(_MADE.format(people=people, seed=SEED), file)
    return file


def _ours(file: Path) -> Ran:
    exact, probable = file.parents[1] / "exact.parquet", file.parents[1] / "probable.parquet"
    ran = run_child(_OURS, file.parent, exact, probable)
    scores: dict[str, float] = {}
    for name, files in (("all", [exact, probable]), ("probable", [probable])):
        precision, recall = score(file, files)
        scores |= {f"{name}_precision": precision, f"{name}_recall": recall}
    return Ran(ran.seconds, ran.peak, json.dumps(scores))


def score(people: Path, groups: Sequence[Path]) -> tuple[float, float]:
    """Precision and recall of pairs of records, against the truth that the file of people holds."""
    import duckdb  # lazy: a child process measures alone

    query = _SCORE.format(groups=[str(file) for file in groups], people=people)
    with duckdb.connect(config={"memory_limit": "200MB"}) as engine:
        pairs, right, wanted = engine.execute(query).fetchone() or (0, 0, 0)
    return right / max(1, pairs), right / max(1, wanted)


_SCORE = """
WITH people AS (SELECT id, person FROM '{people}'),
grouped AS (SELECT DISTINCT filename || group_id AS key, unnest(members).id AS id
            FROM read_parquet({groups}, union_by_name = true, filename = true)),
pair AS (SELECT DISTINCT a.id AS one, b.id AS other
         FROM grouped a JOIN grouped b USING (key) WHERE a.id < b.id)
SELECT count(*), coalesce(count_if(x.person = y.person), 0),
       (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM people GROUP BY person))
FROM pair JOIN people x ON x.id = one JOIN people y ON y.id = other
"""


def _judged(people: int, rounds: Sequence[Ran]) -> Figure:
    ran = rounds[len(rounds) // 2]
    scores = json.loads(ran.printed)
    is_good = scores["all_precision"] >= TARGET_PRECISION and scores["all_recall"] >= TARGET_RECALL
    target = f"≤ {TARGET_SECONDS} s, ≤ {TARGET_BYTES / 1e9} GB, ≥ {TARGET_PRECISION} and ≥ {TARGET_RECALL}"
    met = ran.seconds <= TARGET_SECONDS and ran.peak <= TARGET_BYTES and is_good
    line = _line("ours", people, ran)
    measured = f"{line.measured}; of {len(rounds)} rounds {spread([ran.seconds for ran in rounds])}"
    return replace(line, measured=measured, target=target, met=met, points=(_point(people, ran),))


def _line(name: str, people: int, ran: Ran) -> Figure:
    scores = json.loads(ran.printed)
    alone = scores.get("probable_precision")
    return Figure(
        f"probable, {people:,} people, {name}",
        f"{ran.seconds:.1f} s, {ran.peak / 1e9:.2f} GB peak, "
        f"precision {scores['all_precision']:.3f}, recall {scores['all_recall']:.3f}"
        + (f" (precision of the probable groups alone {alone:.3f})" if alone is not None else ""),
    )
