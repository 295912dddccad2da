"""SOQL read into plain data. Nothing is known here of objects and fields: see sql.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from runbook_lib.rehearsal.org.faults import OrgFault, malformed_query
from runbook_lib.rehearsal.org.soql.excerpts import with_excerpt
from runbook_lib.rehearsal.org.soql.not_imitated import clause_of

LONGEST = 100_000
"""Characters of a query. Source: SOQL and SOSL limits."""
LONGEST_TEXT = 4_000
"""Characters of one text in WHERE. Source: SOQL and SOSL limits."""
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")


@dataclass(frozen=True)
class Path:
    """A field, perhaps by way of parents: `Owner.Profile.Name`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True)
class FunctionCall:
    """A function of a field: `COUNT(Email)`; `COUNT()` has no argument."""

    function: str
    argument: Path | None

    def __str__(self) -> str:
        return f"{self.function}({self.argument or ''})"


Operand: TypeAlias = Path | FunctionCall


@dataclass(frozen=True)
class Literal:
    """A value as written: its kind (text, number, boolean, null, date, datetime, range) and what it says."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Comparison:
    """`operand operator value`."""

    operand: Operand
    operator: str
    value: Literal


@dataclass(frozen=True)
class Membership:
    """`operand IN (…)` and its relatives NOT IN, INCLUDES, EXCLUDES."""

    operand: Operand
    operator: str
    values: tuple[Literal, ...] | Query


@dataclass(frozen=True)
class Junction:
    """Conditions joined by one word, AND or OR."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Negation:
    """NOT a condition."""

    part: Condition


Condition: TypeAlias = Comparison | Membership | Junction | Negation


@dataclass(frozen=True)
class Item:
    """One entry of the select list."""

    operand: Operand
    alias: str | None


@dataclass(frozen=True)
class Ordering:
    """One entry of ORDER BY."""

    operand: Operand
    direction: str
    nulls: str


@dataclass(frozen=True)
class Query:
    """A whole query."""

    items: tuple[Item, ...]
    source: str
    alias: str | None
    where: Condition | None
    group_by: tuple[Operand, ...]
    having: Condition | None
    order_by: tuple[Ordering, ...]
    limit: int | None
    offset: int


@cache
def _parser() -> Lark:
    grammar = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=True)


def parse(text: str) -> Query:
    """Read a query; OrgFault MALFORMED_QUERY when it is none of those the rehearsal understands."""
    if len(text) > LONGEST:
        raise OrgFault(400, "QUERY_TOO_COMPLICATED", "Query is too long: it has more than 100,000 characters")
    if not text.strip():
        raise malformed_query("A query string has to be specified")
    try:
        return _query(_parser().parse(text))
    except UnexpectedInput as error:
        raise (clause_of(text) or malformed_query(_complaint(text, error))) from None
    except RecursionError:
        raise OrgFault(400, "QUERY_TOO_COMPLICATED", "Query is too complicated: too deeply nested") from None


def _complaint(text: str, error: UnexpectedInput) -> str:
    """What is wrong and where, in Salesforce's manner."""
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        return "unexpected token: '<EOF>'"
    word = (
        error.token
        if isinstance(error, UnexpectedToken)
        else error.char
        if isinstance(error, UnexpectedCharacters)
        else ""
    )
    return with_excerpt(text, error.pos_in_stream or 0, f"unexpected token: '{word}'")


def _query(tree: Tree[Token]) -> Query:
    _select, items, _from, source, alias, where, group, order, limit, offset = tree.children
    group_by, having = _children(group)[1:] if group else (None, None)
    limits = [int(_children(clause)[1]) if clause else None for clause in (limit, offset)]
    if any(number is not None and number < 0 for number in limits):
        raise malformed_query("LIMIT and OFFSET cannot be negative")
    return Query(
        items=tuple(_item(child) for child in _children(items)),
        source=str(source),
        alias=_alias(alias),
        where=_condition(_children(where)[1]) if where else None,
        group_by=tuple(_operand(child) for child in _children(group_by)) if group_by else (),
        having=_condition(_children(having)[1]) if having else None,
        order_by=tuple(_ordering(child) for child in _children(order)[1:]) if order else (),
        limit=limits[0],
        offset=limits[1] or 0,
    )


def _children(tree: Any) -> list[Any]:
    return list(tree.children)


def _alias(tree: Any) -> str | None:
    return str(tree.children[0]) if tree else None


def _item(tree: Any) -> Item:
    operand, alias = tree.children
    return Item(_operand(operand), _alias(alias))


def _operand(tree: Any) -> Operand:
    if tree.data == "path":
        return Path(tuple(str(name) for name in tree.children))
    function, argument = tree.children
    read = _operand(argument) if argument else None
    return FunctionCall(str(function).upper(), read if isinstance(read, Path) else None)


def _ordering(tree: Any) -> Ordering:
    operand, direction, nulls = tree.children
    return Ordering(
        _operand(operand),
        str(direction or "ASC").upper(),
        " ".join(str(nulls or "NULLS FIRST").upper().split()),
    )


def _condition(tree: Any) -> Condition:
    match tree.data:
        case "all_of" | "any_of":
            parts = [child for child in tree.children if isinstance(child, Tree)]
            return Junction(
                "AND" if tree.data == "all_of" else "OR", tuple(_condition(part) for part in parts)
            )
        case "negation":
            return Negation(_condition(tree.children[1]))
        case "comparison":
            operand, operator, value = tree.children
            return Comparison(_operand(operand), str(operator).upper().replace("<>", "!="), _literal(value))
    operand, operator, values = tree.children
    several = (
        _query(values) if values.data == "start" else tuple(_literal(child) for child in values.children)
    )
    return Membership(_operand(operand), " ".join(str(operator).upper().split()), several)


def _literal(token: Token) -> Literal:
    text = str(token)
    match token.type:
        case "TEXT":
            return Literal("text", _not_too_long(_unescaped(text[1:-1])))
        case "NUMBER" | "INTEGER":
            return Literal("number", float(text) if token.type == "NUMBER" else int(text))
        case "TRUE" | "FALSE":
            return Literal("boolean", token.type == "TRUE")
        case "DATE" | "DATETIME":
            return _moment(token)
        case "DATE_RANGE":
            return Literal("range", text.upper())
    return Literal("null", None)


def _not_too_long(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise malformed_query(f"A string literal in WHERE can have {LONGEST_TEXT} characters at most")
    return text


def _moment(token: Token) -> Literal:
    try:
        if token.type == "DATE":
            return Literal("date", date.fromisoformat(token))
        moment = datetime.fromisoformat(token.upper())
        return Literal("datetime", moment.astimezone(UTC).replace(tzinfo=None))
    except ValueError:
        raise malformed_query(f"line {token.line}:{token.column} invalid date: {token}") from None


def _unescaped(text: str) -> str:
    """A string literal's text; `\\_` and `\\%` stay as they are, for LIKE."""

    def plain(match: re.Match[str]) -> str:
        letter = match.group(1)
        if letter[0] == "u" and len(letter) == 5:
            return chr(int(letter[1:], 16))
        if letter in "_%":
            return match.group(0)
        if letter.lower() not in ESCAPES:
            raise malformed_query(f"Invalid string literal: illegal escape \\{letter}")
        return ESCAPES[letter.lower()]

    return ESCAPE.sub(plain, text)
