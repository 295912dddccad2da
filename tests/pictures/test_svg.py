"""A drawing may stand in any page: whatever an org calls its fields, in every language, light and dark."""

from __future__ import annotations

import re

import altair
import pytest
from jsonschema import ValidationError
from lxml import etree

from runbook_lib.pictures.model import Bar, Bars, Limit, Picture, Segment, Shade, Span, Spans
from runbook_lib.pictures.specification import specification
from runbook_lib.pictures.svg import draw, drawing, load_ahead
from runbook_lib.pictures.theme import style

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror="alert(1)">', "</title></svg>&amp;", "{{7*7}}",
    "datum.value", "\u202eשלום עולם", "مرحبا " * 50, "😀" * 128, "👨‍👩‍👧‍👦" * 40, "L" * 255,
    "a\x00b\x1b[2J\ud800",
    "", "row\nbreak",
)  # fmt: skip
PARTS = tuple(Segment(f"part {shade}", shade) for shade in Shade)


def of_hostile() -> Bars:
    """Bars whose every word is somebody else's."""
    rows = tuple(Bar(name, tuple(range(place, place + len(PARTS)))) for place, name in enumerate(HOSTILE))
    return Bars(HOSTILE[0], HOSTILE[1], HOSTILE[2], PARTS, rows, "All", Limit(HOSTILE[0], 200))


def ranges() -> Spans:
    """Ranges in thousands."""
    return Spans(
        "Hours", "About", "Object", "hours", (Span("Lead", 1200.5, 4800.0, (2000.0, None)), Span("a", 0, 1))
    )


@pytest.mark.parametrize("picture", [of_hostile(), ranges()])
def test_a_drawing_is_safe_in_any_page(picture: Picture) -> None:
    """Well-formed, small, one named image, without script, address, handler or color of its own."""
    svg = draw(picture, "en")
    root = etree.fromstring(svg.encode())
    assert root.get("role") == "img" and len(svg.encode()) <= 60_000
    assert [child.tag for child in root][:2] == ["title", "desc"] and root[0].text
    tags = {str(element.tag) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "line", "text", "rect"}
    for element in root.iter():
        assert not any(name.startswith("on") or "href" in name or name == "id" for name in element.attrib)
        for name in ("fill", "stroke"):
            assert re.fullmatch(
                r"none|transparent|currentColor|var\(--picture-[a-z]+\)", element.get(name, "none")
            )
    assert "url(" not in svg and "http" not in svg


def test_names_of_others_are_told_as_they_are() -> None:
    """A name that looks like markup or an expression is a name; one without end is cut, the table has it."""
    root = etree.fromstring(draw(of_hostile(), "en").encode())
    texts = [element.text for element in root.iter("text")]
    assert "<script>alert(1)</script>" in texts and "{{7*7}}" in texts and "datum.value" in texts
    assert max(len(text or "") for text in texts) <= 80 and HOSTILE[9] in str(of_hostile().table.rows)


def test_rows_stand_in_their_order() -> None:
    """Also one of which nothing is known, and which so has no bar: today comes before afterward."""
    rows = (Bar("today", (None, 0)), Bar("added", (0, 5)), Bar("afterward", (None, 5)))
    root = etree.fromstring(draw(Bars("Title", "", "When", PARTS[:2], rows), "en").encode())
    texts = [element.text for element in root.iter("text")]
    assert [text for text in texts if text in ("today", "added", "afterward")] == [
        "today",
        "added",
        "afterward",
    ]
    places = {str(element.text): element.get("transform") for element in root.iter("text")}
    heights = [float(str(places[str(row.name)]).partition(",")[2].rstrip(")")) for row in rows]
    assert heights == sorted(heights)


def test_numbers_read_as_in_the_language() -> None:
    """The axis and the words of a drawing have the language's own signs."""
    german, english = draw(ranges(), "de"), draw(ranges(), "en")
    assert "1.200,5 – 4.800" in german and ">2.000<" in german
    assert "1,200.5 – 4,800" in english and ">2,000<" in english


@pytest.mark.parametrize("picture", [of_hostile(), ranges()])
def test_the_grammar_is_kept(picture: Picture) -> None:
    """Altair's schema of Vega-Lite knows every word of a specification: an unknown one would draw nothing."""
    altair.LayerChart.from_dict(specification(picture, "en"))
    with pytest.raises(ValidationError):
        altair.LayerChart.from_dict({**specification(picture, "en"), "layer": [{"mark": "barr"}]})


def test_what_cannot_be_drawn_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is missing there is no drawing, and no fault."""
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    assert drawing(ranges(), "en") == ""


def test_loading_ahead_and_drawing_meanwhile() -> None:
    """What draws is loaded beside other work, and a drawing that is asked for meanwhile is the same."""
    expected = draw(ranges(), "en")
    load_ahead()
    assert draw(ranges(), "en") == expected


def _luminance(color: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    full = color[1:] if len(color) == 7 else "".join(sign * 2 for sign in color[1:])
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("shade", Shade)
def test_bars_are_seen_on_light_and_dark_pages(shade: Shade) -> None:
    """Every color: numbers in it can be read, and it stands out from a white page, and from the
    dark ones of JupyterLab and of the report."""
    colors = dict(re.findall(r"--picture-(\w+): (#[0-9a-f]+)", style()))
    assert _contrast(colors[shade], colors["on"]) >= 4.5
    assert all(_contrast(colors[shade], page) >= 3 for page in ("#ffffff", "#111111", "#212121", "#1a222b"))
