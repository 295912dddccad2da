"""A PDF as Chromium prints it: how large its pages are, and which letters stand on them.

Read by hand, as far as Skia writes it: objects one after the other, streams deflated, a font's ``ToUnicode``
table from glyphs to letters. Source: ISO 32000-1, 7.3, 9.4 and 9.10.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator

Letters = dict[str, str]
"""A glyph as the page writes it (hexadecimal) → what it stands for."""


def sizes_of(pdf: bytes) -> set[tuple[int, int]]:
    """Width and height of the pages, in millimetres."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return {(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in boxes}


def letters_of(pdf: bytes) -> Counter[str]:
    """How often each letter stands on all pages."""
    objects = {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S)}
    fonts = {
        number: _letters(_stream(objects[int(table[1])]))
        for number, text in objects.items()
        if (table := re.search(rb"/ToUnicode (\d+) 0 R", text))
    }
    return counted("".join(run for text in objects.values() for run in _written(_stream(text), fonts)))


def counted(text: str) -> Counter[str]:
    """How often each letter stands in a text; the same for capitals and ligatures, without white space."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return Counter(letter for letter in plain if letter.strip())


def _written(stream: str, fonts: dict[int, Letters]) -> Iterator[str]:
    font: Letters = {}
    for chosen, glyphs in re.findall(r"/F(\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj", stream):
        if chosen:
            font = fonts.get(int(chosen), {})
        else:
            yield "".join(font.get(glyphs[place : place + 4], "�") for place in range(0, len(glyphs), 4))


def _stream(text: bytes) -> str:
    found = re.search(rb"stream\r?\n(.*)\nendstream", text, re.S)
    if not found or b"/FlateDecode" not in text or b"/Subtype /Image" in text:
        return ""
    return zlib.decompress(found[1]).decode("latin-1")


def _letters(table: str) -> Letters:
    letters: Letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        letters |= {glyph: _text(told) for glyph, told in re.findall(r"<(\w+)> <(\w+)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, told in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[f"{int(first, 16) + step:04X}"] = chr(int(told, 16) + step)
    return letters


def _text(told: str) -> str:
    return bytes.fromhex(told).decode("utf-16-be")
