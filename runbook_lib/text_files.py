"""Every text that a person brings in a file, read in one way: decisions, exports, settings, secrets.

People save files with what they have. Read are UTF-8 with or without its mark, UTF-16 and UTF-32 with their
marks, UTF-16 without one (what a Windows shell's ``>`` writes, when a program then cut the mark off), and
Windows-1252, in which a Western Excel saves "CSV". A file that is there and cannot be read says so; it is
never taken for a file that is not there.

Why no library guesses the encoding: detectors judge by statistics, and a password or three rows are too few.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.disk import reason_of_system
from runbook_lib.text import Message, say

MOST_BYTES = 64 * 1024 * 1024
"""Bytes; the files that people bring are lists of fields and jobs, far smaller."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)


class UnreadableText(Exception):
    """A file is there, and its text cannot be had. ``line``: where, 0 for the file as a whole."""

    def __init__(self, reason: Message, line: int = 0) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class TableLine:
    """One record of a table: the line on which it begins, and its cells without outer spaces."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table as a spreadsheet saved it. Empty where the file holds no line."""

    columns: tuple[str, ...] = ()
    lines: tuple[TableLine, ...] = ()


def read_text(path: Path) -> str:
    """The text of the file ``path``.

    ``FileNotFoundError`` without a file, :class:`UnreadableText` where it cannot be read as text.
    """
    return decoded(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The content of the file ``path``.

    ``FileNotFoundError`` without a file, :class:`UnreadableText` where it is too large or cannot be opened.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableText(say("it is larger than {most} megabytes", most=MOST_BYTES // 1024**2))
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise UnreadableText(say("it cannot be opened ({reason})", reason=reason_of_system(fault))) from None


def decoded(content: bytes) -> str:
    """The text of a file. :class:`UnreadableText` where it is in none of the encodings.

    Windows-1252 comes last: nearly any bytes are some text in it, whereas UTF-8 is not met by chance.
    """
    encodings = [name for mark, name in _MARKS if content.startswith(mark)][:1] or _without_mark(content)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableText(
        say("it is neither UTF-8 nor UTF-16 nor Windows-1252; save it as UTF-8 (“CSV UTF-8” in Excel)")
    )


def table_in(content: bytes) -> Table:
    """The table in the content of a file: comma, semicolon or tab, any line ends, a ``sep=`` line or none.

    Empty lines are left out. :class:`UnreadableText` where it is none.
    """
    lines = tuple(_lines(decoded(content)))
    return Table(lines[0].cells, lines[1:]) if lines else Table()


def _without_mark(content: bytes) -> tuple[str, ...]:
    """The encodings that a file without a mark can be in, the likeliest first."""
    low, high = content[0::2], content[1::2]
    if high and high.count(0) * 2 > len(high):
        return ("utf-16-le",)
    if low and low.count(0) * 2 > len(low):
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _lines(text: str) -> Iterator[TableLine]:
    named = _SEPARATOR.match(text)  # what a spreadsheet reads, and some programs write, before the columns
    text, before = (text[named.end() :], 1) if named else (text, 0)
    delimiter = named[1] if named else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = before + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield TableLine(begins, tuple(cell.strip() for cell in cells))
            begins = before + reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableText(_why_no_table(str(fault)), begins) from None


def _delimiter(text: str) -> str:
    """The separator that cuts the first line that is not empty most often, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=outside.count)


def _why_no_table(reason: str) -> Message:
    if "larger" in reason:
        return say("a cell is longer than {most} characters", most=csv.field_size_limit())
    return say("its quotation marks do not match ({reason})", reason=reason)
