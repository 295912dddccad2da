"""A view on a terminal, in color: each line in the color of the sign that it begins with.

The words and signs say it all; the color is for whoever sees it. ``NO_COLOR`` and a pipe get none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook_lib.guide.views.blocks import Tone
from runbook_lib.guide.views.view import View

if TYPE_CHECKING:
    from rich.console import Console

_BY_SIGN = {tone.sign: tone.color for tone in Tone}


def print_in_color(view: View, console: Console | None = None) -> None:
    """Prints the view to stdout; nothing of it is read as markup, and no line is broken."""
    from rich.console import Console  # lazy: only where a person reads

    out = console or Console(highlight=False, markup=False, emoji=False)
    for line, color in _colored(view.plain):
        out.print(line, style=color, soft_wrap=True, highlight=False, markup=False, emoji=False)


def _colored(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        yield line, _BY_SIGN.get(line[:1], "")
