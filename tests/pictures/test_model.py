"""What a picture tells: its rows, the table beside it and its signs are the same numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.pictures.model import MOST_ROWS, UNKNOWN, Bar, Bars, Limit, Segment, Shade, Span, Spans
from runbook_lib.pictures.specification import specification
from runbook_lib.pictures.text_form import in_signs
from runbook_lib.text import translate

PARTS = (Segment("stays", Shade.STAYS), Segment("goes", Shade.GOES), Segment("open", Shade.OPEN))
COUNTS = st.tuples(*[st.integers(0, 10**7) | st.none()] * 3)
ROWS = st.lists(st.builds(Bar, st.text(), COUNTS), min_size=1, max_size=40)


def bars(rows: list[Bar], limit: int = 0) -> Bars:
    """A picture of these rows."""
    return Bars("Title", "About", "Head", PARTS, tuple(rows), "All", Limit("Limit", limit) if limit else None)


@given(ROWS)
def test_picture_table_and_signs_tell_the_same(rows: list[Bar]) -> None:
    """What is drawn of a row is what stands in its line of the table, and every line is in the text."""
    picture = bars(rows)
    pieces = specification(picture, "en")["layer"][0]["data"]["values"]
    drawn = {(piece["row"], piece["part"]): piece["count"] for piece in pieces}
    assert all(piece["to"] - piece["from"] == piece["count"] for piece in pieces)
    for place, (row, line) in enumerate(zip(rows, picture.table.rows, strict=False)):
        assert line[1:4] == tuple(UNKNOWN if count is None else count for count in row.counts)
        assert {part: count for part, count in enumerate(row.counts) if count} == {
            part: count for (where, part), count in drawn.items() if where == place
        }
    lines = in_signs(picture, lambda text: translate(text, "en"))
    assert len(lines) == 2 + len(picture.table.rows)
    for line, told in zip(picture.table.rows, lines[2:], strict=True):
        assert all(translate(count, "en") in told for count in line[1:])


@given(ROWS)
def test_nothing_is_missing_from_the_sum(rows: list[Bar]) -> None:
    """Few bars are shown of many, and their sum is that of all; what is not known makes no number."""
    whole, short = bars(rows), bars(rows).biggest_first()
    assert len(short.rows) <= MOST_ROWS
    for place in range(len(PARTS)):
        counts = [row.counts[place] for row in whole.rows]
        shown = [row.counts[place] for row in short.rows]
        assert (None in counts) == (None in shown)
        assert None in counts or sum(filter(None, counts)) == sum(filter(None, shown))


def test_what_is_not_known_is_never_zero() -> None:
    """A row of which one part is not known has no sum, in the table and in the drawing."""
    picture = bars([Bar("Lead", (5, None, 0)), Bar("Contact", (1, 2, 3))])
    first, second, together = picture.table.rows
    assert first == ("Lead", 5, UNKNOWN, 0, UNKNOWN) and second == ("Contact", 1, 2, 3, 6)
    assert together == ("All", 6, UNKNOWN, 3, UNKNOWN)
    ends = specification(picture, "en")["layer"][2]["data"]["values"]
    assert [end["label"] for end in ends] == ["cannot tell", "6"]


def test_a_limit_is_drawn_and_told() -> None:
    """A bar beside a limit is measured by it, and the table ends with it."""
    picture = bars([Bar("today", (10, 0, 0))], limit=100).in_use()
    assert picture.parts == PARTS[:1] and picture.table.rows == (("today", 10), ("Limit", 100))
    layers = specification(picture, "en")["layer"]
    assert layers[0]["encoding"]["x"]["scale"]["domain"] == [0, 100]
    assert [end["to"] for end in layers[1]["data"]["values"]] == [10]
    near = specification(bars([Bar("today", (90, 0, 0))], limit=100), "en")["layer"]
    assert [end["to"] for end in near[2]["data"]["values"]] == [100], "the number stands beyond the limit"
    assert layers[-1]["data"]["values"] == [{"limit": 100, "label": "Limit: 100"}]


def test_a_range_and_what_was_measured() -> None:
    """A range is drawn from least to most, and their sum; what was measured stands beside it, and of what is
    not known no end is drawn."""
    rows = (Span("Lead", 0.5, 2.0), Span("Contact", 1.0, 4.0))
    guess = Spans("Title", "About", "Object", "hours", rows, "All")
    assert guess.table.rows == (("Lead", 0.5, 2.0), ("Contact", 1.0, 4.0), ("All", 1.5, 6.0))
    known = Spans("Title", "About", "Object", "hours", (Span("Lead", 0.5, 2.0, (1.1, None)), rows[1]))
    assert known.table.rows == (("Lead", 0.5, 2.0, 1.1, UNKNOWN), ("Contact", 1.0, 4.0, UNKNOWN, UNKNOWN))
    keys = ("row", "part", "least", "most", "label")
    values = specification(known, "de")["data"]["values"]
    assert [tuple(value[key] for key in keys) for value in values] == [
        (0, 0, 0.5, 2.0, "0,5 – 2"), (0, 1, 1.1, 1.1, "1,1 – nicht feststellbar"), (1, 0, 1.0, 4.0, "1 – 4"),
    ]  # fmt: skip


@given(st.lists(st.builds(Span, st.text(), st.floats(0, 99), st.floats(100, 999)), min_size=1, max_size=40))
def test_no_range_is_missing_from_the_sum(rows: list[Span]) -> None:
    """Few ranges are shown of many; together they take as long as all."""
    whole = Spans("Title", "About", "Object", "hours", tuple(rows), "All")
    short = whole.longest_first()
    assert len(short.rows) <= MOST_ROWS
    assert abs(sum(row.most for row in short.rows) - sum(row.most for row in rows)) < 0.1
