"""``make bench``: every benchmark, one line a figure; a table of all in ``build/bench.md``, and pictures.

``--quick`` (``make bench QUICK=1``) measures the same things on fewer people and in fewer rounds. Names of
benchmarks as arguments run these alone.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import calls, duplicates, febrl, fields, million, probable, road, start, wait
from benchmarks.children import Spent
from benchmarks.figure import RESULTS, Figure, Part, keep, times
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
    "duplicates": partial(duplicates.measure, sizes=(100_000, 1_000_000), rounds=1),
    "probable": partial(probable.measure, people=50_000, borne={"recordlinkage": 5_000}, rounds=1),
    "febrl": partial(febrl.measure, sets=("dataset1",), dedupe=()),
    "fields": partial(fields.measure, runs=3, sizes=(20, 200)),
    "road": partial(road.measure, rounds=1),
    "calls": partial(calls.measure, worlds=("clean",)),
    "wait": partial(wait.measure, worlds=("clean",), notebooks=2),
    "million": partial(million.measure, sizes=(20_000,), read=(), rounds=1),
}


def main(arguments: list[str]) -> None:
    """Runs them; one that breaks is told as that, and the others run all the same."""
    is_quick = "--quick" in arguments
    names = [name for name in arguments if not name.startswith("-")]
    known = QUICK if is_quick else FULL
    figures: list[Figure] = []
    parts: list[Part] = []
    for name in names or known:
        spent = Spent()
        figures += _measured(name, known[name])
        parts.append(Part(name, *spent.so_far()))
        print(f"({name}: {parts[-1].seconds:.0f} s)", flush=True)
    points = [point for figure in figures for point in figure.points]
    for figure in judged(points):
        print(figure, flush=True)
        figures.append(figure)
    file = "-".join(["bench", *(["quick"] if is_quick else []), *names])
    print("\n".join(["", *times(parts), ""]))
    print(f"table: {keep(figures, parts, file)}")
    for picture in draw(points, RESULTS):
        print(f"picture: {picture}")


def _measured(name: str, benchmark: Benchmark) -> Iterator[Figure]:
    try:
        for figure in benchmark():
            print(figure, flush=True)
            yield figure
    except Exception as fault:
        traceback.print_exc()
        yield Figure(name, f"broke: {type(fault).__name__}", "to run", met=False)


if __name__ == "__main__":
    main(sys.argv[1:])
