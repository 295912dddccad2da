"""The small part of Salesforce's formula language that rules of the worlds are written in, as a tree.

Operators, literals, names and calls; what they mean is in `formula_meaning.py`.
Source: Salesforce Help, "Formula Operators and Functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_$][\w.$]*)"""
    r"""|(?P<sign>\|\||&&|<>|!=|==|<=|>=|[=<>!(),]))"""
)
_SAME = {"==": "=", "!=": "<>"}
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


class FormulaFault(ValueError):
    """A formula that the rehearsal cannot evaluate, or that Salesforce would not take either."""


@dataclass(frozen=True)
class FormulaConstant:
    """A number, a text, TRUE or FALSE."""

    value: float | str | bool


@dataclass(frozen=True)
class Name:
    """A field, or something of the user who writes, such as `$Profile.Name`."""

    name: str


@dataclass(frozen=True)
class FormulaCall:
    """A function or an operator with what it is applied to."""

    function: str
    """In capitals; `&&`, `||` and `!` are AND, OR and NOT."""
    arguments: tuple[Node, ...]


Node = FormulaConstant | Name | FormulaCall


def read_formula(text: str) -> Node:
    """The tree of a formula; FormulaFault when it is none of this part of the language."""
    reader = _Reader(_tokens(text))
    node = reader.any_of()
    if reader.sort:
        raise FormulaFault(f"nothing is expected at {reader.word!r}")
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise FormulaFault(f"not imitated: {text[place:].strip()[:20]!r}")
        sort = str(match.lastgroup)
        tokens.append((sort, match[sort]))
        place = match.end()
    return tokens


class _Reader:
    """Goes through the tokens, one rule of the grammar per method."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("", "the end")]
        self._place = 0

    @property
    def sort(self) -> str:
        return self._tokens[self._place][0]

    @property
    def word(self) -> str:
        return self._tokens[self._place][1]

    def any_of(self) -> Node:
        return self._joined("||", "OR", self._all_of)

    def _all_of(self) -> Node:
        return self._joined("&&", "AND", self._comparison)

    def _joined(self, sign: str, function: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._took(sign):
            parts.append(part())
        return FormulaCall(function, tuple(parts)) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Node:
        left = self._single()
        sign = _SAME.get(self.word, self.word)
        if self.sort == "sign" and sign in COMPARISONS:
            self._place += 1
            return FormulaCall(sign, (left, self._single()))
        return left

    def _single(self) -> Node:
        if self._took("!"):
            return FormulaCall("NOT", (self._single(),))
        if self._took("("):
            inner = self.any_of()
            self._need(")")
            return inner
        sort, word = self.sort, self.word
        self._place += bool(sort)
        match sort:
            case "number":
                return FormulaConstant(float(word))
            case "text":
                return FormulaConstant(re.sub(r"\\(.)", r"\1", word[1:-1]))
            case "name" if word.upper() in ("TRUE", "FALSE"):
                return FormulaConstant(word.upper() == "TRUE")
            case "name":
                return FormulaCall(word.upper(), self._arguments()) if self._took("(") else Name(word)
        raise FormulaFault(f"nothing is expected at {word!r}")

    def _arguments(self) -> tuple[Node, ...]:
        arguments: list[Node] = []
        if self._took(")"):
            return ()
        while True:
            arguments.append(self.any_of())
            if self._took(")"):
                return tuple(arguments)
            self._need(",")

    def _took(self, sign: str) -> bool:
        taken = self.sort == "sign" and self.word == sign
        self._place += taken
        return taken

    def _need(self, sign: str) -> None:
        if not self._took(sign):
            raise FormulaFault(f"{sign!r} is expected at {self.word!r}")
