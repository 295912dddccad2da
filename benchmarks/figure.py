"""One measured figure, with its target, and how figures are printed and kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Figure:
    """What was measured. ``met``: whether the target is met, ``None`` where there is none."""

    name: str
    measured: str
    target: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.measured}" + (
            f" (target {self.target}: {self.verdict})" if self.target else ""
        )

    @property
    def verdict(self) -> str:
        """The word for the last column."""
        return {True: "met", False: "**missed**", None: "–"}[self.met]


def keep(figures: Iterable[Figure], how: str) -> Path:
    """Writes all figures as JSON and as a Markdown table; ``how``: full or quick."""
    told = list(figures)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    machine = f"{os.cpu_count()} cores, {system}"
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    RESULTS.mkdir(exist_ok=True)
    whole = {
        "at": at,
        "how": how,
        "machine": machine,
        "load": load,
        "figures": [asdict(each) for each in told],
    }
    (RESULTS / f"{how}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    rows = [f"| {each.name} | {each.measured} | {each.target or '–'} | {each.verdict} |" for each in told]
    head = f"`make bench` ({how}), {at}, {machine}, load {load:.1f} at its end.\n\n"
    table = "\n".join(["| figure | measured | target | |", "|---|---|---|---|", *rows])
    page = RESULTS / f"{how}.md"
    page.write_text(f"{head}{table}\n", encoding="utf-8")
    return page
