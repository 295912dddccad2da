"""What a picture tells, as data: bars of parts that add up, and ranges. No layout, no color.

The table beside a picture is made of the same rows, so that both tell the same numbers. A count that nobody
could read is ``None``, never zero, and what it is part of is not known either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from runbook_lib.text import say

UNKNOWN = say("cannot tell")
MOST_ROWS = 12
"""More bars than these are no picture any more; the rest becomes one bar."""


class Shade(StrEnum):
    """What a part means, and so which color it has: one of the variables of ``picture.css``."""

    PLAIN = "plain"
    STAYS = "stays"
    GOES = "goes"
    FIXED = "fixed"
    NEW = "new"
    JOINS = "joins"
    OPEN = "open"


@dataclass(frozen=True)
class Segment:
    """One kind of what is counted."""

    word: object
    shade: Shade = Shade.PLAIN


@dataclass(frozen=True)
class Bar:
    """One bar: a count for each part; ``None``: nobody can tell."""

    name: object
    counts: tuple[int | None, ...]

    @property
    def total(self) -> int | None:
        """All parts together; not known where one of them is not."""
        return total(self.counts)


@dataclass(frozen=True)
class Limit:
    """A number that bars should not reach."""

    word: object
    count: int


@dataclass(frozen=True)
class PictureTable:
    """The numbers of a picture: heads, and rows of words and numbers."""

    heads: tuple[object, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Bars:
    """A bar per row, made of its parts one after the other.

    ``about``: what is counted, in a sentence; empty where the title says it. ``head``: what a row is.
    ``total``: the name of the sum of all rows; empty where they do not add up to anything.
    """

    title: object
    about: object
    head: object
    parts: tuple[Segment, ...]
    rows: tuple[Bar, ...]
    total: object = ""
    limit: Limit | None = None

    @property
    def table(self) -> PictureTable:
        """The same numbers: a line per bar, its parts, all of them, and the sum."""
        lines = [self._line(row) for row in self.rows]
        if str(self.total) and len(self.rows) > 1:
            lines.append(self._line(summed(self.total, self.rows)))
        if self.limit is not None:
            blank = [""] * (len(self.parts) if self._is_split else 0)
            lines.append((self.limit.word, *blank, self.limit.count))
        sums = (say("Together"),) if self._is_split else ()
        return PictureTable((self.head, *(part.word for part in self.parts), *sums), tuple(lines))

    @property
    def _is_split(self) -> bool:
        return len(self.parts) > 1

    def _line(self, row: Bar) -> tuple[object, ...]:
        counts = (*row.counts, *([row.total] if self._is_split else []))
        return (row.name, *(UNKNOWN if count is None else count for count in counts))

    def in_use(self) -> Bars:
        """Without the parts of which there is nothing in any row."""
        used = [place for place in range(len(self.parts)) if any(row.counts[place] != 0 for row in self.rows)]
        rows = tuple(replace(row, counts=tuple(row.counts[place] for place in used)) for row in self.rows)
        return replace(self, parts=tuple(self.parts[place] for place in used), rows=rows)

    def biggest_first(self, most: int = MOST_ROWS) -> Bars:
        """The longest bars, and one bar for all others, so that nothing is missing from the sum."""
        rows = sorted(self.rows, key=lambda row: (row.total is not None, -(row.total or 0)))
        if len(rows) > most:
            longest, others = rows[: most - 1], rows[most - 1 :]
            rows = [*longest, summed(say("{count} others", count=len(others)), others)]
        return replace(self, rows=tuple(rows))


@dataclass(frozen=True)
class Span:
    """A number that is known as a range; ``measured``: the range by measurement, of which an end may be
    unknown; ``None`` where nothing was measured."""

    name: object
    least: float
    most: float
    measured: tuple[float | None, float | None] | None = None


@dataclass(frozen=True)
class Spans:
    """A range per row. ``unit``: what the numbers are, such as hours; ``total``: the name of the sum of all,
    which is a row of its own at the end."""

    title: object
    about: object
    head: object
    unit: object
    rows: tuple[Span, ...]
    total: object = ""

    @property
    def lines(self) -> tuple[Span, ...]:
        """The rows, and the sum."""
        has_sum = bool(str(self.total)) and len(self.rows) > 1
        return (*self.rows, _spanned(self.total, self.rows)) if has_sum else self.rows

    @property
    def is_measured(self) -> bool:
        """Whether anything of it was measured."""
        return any(row.measured is not None for row in self.rows)

    @property
    def table(self) -> PictureTable:
        """The same numbers: a line per range."""
        heads: list[object] = [
            self.head, say("At least ({unit})", unit=self.unit), say("At most ({unit})", unit=self.unit),
        ]  # fmt: skip
        rows: list[tuple[object, ...]] = [(line.name, line.least, line.most) for line in self.lines]
        if self.is_measured:
            heads += [
                say("At the measured rate: at least ({unit})", unit=self.unit),
                say("At the measured rate: at most ({unit})", unit=self.unit),
            ]
            known = [line.measured or (None, None) for line in self.lines]
            rows = [
                (*row, *(UNKNOWN if end is None else end for end in ends))
                for row, ends in zip(rows, known, strict=True)
            ]
        return PictureTable(tuple(heads), tuple(rows))

    def longest_first(self, most: int = MOST_ROWS) -> Spans:
        """The longest ranges, and one for all others, so that nothing is missing from the sum."""
        rows = sorted(self.rows, key=lambda row: -row.most)
        if len(rows) > most:
            longest, others = rows[: most - 1], rows[most - 1 :]
            rows = [*longest, _spanned(say("{count} others", count=len(others)), others)]
        return replace(self, rows=tuple(rows))


Picture = Bars | Spans


def total(counts: Sequence[int | None]) -> int | None:
    """The sum; not known where one of them is not."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def summed(name: object, rows: Sequence[Bar]) -> Bar:
    """One row for all of these, part by part."""
    return Bar(name, tuple(total(counts) for counts in zip(*(row.counts for row in rows), strict=True)))


def _spanned(name: object, rows: Sequence[Span]) -> Span:
    """One range for all of these, one after the other."""
    least, most = (round(sum(ends), 1) for ends in zip(*((row.least, row.most) for row in rows), strict=True))
    if all(row.measured is None for row in rows):
        return Span(name, least, most)
    known = [row.measured or (None, None) for row in rows]
    return Span(name, least, most, (_added([low for low, _ in known]), _added([high for _, high in known])))


def _added(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return round(sum(known), 1) if len(known) == len(numbers) else None


def spoken(picture: Picture, say: Callable[[object], str]) -> Picture:
    """The picture with all its words in one language, for a file."""
    words = {"title": say(picture.title), "about": say(picture.about), "head": say(picture.head)}
    if isinstance(picture, Spans):
        spans = tuple(replace(span, name=say(span.name)) for span in picture.rows)
        return replace(picture, rows=spans, unit=say(picture.unit), total=say(picture.total), **words)
    rows = tuple(replace(row, name=say(row.name)) for row in picture.rows)
    parts = tuple(replace(part, word=say(part.word)) for part in picture.parts)
    limit = picture.limit and replace(picture.limit, word=say(picture.limit.word))
    return replace(picture, rows=rows, parts=parts, limit=limit, total=say(picture.total), **words)
