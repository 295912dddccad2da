"""Blocks as plain text, for terminals, logs and screen readers: the same state that the HTML shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runbook_lib.guide.views.blocks import (
    Block,
    Card,
    Clicks,
    Drawn,
    Facts,
    Fold,
    Grid,
    Instead,
    Line,
    Link,
    Links,
    Mark,
    Points,
    Road,
    Strip,
    Tone,
    Warnings,
    Waterfall,
)
from runbook_lib.pictures.model import Bars, Spans
from runbook_lib.pictures.text_form import in_signs
from runbook_lib.text import Message, on_terminal, printable, say, tenths

BAR = 30
"""How many characters the whole of a waterfall has."""


@dataclass(frozen=True)
class PlainText:
    """How blocks read in one language, without control characters."""

    language: str

    def page(self, title: object, blocks: Iterable[Block]) -> str:
        """A title, and blocks with an empty line between them."""
        lines = [self.say(title)] if str(title) else []
        for block in blocks:
            lines += [*self.block(block), ""]
        return "\n".join(lines).rstrip()

    def say(self, text: object) -> str:
        """One text in the language."""
        if isinstance(text, Link):
            return f"{self.say(text.text)}: {printable(text.url)}"
        if isinstance(text, Links):
            return ", ".join(map(self.say, text.parts))
        if isinstance(text, Mark):
            return f"{text.tone.sign} {self.say(text.word)}"
        return on_terminal(text, self.language)

    def signed(self, number: float) -> str:
        """What adds to a sum or takes from it, with its sign."""
        return f"{'+' if number >= 0 else ''}{tenths(number, self.language)}"

    def block(self, block: Block) -> list[str]:
        """The lines of one block."""
        match block:
            case Line():
                return [self.say(block.text)]
            case Strip():
                head = [self.say(part) for part in (block.word, block.text, block.step) if str(part)]
                return [" | ".join(head), *_indented(map(self.say, block.links))]
            case Facts():
                return [f"  {self.say(name)}: {self.say(value)}" for name, value in block.rows]
            case Grid():
                return self._grid(block)
            case Fold():
                return self._fold(block)
            case Instead():
                return self._grid(block.state)
            case Bars() | Spans():
                return in_signs(block, self.say)
            case Drawn():
                return in_signs(block.picture, self.say)
            case Waterfall():
                return self._waterfall(block)
            case Card():
                return [
                    f"{block.tone.sign} {self.say(block.title)}",
                    *_indented(map(self.say, block.lines)),
                ]
            case Road():
                return self._road(block)
            case Points() | Clicks():
                return self._rows(block)
            case Warnings():
                return self._rows(Clicks(tuple((*row, ()) for row in block.rows)))

    def _road(self, road: Road) -> list[str]:
        lines = [self.say(road.caption)]
        for stop in road.stops:
            here = " ◀" if stop.is_here else ""
            lines.append(f"{stop.mark.tone.sign} {stop.name}: {self.say(stop.mark.word)}{here}")
            lines += _indented(f"{self.say(name)}: {self.say(value)}" for name, value in stop.facts)
        return lines

    def _fold(self, fold: Fold) -> list[str]:
        """All that is folded; a table says by its own caption what it is."""
        inside = self.block(fold.inside)
        if not isinstance(fold.inside, Points):
            return inside
        sign = f"{fold.tone.sign} " if fold.tone else ""
        return [f"{sign}{self.say(fold.title)}", *_indented(inside)]

    def _rows(self, block: Points | Clicks) -> list[str]:
        lines = []
        for number, (mark, lead, text, details) in enumerate(block.rows, start=1):
            sign = mark.sign if isinstance(mark, Tone) else f"{number}. [{'x' if mark else ' '}]"
            head = self.say(lead)
            first, *more = self.say(text).splitlines() or [""]
            lines.append(f"{sign} {head}: {first}" if head else f"{sign} {first}")
            lines += _indented(more)
            lines += _indented(f"{self.say(name)}: {self.say(value)}" for name, value in details)
        return lines

    def _waterfall(self, block: Waterfall) -> list[str]:
        bars = [
            " " * begins + ("█" if part >= 0 else "░") * length
            for (begins, length), (_, _, part) in zip(block.spans(BAR), block.rows, strict=True)
        ]
        rows = [(self.say(name), self.say(word), self.signed(part)) for name, word, part in block.rows]
        rows.append((self.say(block.total), "", self.signed(block.sums[-1])))
        names, words, numbers = (max(map(len, column)) for column in zip(*rows, strict=True))
        lines = [
            f"{name.ljust(names)}  {word.ljust(words)}  {number.rjust(numbers)}  {bar}".rstrip()
            for (name, word, number), bar in zip(rows, [*bars, ""], strict=True)
        ]
        return [self.say(block.caption), *_indented(lines)]

    def _grid(self, grid: Grid) -> list[str]:
        table = [[self.say(cell) for cell in row] for row in (grid.columns, *grid.rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(grid.columns))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table]
        more = [self.say(more_rows(grid.more))] if grid.more else []
        return [self.say(grid.caption), *_indented([*lines, *more])]


def more_rows(count: int) -> Message:
    """That there are more rows than are shown."""
    return say("… and {count} more", count=count)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {part}" for line in lines for part in line.splitlines() or [""]]
