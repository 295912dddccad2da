"""Pictures are drawn at the edge, and only where somebody looks: headless, their table says the same."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.guide.views.blocks import Block, Drawn
from runbook_lib.pictures.model import Bars, Spans
from runbook_lib.pictures.svg import drawing


def drawn(blocks: Iterable[Block], language: str) -> Iterable[Block]:
    """The blocks, every picture with its drawing; one that cannot be drawn stays the table that it is."""
    for block in blocks:
        svg = drawing(block, language) if isinstance(block, Bars | Spans) else ""
        yield Drawn(block, svg) if svg and isinstance(block, Bars | Spans) else block
