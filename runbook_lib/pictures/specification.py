"""A picture in Vega-Lite, the grammar of graphics that Altair writes: what is drawn, never how.

Written as plain data: importing Altair costs more than drawing ten pictures (1.3 s of CPU against 0.4 s), in
every kernel anew; the tests hold each specification against Altair's schema. Words are passed as data, so
that nothing of an org is ever read as an expression. Source: Vega-Lite 6, "View Specification".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from runbook_lib.pictures.model import UNKNOWN, Bar, Bars, Picture, Segment, Shade, Span, Spans
from runbook_lib.pictures.names import fitting
from runbook_lib.pictures.theme import CONFIG, GAP, INK, ON_BAR, color
from runbook_lib.text import say, translate

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""Names the grammar; nothing is loaded from there."""
WIDTH, ROW = 460, 26
"""Of the bars, without their names and sums; pixels of the drawing, which a page may scale."""
_SIGN = 7.5
"""How wide a digit is, about."""


def specification(picture: Picture, language: str) -> Spec:
    """What Vega-Lite draws."""
    drawn = _bars(picture, language) if isinstance(picture, Bars) else _spans(picture, language)
    lines = picture.rows if isinstance(picture, Bars) else picture.lines
    names = [_word(line.name, language) for line in lines]
    return {
        "$schema": SCHEMA,
        "config": CONFIG,
        "width": WIDTH,
        "height": {"step": ROW},
        "padding": {**CONFIG["padding"], "left": _spare(names)},
        **drawn,
        "params": [{"name": "names", "value": names}, *drawn.get("params", ())],
    }


def _spare(names: Sequence[str]) -> int:
    """Room left of the names: those of the page's letters may be a fifth wider than Vega takes them for."""
    least: int = CONFIG["padding"]["left"]
    return max(least, ceil(max(map(len, names), default=0) * _SIGN / 4))


def _bars(picture: Bars, language: str) -> Spec:
    limit = picture.limit.count if picture.limit else 0
    longest = max([limit, 1, *(sum(filter(None, row.counts)) for row in picture.rows)])
    pieces = list(_pieces(picture, longest, language))
    ends = [
        {"row": place, "to": _end(row, longest, bool(limit)),
         "label": _word(UNKNOWN if row.total is None else row.total, language)}
        for place, row in enumerate(picture.rows)
    ]  # fmt: skip
    x: Spec = {"field": "from", "type": "quantitative", "axis": None,
               "scale": {"domain": [0, longest], "nice": False}}  # fmt: skip
    bar = {"mark": {"type": "bar", "height": {"band": 0.72}, "stroke": GAP, "strokeWidth": 0.6},
           "data": {"values": pieces},
           "encoding": {"y": _Y, "x": x, "x2": {"field": "to"}, "color": _colors(picture.parts)}}  # fmt: skip
    numbers = {"mark": {"type": "text", "color": ON_BAR, "baseline": "middle"},
            "data": {"values": [piece for piece in pieces if piece["fits"]]},
            "encoding": {"y": _Y, "x": x | {"field": "middle"}, "text": _LABEL}}  # fmt: skip
    sums = {"mark": {"type": "text", "align": "left", "dx": 5, "fontWeight": 600}, "data": {"values": ends},
            "encoding": {"y": _Y, "x": x | {"field": "to"}, "text": _LABEL}}  # fmt: skip
    words = [_word(part.word, language) for part in picture.parts]
    layers = [bar, *([numbers] if len(picture.parts) > 1 else []), sums, *_limit(picture, x, language)]
    return {"layer": layers, "params": [{"name": "words", "value": words}]}


def _end(row: Bar, longest: int, has_limit: bool) -> int:
    """Where the sum of a row stands: behind its bar; behind the limit where it would lie over that line."""
    ends = sum(filter(None, row.counts))
    return longest if has_limit and ends > longest * 0.8 else ends


