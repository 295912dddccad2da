"""SOQL read into plain data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.soql.parser import (
    Comparison,
    FunctionCall,
    Item,
    Junction,
    Literal,
    Membership,
    Path,
    Query,
    parse,
)

KEYWORDS = {
    "select",
    "from",
    "where",
    "and",
    "or",
    "not",
    "in",
    "includes",
    "excludes",
    "group",
    "order",
    "by",
    "having",
    "asc",
    "desc",
    "nulls",
    "limit",
    "offset",
    "true",
    "false",
    "null",
    "like",
    "yesterday",
    "today",
    "tomorrow",
}
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,12}(__c)?", fullmatch=True).filter(
    lambda name: name.lower() not in KEYWORDS
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: Path(tuple(names)))
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


def written(text: str) -> str:
    """A text as a SOQL literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@given(st.lists(PATHS, min_size=1, max_size=5), NAMES, st.integers(0, 9999))
def test_what_is_selected_comes_back(paths: list[Path], source: str, limit: int) -> None:
    """Fields, object and limit are read as they were written."""
    query = parse(f"SELECT {', '.join(map(str, paths))} FROM {source} LIMIT {limit}")
    assert query.items == tuple(Item(path, None) for path in paths)
    assert (query.source, query.limit, query.where) == (source, limit, None)


@given(PATHS, st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), TEXTS)
def test_every_text_survives(path: Path, operator: str, text: str) -> None:
    """A text literal says what was put into it, whatever characters it holds."""
    query = parse(f"SELECT Id FROM Lead WHERE {path} {operator} {written(text)}")
    assert query.where == Comparison(path, operator, Literal("text", text))


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC)))
def test_moments_are_read_as_utc(moment: datetime) -> None:
    """A datetime literal is the moment it names."""
    moment = moment.replace(microsecond=0)
    query = parse(f"SELECT Id FROM Lead WHERE CreatedDate > {moment:%Y-%m-%dT%H:%M:%SZ}")
    assert isinstance(query.where, Comparison)
    assert query.where.value == Literal("datetime", moment.replace(tzinfo=None))


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_numbers(number: float) -> None:
    """A number is read as the number it is."""
    where = parse(f"SELECT Id FROM Lead WHERE N__c = {number}").where
    assert isinstance(where, Comparison)
    assert where.value == Literal("number", number)


@given(st.text(max_size=60))
def test_nonsense_is_refused_in_salesforces_way(text: str) -> None:
    """Whatever is sent, the answer is a query or a fault with a code, never anything else."""
    try:
        assert isinstance(parse(f"SELECT Id FROM Lead WHERE {text}"), Query)
    except OrgFault as fault:
        assert (fault.status, fault.code) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize(
    "soql",
    [
        "",
        "SELECT",
        "SELECT Id",
        "SELECT Id FROM Lead WHERE",
        "SELECT Id FROM Lead WHERE a = 1 AND b = 2 OR c = 3",
        "SELECT Id, FROM Lead",
        "SELECT * FROM Lead",
        "SELECT Id FROM Lead LIMIT ten",
        "SELECT Id FROM Lead WHERE a = 'open",
        "SELECT Id FROM Lead; DELETE FROM Lead",
        "SELECT Id FROM Lead WHERE d = 2024-02-31",
    ],
)
def test_what_the_rehearsal_does_not_know_is_refused(soql: str) -> None:
    """What no SOQL knows is MALFORMED_QUERY."""
    with pytest.raises(OrgFault) as refused:
        parse(soql)
    assert refused.value.code == "MALFORMED_QUERY"


def test_a_long_query_is_too_complicated() -> None:
    """More than 100,000 characters are refused by their own code."""
    with pytest.raises(OrgFault) as refused:
        parse(f"SELECT Id FROM Lead WHERE Name = '{'x' * 100_000}'")
    assert refused.value.code == "QUERY_TOO_COMPLICATED"


def test_words_are_known_in_any_case() -> None:
    """Keywords and functions may be written in any case."""
    query = parse(
        "select count(Id) n from lead where a in ('x', null) and not b = 1 group by c "
        "having Count(Id) > 1 order by count(id) desc nulls last limit 5 offset 2"
    )
    assert query.items == (Item(FunctionCall("COUNT", Path(("Id",))), "n"),)
    assert isinstance(query.where, Junction)
    assert query.where.parts[0] == Membership(
        Path(("a",)), "IN", (Literal("text", "x"), Literal("null", None))
    )
    assert (query.order_by[0].direction, query.order_by[0].nulls) == ("DESC", "NULLS LAST")
    assert (query.limit, query.offset) == (5, 2)


def test_an_object_may_be_called_like_a_keyword() -> None:
    """Group is an object, though GROUP BY is a clause."""
    assert parse("SELECT Id FROM Group").source == "Group"
