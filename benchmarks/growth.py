"""A picture of how seconds grow: both axes logarithmic, so that linear growth is a straight line at 45°."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, EDGE = 640, 420, 60
COLORS = ("#1b5e9e", "#b3541e", "#2e7d4f", "#7a3e9d", "#666666")
Points = Sequence[tuple[float, float]]


def draw(title: str, lines: Mapping[str, Points]) -> str:
    """The picture as SVG; points at which nothing was measured (0) are left out."""
    there = {name: [(x, y) for x, y in points if x > 0 and y > 0] for name, points in lines.items()}
    all_points = [point for points in there.values() for point in points]
    across = _axis([x for x, _ in all_points], EDGE, WIDTH - 130)
    upward = _axis([y for _, y in all_points], HEIGHT - EDGE, EDGE)
    parts = [*_grid(across, upward), *_lines(there, across, upward)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return "\n".join([
        f'{head} font-size="12" role="img">', f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{EDGE}" y="28" font-size="15">{escape(title)}</text>', *parts, "</svg>", "",
    ])  # fmt: skip


class _Axis:
    """Where a value stands between two edges, by its power of ten."""

    def __init__(self, low: int, high: int, begin: float, end: float) -> None:
        self.powers = range(low, high + 1)
        self._low, self._span = low, max(1, high - low)
        self._begin, self._end = begin, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._low) / self._span
        return self._begin + share * (self._end - self._begin)


def _axis(values: Sequence[float], begin: float, end: float) -> _Axis:
    powers = [math.log10(value) for value in values] or [0.0]
    return _Axis(math.floor(min(powers)), math.ceil(max(powers)), begin, end)


def _grid(across: _Axis, upward: _Axis) -> list[str]:
    parts = []
    for power in across.powers:
        x = across(10**power)
        parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{EDGE}" y2="{HEIGHT - EDGE}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 36}" text-anchor="middle">{10**power:,}</text>')
    for power in upward.powers:
        y, words = upward(10.0**power), f"{10.0**power:g} s"
        parts.append(f'<line x1="{EDGE}" x2="{WIDTH - 130}" y1="{y:.0f}" y2="{y:.0f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.0f}" text-anchor="end">{words}</text>')
    return parts


def _lines(lines: Mapping[str, Points], across: _Axis, upward: _Axis) -> list[str]:
    parts = []
    for color, (name, points) in zip(COLORS, lines.items(), strict=False):
        placed = [(across(x), upward(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in placed]
        if placed:
            x, y = placed[-1]
            parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{color}">{escape(name)}</text>')
    return parts
