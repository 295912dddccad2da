"""Pictures of how seconds grow, both axes logarithmic: linear growth is a line as steep as the dashed one.

``python -m benchmarks.growth`` draws what ``build/bench.json`` holds into ``benchmarks/growth-*.svg``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.figure import RESULTS, Figure, Point

HERE = Path(__file__).parent
TOLERANCE = 1.15
"""So much more than linear is still called linear: a run on a machine with others on it is no finer."""
LINEAR = "linear growth"
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
"""Okabe and Ito's, which people who confuse colors tell apart."""
GRAY = "#777777"
DECADES = (0.01, 0.1, 1, 10, 100, 1_000)
UNITS = {"people": "people", "fields": "fields of the org"}


def judged(points: Iterable[Point]) -> Iterator[Figure]:
    """For each line: how its seconds grow from one size to the next, and whether no more than the size."""
    lines: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for point in points:
        lines[point.picture, point.line].append(point)
    for (picture, line), measured in lines.items():
        steps = sorted(measured, key=lambda point: point.size)
        pairs = list(zip(steps, steps[1:], strict=False))
        if not pairs:
            continue
        factors = ", ".join(
            f"{_times(before, after):.1f} × from {before.size:,} to {after.size:,}" for before, after in pairs
        )
        met = all(_times(*pair) <= TOLERANCE * pair[1].size / pair[0].size for pair in pairs)
        yield Figure(f"growth with {UNITS[picture]}: {line}", factors, "linear or better", met)


def _times(before: Point, after: Point) -> float:
    return after.seconds / max(before.seconds, 1e-9)


def draw(points: Sequence[Point], folder: Path) -> Iterator[Path]:
    """One SVG for each picture: ``growth-people.svg``, ``growth-fields.svg``."""
    for picture in UNITS:
        drawn = [point for point in points if point.picture == picture and point.seconds > 0]
        if drawn:
            file = folder / f"growth-{picture}.svg"
            file.write_text(_svg(f"Seconds by number of {UNITS[picture]}", drawn), encoding="utf-8")
            yield file


def _svg(title: str, points: Sequence[Point]) -> str:
    import altair  # lazy: only a picture needs it
    import pandas as pd  # lazy: as above
    import vl_convert  # lazy: as above

    rows = [{"size": point.size, "seconds": point.seconds, "what": point.line} for point in points]
    lines = sorted({point.line for point in points}, key=lambda line: -_longest(points, line))
    sizes = sorted({point.size for point in points})
    known = [*lines, LINEAR]
    colors = [*COLORS[: len(lines)], GRAY]
    dashes = [*[[1, 0]] * len(lines), [4, 4]]
    axes = {
        "x": altair.X("size:Q", title=title.rpartition(" by ")[2])
        .scale(type="log", domain=[sizes[0], sizes[-1]], nice=False)
        .axis(values=sizes, format=","),
        "y": altair.Y("seconds:Q", title="seconds").scale(type="log").axis(values=DECADES, format=","),
        "color": altair.Color("what:N", title=None).scale(domain=known, range=colors),
        "strokeDash": altair.StrokeDash("what:N", title=None).scale(domain=known, range=dashes),
    }
    seen = altair.Chart(pd.DataFrame(rows)).mark_line(point={"size": 40}).encode(**axes)
    linear = altair.Chart(pd.DataFrame(_slope(points))).mark_line().encode(**axes)
    chart = (linear + seen).properties(title=title, width=480, height=300)
    chart = chart.configure_axis(labelFontSize=12, titleFontSize=12)
    chart = chart.configure_legend(labelFontSize=12, symbolType="stroke", symbolSize=400)
    return str(vl_convert.vegalite_to_svg(chart.to_dict())) + "\n"


def _slope(points: Sequence[Point]) -> list[dict[str, float | str]]:
    first = min(points, key=lambda point: (point.size, point.seconds))
    last = max(point.size for point in points)
    return [
        {"size": size, "seconds": first.seconds * size / first.size, "what": LINEAR}
        for size in (first.size, last)
    ]


def _longest(points: Sequence[Point], line: str) -> float:
    return max(point.seconds for point in points if point.line == line)


def main() -> None:
    """Draws the committed pictures anew from the last whole run."""
    run = json.loads((RESULTS / "bench.json").read_text(encoding="utf-8"))
    points = [Point(**point) for figure in run["figures"] for point in figure["points"]]
    for file in draw(points, HERE):
        print(file, file=sys.stderr)


if __name__ == "__main__":
    main()
