"""One measured figure, with its target, and how figures are printed, kept and drawn."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

RESULTS = Path("build")
"""Where the tables and pictures of a run are left."""


@dataclass(frozen=True)
class Point:
    """One point of a picture of growth. ``picture``: people or fields; ``line``: what was measured."""

    picture: str
    line: str
    size: int
    seconds: float


@dataclass(frozen=True)
class Figure:
    """What was measured. ``met``: whether the target is met, ``None`` where there is none."""

    name: str
    measured: str
    target: str = ""
    met: bool | None = None
    points: tuple[Point, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.measured}" + (
            f" (target {self.target}: {self.verdict})" if self.target else ""
        )

    @property
    def verdict(self) -> str:
        """The word for the last column."""
        return {True: "met", False: "**missed**", None: "–"}[self.met]


@dataclass(frozen=True)
class Part:
    """One benchmark of a run, and what it took: seconds on the clock, and of CPU with all its processes."""

    name: str
    seconds: float
    cpu: float


def spread(seconds: Sequence[float], digits: int = 1) -> str:
    """The median of what several rounds took, and from where to where: ``16.4 s (16.1 to 17.0)``."""
    middle = f"{median(seconds):.{digits}f} s"
    if len(seconds) == 1:
        return middle
    return f"{middle} ({min(seconds):.{digits}f} to {max(seconds):.{digits}f})"


def keep(figures: Sequence[Figure], parts: Sequence[Part], name: str) -> Path:
    """Writes all figures as JSON and as a Markdown table: ``build/<name>.md``; the table."""
    RESULTS.mkdir(exist_ok=True)
    seconds = sum(part.seconds for part in parts)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    whole = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}",
        "load at its end": load,
        "seconds": round(seconds),
        "parts": [asdict(part) for part in parts],
        "figures": [asdict(figure) for figure in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    head = f"{whole['at']}, {whole['machine']}, load {load:.1f} at its end, {seconds / 60:.1f} minutes.\n\n"
    page = RESULTS / f"{name}.md"
    page.write_text(head + "\n".join([*_table(figures), "", *times(parts)]) + "\n", encoding="utf-8")
    return page


def times(parts: Sequence[Part]) -> Iterator[str]:
    """Where the time of the run went, as Markdown."""
    yield "| part | seconds | of CPU |"
    yield "|---|---|---|"
    for part in sorted(parts, key=lambda part: -part.seconds):
        yield f"| {part.name} | {part.seconds:.0f} | {part.cpu:.0f} |"
    yield f"| **all** | {sum(part.seconds for part in parts):.0f} | {sum(part.cpu for part in parts):.0f} |"


def _table(figures: Iterable[Figure]) -> Iterable[str]:
    yield "| figure | measured | target | |"
    yield "|---|---|---|---|"
    for figure in figures:
        yield f"| {figure.name} | {figure.measured} | {figure.target or '–'} | {figure.verdict} |"
