"""SOQL read by a reader of the tests' own, which shares nothing with the rehearsal's.

Small on purpose: it knows what the product's queries are made of, and refuses everything else.
Source: SOQL and SOSL Reference, "SOQL SELECT Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<word>[\w.:+-]+)|(?P<sign>!=|<>|<=|>=|[=<>(),]))", re.DOTALL
)
_CLAUSES = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")


class NotSoql(Exception):
    """A text that this reader cannot read."""


@dataclass
class Filter:
    """One condition of WHERE: its field, operator, values, and what joins it to the others."""

    column: str
    operator: str
    texts: list[str]
    """Its literals of text, without quotes."""
    inner: Select | None
    """Its sub-select."""
    above: tuple[str, ...]
    """AND, OR and NOT over it, outermost first."""


@dataclass
class Select:
    """A query: what it selects, from where, its filters, and the names of its further clauses."""

    columns: list[str]
    source: str
    filters: list[Filter] = field(default_factory=list)
    clauses: dict[str, str] = field(default_factory=dict)

    def all(self) -> Iterator[Select]:
        """The query and its sub-selects."""
        yield self
        for condition in self.filters:
            if condition.inner is not None:
                yield from condition.inner.all()


def read(soql: str) -> Select:
    """The query; NotSoql for what the product has no business asking."""
    tokens = _Tokens(soql)
    select = _select(tokens)
    if tokens.peek():
        raise NotSoql(f"{tokens.peek()!r} is left over")
    return select


class _Tokens:
    def __init__(self, soql: str) -> None:
        self._tokens: list[str] = []
        place = 0
        while soql[place:].strip():
            found = _TOKEN.match(soql, place)
            if found is None:
                raise NotSoql(f"unreadable from {soql[place : place + 30]!r} on")
            self._tokens.append(found[0].strip())
            place = found.end()
        self._tokens.reverse()

    def peek(self) -> str:
        return self._tokens[-1] if self._tokens else ""

    def is_word(self, *words: str) -> bool:
        return self.peek().upper() in words

    def take(self, *wanted: str) -> str:
        if not self._tokens or (wanted and self.peek().upper() not in wanted):
            raise NotSoql(f"{self.peek()!r} where {' or '.join(wanted) or 'more'} should be")
        return self._tokens.pop()


def _select(tokens: _Tokens) -> Select:
    tokens.take("SELECT")
    columns = [_column(tokens)]
    while tokens.is_word(","):
        tokens.take(",")
        columns.append(_column(tokens))
    tokens.take("FROM")
    select = Select(columns, tokens.take())
    if tokens.peek() not in ("", ")") and not tokens.is_word("WHERE", *_CLAUSES):
        tokens.take()  # an alias
    if tokens.is_word("WHERE"):
        tokens.take()
        select.filters = _conditions(tokens, ())
    while tokens.is_word(*_CLAUSES):
        name, words = tokens.take().upper(), []
        depth = 0
        while tokens.peek() and not (depth == 0 and (tokens.is_word(*_CLAUSES) or tokens.peek() == ")")):
            word = tokens.take()
            depth += {"(": 1, ")": -1}.get(word, 0)
            words.append(word)
        select.clauses[name] = " ".join(words)
    return select


def _column(tokens: _Tokens) -> str:
    """`Owner.Name`, `COUNT(Id)`, with an alias left out."""
    name = tokens.take()
    if tokens.is_word("("):
        tokens.take("(")
        inside = "" if tokens.is_word(")") else tokens.take()
        tokens.take(")")
        name = f"{name}({inside})"
    if not tokens.is_word(",", "FROM"):
        tokens.take()
    return name


def _conditions(tokens: _Tokens, above: tuple[str, ...]) -> list[Filter]:
    groups = [_condition(tokens)]
    word = ""
    while tokens.is_word("AND", "OR"):
        joined = tokens.take().upper()
        if word and joined != word:
            raise NotSoql("AND and OR are mixed without parentheses")
        word = joined
        groups.append(_condition(tokens))
    found = [condition for group in groups for condition in group]
    for condition in found:
        condition.above = (*above, *([word] if word else []), *condition.above)
    return found


def _condition(tokens: _Tokens) -> list[Filter]:
    if tokens.is_word("NOT"):
        tokens.take()
        found = _condition(tokens)
        for condition in found:
            condition.above = ("NOT", *condition.above)
        return found
    if tokens.is_word("("):
        tokens.take()
        found = _conditions(tokens, ())
        tokens.take(")")
        return found
    column = tokens.take()
    operator = tokens.take().upper()
    if operator == "NOT":
        operator = f"NOT {tokens.take('IN')}".upper()
    if operator not in ("IN", "NOT IN", "INCLUDES", "EXCLUDES"):
        return [Filter(column, operator, _text(tokens.take()), None, ())]
    tokens.take("(")
    if tokens.is_word("SELECT"):
        inner = _select(tokens)
        tokens.take(")")
        return [Filter(column, operator, [], inner, ())]
    texts = _text(tokens.take())
    while tokens.is_word(","):
        tokens.take(",")
        texts += _text(tokens.take())
    tokens.take(")")
    return [Filter(column, operator, texts, None, ())]


def _text(token: str) -> list[str]:
    return [token[1:-1]] if token.startswith("'") else []
