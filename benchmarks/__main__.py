"""``make bench``: every benchmark, one line a figure, and a table of all in ``benchmarks/results/``.

``--quick`` (``make bench QUICK=1``) measures the same things on fewer people and in fewer rounds. Names of
benchmarks as arguments run these alone.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import calls, duplicates, febrl, fields, million, probable, road, start
from benchmarks.figure import Figure, keep

Benchmark = Callable[[], Iterator[Figure]]
FULL: dict[str, Benchmark] = {
    "start": start.measure,
    "fields": fields.measure,
    "road": road.measure,
    "calls": calls.measure,
    "febrl": febrl.measure,
    "duplicates": duplicates.measure,
    "probable": probable.measure,
    "million": million.measure,
}
QUICK: dict[str, Benchmark] = {
    "start": partial(start.measure, runs=3),
    "fields": partial(fields.measure, runs=3),
    "road": partial(road.measure, rounds=1),
    "calls": partial(calls.measure, worlds=("clean",)),
    "febrl": partial(febrl.measure, sets=("dataset1",)),
    "duplicates": partial(duplicates.measure, people=1_000_000),
    "probable": partial(probable.measure, people=50_000, borne={"recordlinkage": 5_000}),
    "million": partial(million.measure, sizes=(10_000, 50_000)),
}


def main(arguments: list[str]) -> None:
    """Runs them; one that breaks is told as that, and the others run all the same."""
    how = "quick" if "--quick" in arguments else "full"
    names = [name for name in arguments if not name.startswith("-")]
    known = QUICK if how == "quick" else FULL
    figures: list[Figure] = []
    for name in names or known:
        try:
            for figure in known[name]():
                print(figure, flush=True)
                figures.append(figure)
        except Exception as fault:
            traceback.print_exc()
            figures.append(Figure(name, f"broke: {type(fault).__name__}", "to run", met=False))
    print(f"table: {keep(figures, how if not names else '-'.join(names))}")


if __name__ == "__main__":
    main(sys.argv[1:])
