"""Draws a picture as SVG that can stand in any page: no script, no address, no color of its own.

The drawing has a name and a description for who cannot see it, and its parts are silent: the table beside it
is what a screen reader reads. The library is loaded with the first picture that is drawn, and never before a
fork: it brings a native runtime with threads. Source: WAI, "SVG-AAM", ``role="img"``, title and desc.
"""

from __future__ import annotations

from functools import cache
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

from runbook_lib.pictures.model import Bar, Bars, Picture, Segment, Shade
from runbook_lib.pictures.specification import specification
from runbook_lib.text import printable, translate

_SILENT = ("class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events",
           "font-family")  # fmt: skip
"""Attributes of Vega's that nobody needs in a page; letters are those of the page."""


@cache
def load_ahead() -> None:
    """Begins to load what draws, once, while the two systems are waited for; it holds nothing up."""
    nothing = Bars("", "", "", (Segment("", Shade.PLAIN),), (Bar("", (1,)),))
    Thread(target=drawing, args=(nothing, "en"), daemon=True).start()


def draw(picture: Picture, language: str) -> str:
    """The picture as an SVG element. ``ImportError`` or ``ValueError`` where it cannot be drawn here."""
    import vl_convert  # lazy: 0.4 s of CPU and a native runtime, only where a picture is drawn

    drawn = vl_convert.vegalite_to_svg(
        specification(picture, language), allowed_base_urls=[], format_locale=_number_locale(language)
    )
    root = ET.fromstring(drawn)  # noqa: S314 - drawn by our own library from our own data
    _tidy(root)
    for tag, text in (("desc", picture.about), ("title", picture.title)):
        if not str(text):
            continue
        element = ET.Element(tag)
        element.text = printable(translate(text, language))
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def drawing(picture: Picture, language: str) -> str:
    """The same; empty where it cannot be drawn here: a picture never stops a road, its table says it all."""
    try:
        return draw(picture, language)
    except (ImportError, ValueError):
        return ""


def _tidy(root: ET.Element) -> None:
    """Leaves what is seen: one image, without what Vega adds for scripts."""
    for element in list(root.iter()):
        element.tag = element.tag.rpartition("}")[2]  # a page of HTML knows what an svg is
        for name in _SILENT:
            element.attrib.pop(name, None)
        for child in [child for child in element if child.get("d") == "" or child.get("display") == "none"]:
            element.remove(child)
    root.attrib.pop("version", None)
    root.set("role", "img")


def _number_locale(language: str) -> dict[str, Any]:
    """How the axis writes numbers. Source: Unicode CLDR, by Babel; d3-format, "Locales"."""
    from babel import Locale  # lazy: as the library

    symbols = Locale.parse(language).number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
    }
