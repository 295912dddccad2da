"""A picture in signs, for terminals, logs and who reads by ear: every bar, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from runbook_lib.pictures.model import Bars, Picture, Spans
from runbook_lib.pictures.names import fitting

Say = Callable[[object], str]
WHOLE = 30
"""How many signs the longest bar has."""
SIGNS = "█▒░▓▚▞"
"""One per part; what is not known has a question mark."""


def in_signs(picture: Picture, say: Say) -> list[str]:
    """The lines: what it is, and a line per bar with its numbers."""
    bars = list(_bars(picture) if isinstance(picture, Bars) else _spans(picture))
    table = picture.table
    cells = [[fitting(say(cell)) for cell in row] for row in (table.heads, *table.rows)]
    if isinstance(picture, Bars) and len(picture.parts) > 1:
        parts = zip(SIGNS, cells[0][1:-1], strict=False)
        cells[0][1:-1] = [f"{sign} {word}" for sign, word in parts]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    drawn = ["", *bars, *[""] * (len(table.rows) - len(bars))]
    lines = [f"{_aligned(row, widths)}  {bar}".rstrip() for row, bar in zip(cells, drawn, strict=True)]
    return [say(picture.title), *(f"    {line}" for line in lines)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([name, *numbers])


def _bars(picture: Bars) -> Iterator[str]:
    limit = picture.limit.count if picture.limit else 0
    longest = max([limit, *(sum(filter(None, row.counts)) for row in picture.rows)]) or 1
    for row in picture.rows:
        signs = zip(SIGNS, row.counts, strict=False)
        bar = "".join(sign * max(1, round(count * WHOLE / longest)) for sign, count in signs if count)
        yield bar + ("?" if row.total is None else "")


def _spans(picture: Spans) -> Iterator[str]:
    longest = max((span.most for span in picture.lines), default=0) or 1
    for span in picture.lines:
        begins, ends = (round(number * WHOLE / longest) for number in (span.least, span.most))
        yield " " * begins + "█" * max(1, ends - begins)
