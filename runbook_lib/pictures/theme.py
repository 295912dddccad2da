"""The one look of all pictures: text takes the color of the page, bars take variables of ``picture.css``.

So a picture is the same in a notebook, in a report and in print, light and dark. The colors of the bars have
at least 4.5:1 to the white of the numbers in them, and 3:1 to a light and to a dark page. Source: WCAG 2.2,
1.4.3 and 1.4.11.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from runbook_lib.text import say

INK = "currentColor"
ON_BAR = "var(--picture-on)"
SOFT = "var(--picture-soft)"
GAP = "var(--picture-gap)"
_TEXT = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12}
CONFIG: dict[str, Any] = {
    "aria": False,  # the picture has one name and one description of its own
    "background": "transparent",
    "padding": {"left": 16, "right": 24, "top": 4, "bottom": 4},  # a page's letters may be wider
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": 12},
    "axis": {**_TEXT, "gridColor": SOFT, "gridOpacity": 0.35, "domain": False, "ticks": False,
             "labelLimit": 0, "labelPadding": 6, "titleFontWeight": 400},
    "legend": {**_TEXT, "title": None, "orient": "top", "offset": 22, "labelLimit": 0, "symbolType": "square",
               "columns": 3, "columnPadding": 44, "rowPadding": 4, "symbolStrokeWidth": 0},
}  # fmt: skip
"""What Vega-Lite's own look is replaced by."""

SAME_NUMBERS = say("The same numbers as a table")
"""What stands on the fold below a picture."""


@cache
def style() -> str:
    """The style sheet that a page with pictures needs once."""
    return (files(__package__) / "picture.css").read_text(encoding="utf-8")


def color(shade: str) -> str:
    """The color of a part."""
    return f"var(--picture-{shade})"
