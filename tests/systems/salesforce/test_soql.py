"""Values are quoted so that they stay values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.systems.salesforce.soql import soql

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _unquote(literal: str) -> str:
    """What Salesforce reads in a quoted literal; fails where the quote ends too early."""
    assert re.fullmatch(r"'(?:[^'\\]|\\.)*'", literal, re.DOTALL), literal
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), literal[1:-1], flags=re.DOTALL)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))) | st.text("'\\\"\n\r\t\b\f%_{}"))
def test_a_text_comes_back_unchanged_and_never_leaves_its_quotes(value: str) -> None:
    """Whatever a text holds, it stays one literal, and Salesforce reads the same text."""
    assert _unquote(soql("{value}", value=value)) == value


@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
)
def test_a_number_is_written_without_an_exponent(value: float | Decimal) -> None:
    """A number is digits, a sign and a point, and has the same value."""
    literal = soql("{value}", value=value)
    assert re.fullmatch(r"-?\d+(\.\d+)?", literal)
    assert Decimal(literal) == Decimal(str(value))


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (["a", "b'"], r"('a','b\'')"),
        (("a",), "('a')"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 7, 8, 9, 999, tzinfo=UTC), "2026-11-22T07:08:09+00:00"),
        (datetime(2026, 11, 22, 7, tzinfo=timezone(timedelta(hours=2))), "2026-11-22T05:00:00+00:00"),
    ],
)
def test_each_type_has_its_literal(value: object, literal: str) -> None:
    """Each type that SOQL knows is written the way SOQL writes it."""
    assert soql("SELECT Id FROM Lead WHERE X = {value}", value=value).endswith(f"X = {literal}")


@pytest.mark.parametrize(
    "value", [object(), b"x", [], {"a": 1}, [["a"]], float("nan"), float("inf"), datetime(2026, 1, 1), "\x00"]
)
def test_what_soql_cannot_say_is_refused(value: object) -> None:
    """A value without a literal is refused instead of being guessed."""
    with pytest.raises(ValueError):
        soql("{value}", value=value)


@pytest.mark.parametrize("template", ["{other}", "{value:literal}", "{value!s}", "no gap", "{value:like}"])
def test_a_gap_that_would_not_be_quoted_is_refused(template: str) -> None:
    """Every gap is filled by a quoted value, and every value has its gap."""
    with pytest.raises(ValueError):
        soql(template, value="x")