def _pieces(picture: Bars, longest: int, language: str) -> Iterator[Spec]:
    """The parts of all bars: from where to where, and whether its number has room in it."""
    for place, row in enumerate(picture.rows):
        begins = 0
        for part, count in enumerate(row.counts):
            if not count:
                continue
            number, ends = _word(count, language), begins + count
            fits = count / longest * WIDTH > len(number) * _SIGN + 6
            yield {"row": place, "part": part, "from": begins, "to": ends, "middle": (begins + ends) / 2,
                   "count": count, "label": number, "fits": fits}  # fmt: skip
            begins = ends


def _colors(parts: Sequence[Segment]) -> Spec:
    is_plain = [part.shade for part in parts] == [Shade.PLAIN]
    legend = None if is_plain else {"labelExpr": "words[datum.value]"}
    shades = [color(part.shade) for part in parts]
    scale = {"domain": list(range(len(shades))), "range": shades}
    return {"field": "part", "type": "nominal", "scale": scale, "legend": legend}


def _limit(picture: Bars, x: Spec, language: str) -> Iterator[Spec]:
    """A line at the limit, with its name and number."""
    if picture.limit is None:
        return
    name = f"{_word(picture.limit.word, language)}: {_word(picture.limit.count, language)}"
    data = {"values": [{"limit": picture.limit.count, "label": name}]}
    at = {"x": x | {"field": "limit"}}
    yield {"mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [5, 3]}, "data": data,
           "encoding": at}  # fmt: skip
    yield {"mark": {"type": "text", "align": "right", "baseline": "bottom", "dy": -4}, "data": data,
           "encoding": {**at, "y": {"value": 0}, "text": _LABEL}}  # fmt: skip


def _spans(picture: Spans, language: str) -> Spec:
    """A bar per range; where something was measured, a second one below it."""
    values = [value for place, span in enumerate(picture.lines) for value in _ranges(place, span, language)]
    x: Spec = {"field": "least", "type": "quantitative", "title": _word(picture.unit, language),
               "scale": {"zero": True, "nice": True}, "axis": {"tickCount": 6}}  # fmt: skip
    y: Spec = {"y": _Y}
    if picture.is_measured:
        y["yOffset"] = {"field": "part", "type": "ordinal"}
    parts = [Segment(say("estimate"), Shade.PLAIN), Segment(say("at the measured rate"), Shade.OPEN)][
        : 1 + picture.is_measured
    ]
    bar = {"mark": {"type": "bar", "height": {"band": 0.7}, "minBandSize": 3},
           "encoding": {**y, "x": x, "x2": {"field": "most"}, "color": _colors(parts)}}  # fmt: skip
    numbers = {"mark": {"type": "text", "align": "left", "dx": 5, "fontWeight": 600},
            "encoding": {**y, "x": x | {"field": "most"}, "text": _LABEL}}  # fmt: skip
    if picture.is_measured:
        numbers["encoding"] |= {"yOffset": y["yOffset"] | {"bandPosition": 0.5}}
    words = [_word(part.word, language) for part in parts]
    step = 15 if picture.is_measured else ROW
    return {
        "height": {"step": step},
        "data": {"values": values},
        "layer": [bar, numbers],
        "params": [{"name": "words", "value": words}],
    }


def _ranges(place: int, span: Span, language: str) -> Iterator[Spec]:
    """What was estimated, and what was measured, of one row."""
    for part, ends in enumerate(((span.least, span.most), span.measured)):
        if ends is None or ends[0] is None:
            continue
        least, most = ends
        words = [_word(UNKNOWN if end is None else end, language) for end in ends]
        yield {"row": place, "part": part, "least": least, "most": least if most is None else most,
               "label": " – ".join(dict.fromkeys(words))}  # fmt: skip


_LABEL = {"field": "label", "type": "nominal"}
_Y: Spec = {
    "field": "row", "type": "ordinal", "sort": "ascending",
    "axis": {"labelExpr": "names[datum.value]", "title": None, "grid": False},
}  # fmt: skip


def _word(text: object, language: str) -> str:
    return fitting(translate(text, language))
